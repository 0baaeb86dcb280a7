use crate::{
    Problem,
    ast::{
        BinaryOperator, Command, Expression, LikePattern, Node, ParsePattern, Query, UnaryOperator,
    },
};

fn commands(text: &str) -> Vec<Command> {
    let query = Query::parse(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    query.commands.into_iter().map(|command| command.node).collect()
}

fn problems(text: &str) -> Vec<Problem> {
    Query::parse(text).expect_err(text)
}

/// An expression with all its parentheses.
fn shown(expression: &Expression) -> String {
    match &expression.node {
        Node::Field(name) => name.clone(),
        Node::Number(number) => number.to_string(),
        Node::Text(text) => format!("{text:?}"),
        Node::Bool(value) => value.to_string(),
        Node::Null => "null".to_owned(),
        Node::Star => "*".to_owned(),
        Node::Duration { count, unit } => format!("{count}{unit}"),
        Node::Parameter(name) => format!("{{{{{name}}}}}"),
        Node::Call { name, arguments } => format!("{}({})", name.node, all_shown(arguments)),
        Node::Unary(UnaryOperator::Minus, operand) => format!("(- {})", shown(operand)),
        Node::Unary(UnaryOperator::Not, operand) => format!("(not {})", shown(operand)),
        Node::Binary(operator, left, right) => {
            format!("({} {} {})", shown(left), symbol(*operator), shown(right))
        }
        Node::In { operand, list, negated } => {
            format!("({} {}in [{}])", shown(operand), not(*negated), all_shown(list))
        }
        Node::Like { operand, pattern, negated } => {
            let pattern = match &pattern.node {
                LikePattern::Text(text) => format!("{text:?}"),
                LikePattern::Regex(regex) => format!("/{regex}/"),
            };
            format!("({} {}like {pattern})", shown(operand), not(*negated))
        }
    }
}

fn all_shown(expressions: &[Expression]) -> String {
    expressions.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => "or",
        BinaryOperator::And => "and",
        BinaryOperator::Equal => "=",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Remainder => "%",
        BinaryOperator::Power => "^",
    }
}

fn filtered(condition: &str) -> String {
    match &commands(&format!("filter {condition}"))[..] {
        [Command::Filter(expression)] => shown(expression),
        other => panic!("{other:?}"),
    }
}

