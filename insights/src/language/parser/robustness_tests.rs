//! No text makes the parser or the linter panic, hang or point outside of it.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::{
    Problem,
    ast::{Expression, Query, Span},
    language::corpus,
    lint,
};

const PIECES: &[&str] = &[
    "|",
    "(",
    ")",
    "[",
    "]",
    "{{",
    "}}",
    "{{p}}",
    "'",
    "\"",
    "`",
    "/",
    "\\",
    "#",
    "\n",
    ",",
    "*",
    "^",
    "-",
    "+",
    "%",
    "=",
    "==",
    "!=",
    "=~",
    "<=",
    "not ",
    "and ",
    "or ",
    "in ",
    "like ",
    " as ",
    " by ",
    "desc",
    "fields ",
    "filter ",
    "stats ",
    "sort ",
    "limit ",
    "parse ",
    "dedup ",
    "display ",
    "pattern ",
    "unnest ",
    "join ",
    "diff",
    "source ",
    "bin(5m)",
    "count(*)",
    "300s",
    "1e9",
    "1e",
    ".",
    "..",
    "@",
    "@@",
    "a.0",
    "a[1]",
    "ä",
    "💥",
    "\u{0}",
    "\u{a0}",
    "into ",
    "99999999999999999999",
    "true",
    "null",
    "offset ",
    "multi",
    "logfmt",
    "(?<",
    "(?<a>b)",
];

#[derive(Clone, Debug)]
struct Change {
    at: prop::sample::Index,
    removed: usize,
    put: String,
}

fn piece() -> impl Strategy<Value = String> {
    prop::sample::select(PIECES).prop_map(str::to_owned)
}

fn change() -> impl Strategy<Value = Change> {
    let put = prop_oneof![3 => piece(), 1 => any::<String>(), 1 => Just(String::new())];
    (any::<prop::sample::Index>(), 0..20_usize, put).prop_map(|(at, removed, put)| Change {
        at,
        removed,
        put,
    })
}

fn mutated() -> impl Strategy<Value = String> {
    let queries: Vec<_> = corpus::entries().into_iter().map(|entry| entry.query).collect();
    (prop::sample::select(queries), prop::collection::vec(change(), 1..6)).prop_map(
        |(query, changes)| {
            let mut characters: Vec<char> = query.chars().collect();
            for Change { at, removed, put } in changes {
                let start = at.index(characters.len() + 1);
                let end = (start + removed).min(characters.len());
                characters.splice(start..end, put.chars());
            }
            characters.into_iter().collect()
        },
    )
}

fn assert_harmless(text: &str) {
    let start = Instant::now();
    match Query::parse(text) {
        Ok(query) => assert_spans(text, &query),
        Err(problems) => assert!(!problems.is_empty()),
    }
    lint(text).iter().for_each(|problem| assert_problem(text, problem));
    let beginning: String = text.chars().take(60).collect();
    assert!(start.elapsed() < Duration::from_secs(300), "{beginning}");
}

fn assert_problem(text: &str, problem: &Problem) {
    assert_inside(text, &problem.place.span);
    let lines = text.split('\n').count();
    assert!((1..=lines).contains(&problem.place.line), "{problem:?}");
    assert!(!problem.message.is_empty() && !problem.remedy.is_empty());
}

fn assert_spans(text: &str, query: &Query) {
    let mut end = 0;
    for command in &query.commands {
        assert!(command.span.start >= end, "{text}");
        assert_inside(text, &command.span);
        end = command.span.end;
        for expression in command.node.expressions() {
            expression.visit(&mut |part: &Expression| {
                assert_inside(text, &part.span);
                true
            });
        }
    }
}

fn assert_inside(text: &str, span: &Span) {
    assert!(text.get(span.clone()).is_some(), "{span:?} of {text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn random_text_parses_or_gives_a_problem(text in any::<String>()) {
        assert_harmless(&text);
    }

    #[test]
    fn random_tokens_parse_or_give_a_problem(pieces in prop::collection::vec(piece(), 0..40)) {
        assert_harmless(&pieces.concat());
    }

    #[test]
    fn mutated_query_parses_or_gives_a_problem(text in mutated()) {
        assert_harmless(&text);
    }
}

#[test]
fn parsing_is_linear_in_length() {
    for piece in PIECES {
        assert_harmless(&format!("filter a = {}", piece.repeat(20_000)));
        assert_harmless(&format!("fields a | {}", piece.repeat(20_000)));
        assert_harmless(&format!("join {}", piece.repeat(20_000)));
    }
}
