use crate::ast::{Command, ParsePattern};

use super::{commands, display::display};

#[test]
fn stats_has_aggregates_and_groups() {
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
    let keys: Vec<_> = keys.iter().map(|key| (display(&key.expression), key.descending)).collect();
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
        assert_eq!(display(&parse.source), source, "{text}");
        assert_eq!(parse.pattern.node, pattern, "{text}");
        let found: Vec<_> = parse.names.iter().map(|name| name.node.as_str()).collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn limit_dedup_display_and_unnest_are_parsed() {
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
fn unsupported_commands_are_skipped_to_the_next_pipe() {
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
fn comments_newlines_and_outer_pipes_are_ignored() {
    let text = "\n# first\n| fields a # then\n   # | filter b\r\n | limit 20 |\n";
    assert_eq!(commands(text).len(), 2);
}