#[test]
fn operators_bind_as_in_arithmetic() {
    for (text, expected) in [
        ("a + b * c - d / e", "((a + (b * c)) - (d / e))"),
        ("a - b - c", "((a - b) - c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("-a ^ 2", "(- (a ^ 2))"),
        ("2 ^ -1", "(2 ^ -1)"),
        ("a * -b + c", "((a * (- b)) + c)"),
        ("-5 - -3", "(-5 - -3)"),
        ("a % b ^ c * d", "((a % (b ^ c)) * d)"),
        ("a-1", "(a - 1)"),
        ("(a + b) * c", "((a + b) * c)"),
    ] {
        assert_eq!(filtered(text), expected, "{text}");
    }
}

#[test]
fn conditions_bind_looser_than_comparisons_and_or_loosest() {
    for (text, expected) in [
        ("a = 1 or b = 2 and c = 3", "((a = 1) or ((b = 2) and (c = 3)))"),
        ("not a = 1 and b", "((not (a = 1)) and b)"),
        ("a AND NOT b OR c", "((a and (not b)) or c)"),
        ("a + 1 >= b * 2", "((a + 1) >= (b * 2))"),
        ("a == 1", "(a = 1)"),
        ("not not a", "(not (not a))"),
        ("a like /x/ and b not like 'y'", "((a like /x/) and (b not like \"y\"))"),
        ("a =~ /x|y/", "(a like /x|y/)"),
        ("a in [1, 'b', c] or d not in []", "((a in [1, \"b\", c]) or (d not in []))"),
        ("not a in [-1]", "(not (a in [-1]))"),
        ("a=true or b != null", "((a = true) or (b != null))"),
        ("notes = 1 and inside and order", "(((notes = 1) and inside) and order)"),
    ] {
        assert_eq!(filtered(text), expected, "{text}");
    }
}

#[test]
fn literals_are_read_without_their_quotes_and_escapes() {
    for (text, expected) in [
        (r#""a \"b\" \\ c\n" = 'it\'s'"#, r#"("a \"b\" \\ c\n" = "it's")"#),
        (r"'a\d'", r#""a\\d""#),
        ("\"# no comment | no pipe\"", "\"# no comment | no pipe\""),
        ("a like /a\\/b\\.c|d#/", "(a like /a/b\\.c|d#/)"),
        ("1.5e3 + .5 + 1E-2", "((1500 + 0.5) + 0.01)"),
        ("{{ level }} = {{x}}", "({{level}} = {{x}})"),
        ("a in {{list}}", "(a in [{{list}}])"),
        ("a like {{text}}", "(a like \"{{text}}\")"),
    ] {
        assert_eq!(filtered(text), expected, "{text}");
    }
}

#[test]
fn names_may_hold_signs_paths_and_anything_in_backticks() {
    for (text, expected) in [
        ("@message", "@message"),
        ("@@key", "@@key"),
        ("record.metrics.durationMs", "record.metrics.durationMs"),
        ("items.0.id", "items.0.id"),
        ("items[0].id", "items.0.id"),
        ("`foo-bar $x|y`", "foo-bar $x|y"),
        ("json.`user.id`.name", "json.user.id.name"),
        ("`and`", "and"),
        ("`count`", "count"),
    ] {
        assert_eq!(filtered(text), expected, "{text}");
    }
}

#[test]
fn calls_take_stars_durations_and_nothing() {
    for (text, expected) in [
        ("count(*)", "count(*)"),
        ("count( )", "count()"),
        ("bin (1min)", "bin(1m)"),
        ("bin(1mo)", "bin(1mo)"),
        ("bin(2 hrs)", ""),
        ("datefloor(@t, 12hours)", "datefloor(@t, 12h)"),
        ("toUpper(concat(a, '-', b))", "toUpper(concat(a, \"-\", b))"),
        ("if(a > 1, 'x', 'y')", "if((a > 1), \"x\", \"y\")"),
    ] {
        if expected.is_empty() {
            problems(&format!("filter {text}"));
        } else {
            assert_eq!(filtered(text), expected, "{text}");
        }
    }
}

#[test]
fn stats_has_what_is_computed_and_what_groups_it() {
    let text = "STATS count(*) AS n, max(@duration)\n / 2 BY bin(5m) as t, `a-b`";
    let [Command::Stats(stats)] = &commands(text)[..] else { panic!("{text}") };
    let names = |list: &[crate::ast::Projection]| -> Vec<String> {
        list.iter().map(|projection| projection.name().to_owned()).collect()
    };
    assert_eq!(names(&stats.aggregates), ["n", "max(@duration) / 2"]);
    assert_eq!(names(&stats.by), ["t", "a-b"]);
    assert_eq!(stats.aggregates[0].text, "count(*)");
}

#[test]
fn sort_has_several_keys_each_with_its_direction() {
    let [Command::Sort(keys)] = &commands("sort by a desc, b asc, c + 1")[..] else { panic!() };
    let keys: Vec<_> = keys.iter().map(|key| (shown(&key.expression), key.descending)).collect();
    let expected = [("a", true), ("b", false), ("(c + 1)", false)];
    assert_eq!(keys, expected.map(|(name, descending)| (name.to_owned(), descending)));
}

#[test]
fn parse_takes_a_field_or_the_message_and_a_glob_or_a_regular_expression() {
    for (text, source, pattern, names) in [
        ("parse @message \"a=*\" as a", "@message", ParsePattern::Glob("a=*".into()), &["a"][..]),
        ("parse 'x *, *' as @y, z", "@message", ParsePattern::Glob("x *, *".into()), &["@y", "z"]),
        ("parse /(?<a>x)/", "@message", ParsePattern::Regex("(?<a>x)".into()), &[]),
        ("parse f.g /(x)/ as y", "f.g", ParsePattern::Regex("(x)".into()), &["y"]),
        ("parse f {{p}} as y", "f", ParsePattern::Glob("{{p}}".into()), &["y"]),
        ("parse {{f}} '*' as y", "{{f}}", ParsePattern::Glob("*".into()), &["y"]),
        ("parse {{p}} as y", "@message", ParsePattern::Glob("{{p}}".into()), &["y"]),
    ] {
        let [Command::Parse(parse)] = &commands(text)[..] else { panic!("{text}") };
        assert_eq!(shown(&parse.source), source, "{text}");
        assert_eq!(parse.pattern.node, pattern, "{text}");
        let found: Vec<_> = parse.names.iter().map(|name| name.node.as_str()).collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn the_smaller_commands_are_read() {
    let all = commands(
        "where a | limit any 5 | head 6 | dedup a, `b c` | pattern @message | unnest a.b into c",
    );
    let [
        Command::Filter(_),
        Command::Limit(5),
        Command::Limit(6),
        Command::Dedup(names),
        Command::Pattern(_),
        Command::Unnest { into, .. },
    ] = &all[..]
    else {
        panic!("{all:?}")
    };
    assert_eq!(names[1].node, "b c");
    assert_eq!(into.node, "c");
}

#[test]
fn commands_that_are_not_run_here_are_skipped_to_the_next_pipe() {
    for (text, name) in [
        ("diff previousDay", "diff"),
        ("filterIndex requestId in ['a|b']", "filterindex"),
        ("SOURCE logGroups(namePrefix: ['/aws/lambda'])", "source"),
        ("join type=left where a.x = b.y (SOURCE 'g' | filter x like /\\)|\"/ )", "join"),
        ("relevantfields where m like /a|b/", "relevantfields"),
        ("parse @message logfmt as lf", "parse … logfmt"),
        ("parse csv as a, b", "parse … csv"),
        ("parse @message /(x)/ as y multi", "parse … multi"),
        ("filter x in (fields y | filter z = 1)", "subquery"),
        ("stats count(*) by bin(5m) offset 1h", "stats … offset"),
        ("fillmissing with 0 for n # | a comment", "fillmissing"),
        ("limit {{n}}", "limit with a parameter"),
        ("unmask @message", "unmask"),
    ] {
        let all = commands(&format!("{text}\n| limit 1"));
        assert_eq!(all, [Command::Foreign(name.to_owned()), Command::Limit(1)], "{text}");
    }
}

#[test]
fn comments_newlines_and_pipes_at_both_ends_are_no_matter() {
    let text = "\n# first\n| fields a # then\n   # | filter b\r\n | limit 20 |\n";
    assert_eq!(commands(text).len(), 2);
}

#[test]
fn places_are_those_of_the_text() {
    let text = "fields a,\n  länge + 1 as b";
    let problem = &problems(text)[0];
    assert_eq!((problem.place.line, problem.place.column), (2, 4));
    let query = Query::parse("  filter (a) = b  # x").unwrap();
    assert_eq!(query.commands[0].span, 2..16);
    let Command::Filter(expression) = &query.commands[0].node else { panic!() };
    assert_eq!(expression.span, 9..16);
}

#[test]
fn each_problem_has_its_place_a_word_and_a_remedy() {
    for (text, expected) in [
        ("fields a | filtr b", "1:12: unknown command 'filtr'; did you mean 'filter'?"),
        ("explode a", "1:1: unknown command 'explode'; commands are fields, display"),
        ("filter a = 'b | limit 1", "1:12: no ''' closes this; add '''"),
        ("filter a = \"b", "1:12: no '\"' closes this"),
        ("filter a like /b", "1:15: no '/' closes this"),
        ("filter (a = 1 | limit 1", "1:8: no ')' closes this; add ')'"),
        ("filter a in [1", "1:13: no ']' closes this"),
        ("filter a = 1)", "1:13: unexpected ')'; take it away"),
        ("filter `a", "1:8: no '`' closes this"),
        ("fields @timestamp\nfilter a", "2:1: unexpected 'filter'; put '|' before 'filter'"),
        ("filter a && b", "1:10: unexpected '&&'; write 'and'"),
        ("filter a | | limit 1", "1:12: the command ends too early; a command stands between"),
        ("filter a !~ /b/", "1:10: unexpected '!~'; write 'not like /…/'"),
        ("filter", "1:7: the query ends too early; write a field"),
        ("stats by a", "1:7: unexpected 'by'; write what to compute"),
        ("filter a in (1, 2)", "1:13: unexpected '('; write the choices between"),
        ("filter a like b", "1:15: unexpected 'b'; write a text in quotes"),
        ("filter 5xx > 1", "1:8: '5xx' is neither a number nor a duration"),
        ("limit 1.5", "1:8: unexpected '.5'; write how many rows"),
        ("limit 99999999999999999999999", "1:7: this is too many rows"),
        ("fields a,", "1:10: the query ends too early"),
        ("unnest a as b", "1:10: unexpected 'as'; write 'into'"),
        ("filter {{}} = 1", "1:8: this is no parameter"),
        ("parse @message", "1:15: the query ends too early; write a text with '*'"),
        ("   ", "1:1: the query holds no command"),
        ("# only this", "1:1: the query holds no command"),
        ("fields a is not null", "1:10: unexpected 'is'; write 'ispresent(field)'"),
        ("filter a = 1 / /b/", "1:16: unexpected '/'; a regular expression stands after"),
    ] {
        let shown = problems(text)[0].to_string();
        assert!(shown.starts_with(expected), "{text}\n  {shown}\n  {expected}");
    }
}

#[test]
fn every_command_that_cannot_be_read_is_told() {
    let all = problems("filtr a | fields b | stat count(*) | limit x");
    let messages: Vec<_> = all.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["unknown command 'filtr'", "unknown command 'stat'", "unexpected 'x'"]);
}

#[test]
fn deep_nesting_and_long_chains_are_problems_and_no_overflow() {
    let nested = |depth: usize| format!("filter {}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Query::parse(&nested(60)).is_ok());
    for text in [
        nested(100_000),
        format!("filter {}a", "not ".repeat(100_000)),
        format!("filter {}a", "- ".repeat(100_000)),
        format!("filter a{}", " ^ a".repeat(100_000)),
        format!("filter a{}", " + a".repeat(100_000)),
        format!("filter {}a", "abs(".repeat(100_000)),
        format!("filter a in {}", "[a in ".repeat(100_000)),
        format!("join {}", "(".repeat(100_000)),
    ] {
        assert!(Query::parse(&text).is_err());
    }
    assert!(Query::parse(&format!("filter a{}", " or a = 1".repeat(400))).is_ok());
}
