use crate::ast::{Command, Query};

use super::problems;

#[test]
fn positions_refer_to_the_source_text() {
    let text = "fields a,\n  länge + 1 as b";
    let problem = &problems(text)[0];
    assert_eq!((problem.place.line, problem.place.column), (2, 4));
    let query = Query::parse("  filter (a) = b  # x").unwrap();
    assert_eq!(query.commands[0].span, 2..16);
    let Command::Filter(expression) = &query.commands[0].node else { panic!() };
    assert_eq!(expression.span, 9..16);
}

#[test]
fn problem_has_position_token_and_remedy() {
    for (text, expected) in [
        ("fields a | filtr b", "1:12: unknown command 'filtr'; did you mean 'filter'?"),
        ("explode a", "1:1: unknown command 'explode'; commands are fields, display"),
        ("filter a = 'b | limit 1", "1:12: no ''' closes this; add '''"),
        ("filter a = \"b", "1:12: no '\"' closes this"),
        ("filter a like /b", "1:15: no '/' closes this"),
        ("filter (a = 1 | limit 1", "1:8: no ')' closes this; add ')'"),
        ("filter a in [1", "1:13: no ']' closes this"),
        ("filter a = 1)", "1:13: unexpected ')'; remove it"),
        ("filter `a", "1:8: no '`' closes this"),
        ("fields @timestamp\nfilter a", "2:1: unexpected 'filter'; put '|' before 'filter'"),
        ("filter a && b", "1:10: unexpected '&&'; write 'and'"),
        ("filter a | | limit 1", "1:12: the command ends too early; write a command between"),
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
        ("filter {{a-b}} = 1", "1:8: invalid parameter; a parameter looks like '{{name}}'"),
        ("filter {{}} = 1", "1:8: invalid parameter"),
        ("parse @message", "1:15: the query ends too early; write a text with '*'"),
        ("   ", "1:1: the query holds no command"),
        ("# only this", "1:1: the query holds no command"),
        ("fields a is not null", "1:10: unexpected 'is'; write 'ispresent(field)'"),
        ("filter a = “b”", "1:12: unexpected '“'; write straight quotes"),
        ("filter a like /b/i", "1:18: unexpected 'i'; write '(?i)' at the start of it"),
        ("diff)", "1:5: unexpected ')'; remove it"),
        ("join a (b", "1:8: nothing closes this"),
        ("filter a = 1 / /b/", "1:16: unexpected '/'; write regular expressions only after"),
    ] {
        let shown = problems(text)[0].to_string();
        assert!(shown.starts_with(expected), "{text}\n  {shown}\n  {expected}");
    }
}

#[test]
fn every_invalid_command_is_reported() {
    assert_eq!(problems("parse @message /a|filtr b/ to c | limit 1").len(), 1);
    let all = problems("filtr a | fields b | stat count(*) | limit x");
    let messages: Vec<_> = all.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["unknown command 'filtr'", "unknown command 'stat'", "unexpected 'x'"]);
}

#[test]
fn deep_nesting_and_long_chains_do_not_overflow() {
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
