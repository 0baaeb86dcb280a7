use crate::{
    Problem,
    ast::{Command, Expression, LikePattern, Node, Parse, ParsePattern, Span},
    language::names::compile,
};

use super::Subject;

/// Tells which regular expressions can't be read, and which patterns of `parse` don't fit their names.
pub(super) fn problems(subject: &Subject<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for command in &subject.query.commands {
        if let Command::Parse(parse) = &command.node {
            problems.extend(of_parse(subject, parse));
        }
        for expression in command.node.expressions() {
            expression.visit(&mut |part| {
                problems.extend(of_expression(subject, part));
                true
            });
        }
    }
    problems
}

fn of_expression(subject: &Subject<'_>, expression: &Expression) -> Option<Problem> {
    match &expression.node {
        Node::Like { pattern, .. } => match &pattern.node {
            LikePattern::Regex(regex) => unreadable(subject, regex, &pattern.span),
            LikePattern::Text(_) => None,
        },
        Node::Call { name, arguments } if is_replacement(&name.node) => {
            let pattern = arguments.get(1)?;
            let Node::Text(regex) = &pattern.node else { return None };
            unreadable(subject, regex, &pattern.span)
        }
        _ => None,
    }
}

fn is_replacement(name: &str) -> bool {
    ["regexReplace", "regex_replace"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn of_parse(subject: &Subject<'_>, parse: &Parse) -> Option<Problem> {
    let span = &parse.pattern.span;
    match &parse.pattern.node {
        ParsePattern::Glob(glob) => wrong_names(subject, glob, parse),
        ParsePattern::Regex(regex) => unreadable(subject, regex, span).or_else(|| {
            let remedy = "write '(?<name>…)' around what is taken";
            let is_named = !parse.all_names().is_empty();
            (!is_named).then(|| subject.problem(span, "'parse' names nothing", remedy))
        }),
    }
}

fn wrong_names(subject: &Subject<'_>, glob: &str, parse: &Parse) -> Option<Problem> {
    let (stars, names) = (glob.matches('*').count(), parse.names.len());
    if stars == names && stars > 0 || without_parameters(glob) != glob {
        return None;
    }
    let message = format!("the pattern has {stars} '*' for {names} names");
    Some(subject.problem(&parse.pattern.span, message, "give each '*' a name after 'as'"))
}

fn unreadable(subject: &Subject<'_>, regex: &str, span: &Span) -> Option<Problem> {
    let error = compile(&without_parameters(regex)).err()?.to_string();
    let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let remedy = if reason.starts_with("look-around") {
        "RE2, which AWS names, has none either; use 'not like', or a group around what is wanted"
    } else if reason.starts_with("backreferences") {
        "RE2, which AWS names, has none either"
    } else {
        "write '\\' before a sign that means itself"
    };
    Some(subject.problem(span, format!("invalid regular expression: {reason}"), remedy))
}

/// A value takes the place of a parameter before the service sees it.
fn without_parameters(pattern: &str) -> String {
    let mut parts = pattern.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match part.split_once("}}") {
        Some((_, rest)) => format!("{text}x{rest}"),
        None => format!("{text}{{{{{part}"),
    })
}

#[cfg(test)]
mod tests {
    use crate::lint::{assert_says, said};

    #[test]
    fn invalid_regular_expression_is_reported() {
        assert_says(&[
            (r"filter a like /^(?i)x\d+\/[a-z]{2,3}$/ and b =~ /{{word}}|y/", ""),
            (r"parse @message /(?<a>\S+) (?<b>.*?)/", ""),
            ("parse @message /(x)/ as y", ""),
            ("fields regexReplace(a, '[0-9]+', 'n')", ""),
            (
                "parse @message /a b/",
                "1:16: 'parse' names nothing; write '(?<name>…)' around what is taken",
            ),
        ]);
        for (text, start) in [
            ("filter a like /(b/", "1:15: invalid regular expression: unclosed group"),
            (
                "filter a not like /[b/",
                "1:19: invalid regular expression: unclosed character class",
            ),
            (
                "parse @message /*(?<a>b)/",
                "1:16: invalid regular expression: repetition operator missing expression",
            ),
            (
                "filter a like /(?!b)c/",
                "1:15: invalid regular expression: look-around, including look-ahead",
            ),
            ("fields regexReplace(a, '(', '')", "1:24: invalid regular expression: unclosed group"),
        ] {
            assert!(said(text)[0].starts_with(start), "{text}: {:?}", said(text));
        }
    }

    #[test]
    fn star_without_a_name_is_reported() {
        assert_says(&[
            ("parse @message 'a=*, b=*' as a, b", ""),
            ("parse @message {{pattern}} as a, b", ""),
            (
                "parse @message 'a=*' as a, b",
                "1:16: the pattern has 1 '*' for 2 names; give each '*' a name after 'as'",
            ),
            (
                "parse @message 'a=*'",
                "1:16: the pattern has 1 '*' for 0 names; give each '*' a name after 'as'",
            ),
            (
                "parse @message 'a'",
                "1:16: the pattern has 0 '*' for 0 names; give each '*' a name after 'as'",
            ),
        ]);
    }
}
