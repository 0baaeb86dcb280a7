//! What the linter takes, the engine runs; what the engine refuses, the linter reports.

use proptest::prelude::*;

use crate::{Engine, Problem, ProblemKind, Template, ast::Query, language::corpus::entries, lint};

fn select(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

fn any_name() -> impl Strategy<Value = String> {
    select(&[
        "a",
        "b",
        "A",
        "a.b",
        "b.0.c",
        "@timestamp",
        "@message",
        "@duration",
        "`a-b`",
        "@`aws.tag.a:b`",
        "n",
        "t",
        "`count(*)`",
        "@xraySegmentId",
    ])
}

fn any_literal() -> impl Strategy<Value = String> {
    select(&["1", "2.5", "\"x\"", "'y*'", "true", "null", "{{p}}", "5m", "9h", "1mo", "[1]"])
}

fn any_expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![4 => any_name(), 1 => any_literal()];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let scalar = select(&[
            "abs", "round", "strlen", "toupper", "ispresent", "isempty", "concat", "coalesce", "substr", "replace",
            "strcontains", "if", "case", "datefloor", "dateceil", "bin", "now", "fromMillis", "toMillis", "jsonParse",
            "regexReplace", "urldecode", "haversine", "isIpInSubnet", "greatest", "nope", "trim", "split",
        ]);
        let aggregate = any_aggregate(inner.clone().boxed());
        let call = (scalar, prop::collection::vec(inner.clone(), 0..4))
            .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(", ")));
        let operator = select(&["+", "-", "*", "/", "%", "^", "=", "!=", "<", ">=", "and", "or"]);
        prop_oneof![
            3 => call,
            1 => aggregate,
            3 => (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            1 => inner.clone().prop_map(|a| format!("(not ({a}))")),
            1 => inner.clone().prop_map(|a| format!("-{a}")),
            1 => (inner.clone(), select(&["in [1, \"x\"]", "not in []", "like /a.*/", "like /(/", "=~ \"x\"", "like 'x%'"]))
                .prop_map(|(a, condition)| format!("{a} {condition}")),
        ]
    })
}

fn any_aggregate(inner: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let one = select(&[
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "stddev",
        "latest",
        "earliest",
        "sortsFirst",
        "values",
        "count_distinct",
        "countDistinct",
        "COUNT",
        "variance",
    ]);
    prop_oneof![
        Just("count(*)".to_owned()),
        Just("count()".to_owned()),
        (one, inner.clone()).prop_map(|(name, argument)| format!("{name}({argument})")),
        (
            select(&["pct", "percentile", "topk", "values"]),
            inner.clone(),
            select(&["5", "99", "101", "a", "{{p}}"])
        )
            .prop_map(|(name, argument, number)| format!("{name}({argument}, {number})")),
        inner.prop_map(|field| format!("topk(3, {field})")),
    ]
}

fn aliased(expression: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (expression, prop::option::of(select(&["n", "t", "a", "@t", "`x y`", "m", "@timestamp"])))
        .prop_map(|(text, alias)| match alias {
            Some(alias) => format!("{text} as {alias}"),
            None => text,
        })
}

fn list(item: impl Strategy<Value = String>, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(item, 1..=most).prop_map(|items| items.join(", "))
}

fn any_command() -> impl Strategy<Value = String> {
    let aggregates = || {
        list(aliased(prop_oneof![4 => any_aggregate(any_name().boxed()), 1 => any_expression()]), 3)
    };
    let by = || {
        let time = select(&[
            "bin(5m)",
            "bin(@timestamp, 1h)",
            "datefloor(@timestamp + 9h, 1d)",
            "bin(300s)",
            "bin({{p}})",
        ]);
        list(aliased(prop_oneof![1 => time, 1 => any_name()]), 2)
    };
    let sort = (any_expression(), select(&["", " asc", " desc"]))
        .prop_map(|(key, way)| format!("{key}{way}"));
    let simple_sort = select(&[
        "@timestamp desc",
        "@timestamp",
        "count(*) desc",
        "n",
        "bin(5m)",
        "COUNT( * )",
        "t asc",
    ]);
    prop_oneof![
        3 => list(aliased(any_expression()), 3).prop_map(|list| format!("fields {list}")),
        1 => list(aliased(any_name()), 3).prop_map(|list| format!("display {list}")),
        2 => any_expression().prop_map(|condition| format!("filter {condition}")),
        2 => aggregates().prop_map(|list| format!("stats {list}")),
        4 => (aggregates(), by()).prop_map(|(list, by)| format!("stats {list} by {by}")),
        2 => list(prop_oneof![sort, simple_sort], 2).prop_map(|keys| format!("sort {keys}")),
        1 => select(&["limit 5", "limit {{p}}", "dedup a", "dedup a, n", "dedup `count(*)`"]),
        1 => select(&["pattern @message", "pattern a", "unnest a into x", "unnest x.b into y", "unnest jsonParse(a) into t"]),
        2 => select(&[
            "parse @message \"* *\" as a, n", "parse @message \"*\" as m, t", "parse a \"x\" as m",
            "parse @message /(?<@t>\\d+) (?<m>.*)/", "parse /(\\d+)/ as n", "parse a /(\\d+)/", "parse a /(?<n>/",
            "parse @message /\\d+/ as n", "parse a \"{{p}}\" as b", "parse @message '*' as @timestamp",
        ]),
        1 => select(&["anomaly", "diff", "join x (y)", "filterIndex a = 1", "fillmissing n", "unmask a", "tail 5"]),
    ]
}

fn any_query() -> impl Strategy<Value = String> {
    let source = prop::option::weighted(
        0.1,
        select(&["SOURCE 'g'", "SOURCE 'g' | SOURCE logGroups(namePrefix: ['a'])"]),
    );
    (source, prop::collection::vec(any_command(), 1..6)).prop_map(|(source, commands)| {
        source.into_iter().chain(commands).collect::<Vec<_>>().join(" | ")
    })
}

fn are_invalid(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.kind == ProblemKind::Invalid)
}

/// Asserts that a query which runs nowhere is refused in both places, and one that the linter takes runs.
fn assert_agreed(query: &str) {
    let linted = lint(query);
    let Ok(parsed) = Query::parse(query) else {
        assert!(are_invalid(&linted), "{query}");
        return;
    };
    let refused = Engine::new(query, &parsed).err().unwrap_or_default();
    assert!(!are_invalid(&refused) || are_invalid(&linted), "{query}: {refused:?}");
    let is_local = refused.iter().all(|problem| problem.kind != ProblemKind::NotLocal);
    assert!(refused.is_empty() || are_invalid(&linted) || !is_local, "{query}: {refused:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn linter_and_engine_agree_on_any_query(query in any_query()) {
        assert_agreed(&query);
    }
}

#[test]
fn linter_and_engine_agree_on_published_queries() {
    entries().iter().for_each(|entry| assert_agreed(&entry.query));
    Template::all().iter().for_each(|template| assert_agreed(&template.text));
}
