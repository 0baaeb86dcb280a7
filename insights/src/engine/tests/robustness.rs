use proptest::prelude::*;

use super::engine;
use crate::LogEvent;

/// Queries that touch every stage.
const QUERIES: [&str; 9] = [
    "fields a, b.c, @timestamp | filter a > 1 or b.c like /x/ | sort a desc | limit 5",
    "stats count(*), sum(a), avg(a), pct(a, 90), stddev(a), values(a), topk(a, 2) by bin(1w), b.c",
    "stats max(@timestamp), earliest(a), latest(a), min(a) by datefloor(@timestamp, 1mo), dateceil(@timestamp, 3q)",
    "parse @message \"*:*\" as x, y | parse x /(?<z>\\d+)/ | fields x, y, z, substr(y, z, a), a ^ a % b.c",
    "unnest a into e | fields e.b, e, jsonParse(e) as j | fields j.c",
    "dedup a, b.c | limit 3",
    "pattern @message",
    "fields fromMillis(a), bin(1y), toMillis(a), round(a, b.c), split(a, b.c), isIpInSubnet(a, b.c)",
    "filter @type = \"REPORT\" | fields @duration, @requestId, @memorySize, @xrayTraceId",
];

fn feed(query: &str, lines: &[String], times: &[Option<i64>]) {
    let mut engine = engine(query).unwrap();
    for (line, time) in lines.iter().zip(times.iter().cycle()) {
        let _ = engine.feed(&LogEvent { timestamp: *time, ..LogEvent::new(line) });
    }
    for row in engine.finish().rows {
        row.iter().flatten().for_each(|value| drop(value.to_string()));
    }
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        "[a-z0-9:. %x]{0,6}".prop_map(|text| format!("\"{text}\"")),
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|all| format!("[{}]", all.join(","))),
            inner.prop_map(|value| format!("{{\"b\":{value},\"c\":{value}}}")),
        ]
    })
}

proptest! {
    #[test]
    fn no_values_make_a_query_panic(
        query in prop::sample::select(&QUERIES[..]),
        values in prop::collection::vec((value(), value()), 1..8),
        times in prop::collection::vec(any::<Option<i64>>(), 1..8),
    ) {
        let lines = values.iter().map(|(a, b)| format!("{{\"a\":{a},\"b\":{{\"c\":{b}}}}}"));
        feed(query, &lines.collect::<Vec<_>>(), &times);
    }

    #[test]
    fn no_line_makes_a_query_panic(
        query in prop::sample::select(&QUERIES[..]),
        lines in prop::collection::vec(prop_oneof!["\\PC{0,40}", "[{}\\[\\]\",:ab0-9 \\\\.-]{0,40}"], 1..6),
        times in prop::collection::vec(any::<Option<i64>>(), 1..3),
    ) {
        feed(query, &lines, &times);
    }

    #[test]
    fn no_query_that_parses_makes_the_engine_panic(query in "[a-e@.(){}|*=<>+/\"', 0-9-]{0,40}") {
        if let Ok(parsed) = crate::ast::Query::parse(&query)
            && let Ok(mut engine) = crate::Engine::new(&query, &parsed)
        {
            let _ = engine.feed(&LogEvent::new(r#"{"a":1,"b":"x"}"#));
            let _ = engine.finish();
        }
    }

    #[test]
    fn no_mix_of_commands_makes_the_engine_panic(
        commands in prop::collection::vec(prop::sample::select(vec![
            "fields a, b.c as d", "filter a > 1", "stats count(*) as a by d", "sort a desc", "limit 2", "dedup a",
            "parse d \"*x\" as e", "unnest a into f", "pattern d", "display a", "stats latest(a) as g by bin(1d)",
            "fields jsonParse(a) as h, h.b", "filter d like /x/", "sort d", "limit 0",
        ]), 1..6),
        values in prop::collection::vec((value(), value()), 0..6),
    ) {
        let query = commands.join(" | ");
        if let Ok(parsed) = crate::ast::Query::parse(&query)
            && let Ok(mut engine) = crate::Engine::new(&query, &parsed)
        {
            for (a, b) in &values {
                let _ = engine.feed(&LogEvent::new(&format!("{{\"a\":{a},\"b\":{{\"c\":{b}}}}}")));
            }
            let table = engine.finish();
            prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        }
    }
}

proptest! {
    /// The double negation keeps the engine from looking for the text in the line.
    #[test]
    fn prefilter_skips_only_lines_that_cannot_match(
        lines in prop::collection::vec("(\\{\"a\":)?\"?(\\\\u004f|O|K|\\\\n|\\\\/|/|1|\\.0| ){0,4}\"?\\}?", 1..8),
        text in prop::sample::select(vec!["OK", "O", "K/", "O K", "1", "10", "OKO"]),
    ) {
        for condition in [format!("a = \"{text}\""), format!("@message like \"{text}\"")] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let skipping = super::run(&format!("filter {condition}"), &lines);
            let reading = super::run(&format!("filter not (not ({condition}))"), &lines);
            prop_assert_eq!(skipping, reading);
        }
    }
}

#[test]
fn deeply_nested_expression_is_refused() {
    use crate::ast::{Command, Node, Query, Spanned, UnaryOperator};

    let span = 0..0;
    let mut condition = Spanned { node: Node::Bool(true), span: span.clone() };
    for _ in 0..5_000 {
        condition = Spanned {
            node: Node::Unary(UnaryOperator::Not, Box::new(condition)),
            span: span.clone(),
        };
    }
    let query = Query { commands: vec![Spanned { node: Command::Filter(condition), span }] };
    let problems = crate::Engine::new("", &query).err().unwrap();
    assert!(problems[0].message.contains("too deeply"));
}

#[test]
fn exponentially_growing_text_is_refused() {
    for grow in [
        "concat(X, X)",
        "replace(X, \"a\", \"aa\")",
        "regexReplace(X, \"a.*\", \"$0$0\")",
        "jsonStringify(X)",
    ] {
        let first = vec![format!("fields \"a\\\"a\" as x0")];
        let steps = (0..40)
            .map(|at| format!("fields {} as x{}", grow.replace('X', &format!("x{at}")), at + 1));
        let query = first.into_iter().chain(steps).collect::<Vec<_>>().join(" | ");
        let table = super::run(&format!("{query} | display x3, x40"), &["line"]);
        assert!(table.rows[0][0].is_some(), "{grow}");
        // `concat` leaves out what is absent, so that an empty text is left.
        let left = table.rows[0][1].as_ref().map(ToString::to_string);
        assert_eq!(left.unwrap_or_default(), "", "{grow}");
    }
}

#[test]
fn line_full_of_braces_is_linear() {
    let lines = ["{\"a\":".repeat(100_000), "{".repeat(500_000), "{\"".repeat(300_000)];
    let begin = std::time::Instant::now();
    feed("fields a | filter a = 1", &lines, &[None]);
    feed("fields @timestamp", &["0000-".repeat(200_000)], &[None]);
    // Reading a brace again for each brace would take hours; a busy machine takes seconds.
    assert!(begin.elapsed().as_secs() < 300, "{:?}", begin.elapsed());
}
