use crate::ast::Command;

use super::{commands, display::display, problems};

fn filtered(condition: &str) -> String {
    match &commands(&format!("filter {condition}"))[..] {
        [Command::Filter(expression)] => display(expression),
        other => panic!("{other:?}"),
    }
}

#[test]
fn operator_precedence_is_arithmetic() {
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
fn and_or_bind_looser_than_comparisons() {
    for (text, expected) in [
        ("a = 1 or b = 2 and c = 3", "((a = 1) or ((b = 2) and (c = 3)))"),
        ("not a = 1 and b", "((not (a = 1)) and b)"),
        ("a AND NOT b OR c", "((a and (not b)) or c)"),
        ("a + 1 >= b * 2", "((a + 1) >= (b * 2))"),
        ("a == 1", "(a = 1)"),
        ("!ispresent(a) and b", "((not ispresent(a)) and b)"),
        ("!a = 1 or a!=1", "(((not a) = 1) or (a != 1))"),
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
        ("{{level}} = {{x}}", "({{level}} = {{x}})"),
        ("a in {{list}}", "(a in [{{list}}])"),
        ("a like {{text}}", "(a like \"{{text}}\")"),
    ] {
        assert_eq!(filtered(text), expected, "{text}");
    }
}

#[test]
fn names_can_have_signs_paths_and_backticks() {
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
