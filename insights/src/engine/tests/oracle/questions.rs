use proptest::prelude::*;

use super::{agree, lines::any_lines};

const FIRST_SEEN: &str = "order by min(number)";

/// A condition in our language and in SQL, where it is never null.
fn any_condition() -> impl Strategy<Value = (String, String)> {
    let operator = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let number = (operator.clone(), prop::sample::select(vec!["ms", "size"]), -20..20_i32)
        .prop_map(|(operator, field, number)| {
            (
                format!("{field} {operator} {number}"),
                format!("coalesce({field} {operator} {number}, 0)"),
            )
        });
    let quoted = (operator, -5..5_i32).prop_map(|(operator, number)| {
        (format!("size {operator} \"{number}\""), format!("coalesce(size {operator} {number}, 0)"))
    });
    let text = (
        prop::sample::select(vec!["=", "!=", "<", ">="]),
        prop::sample::select(vec!["INFO", "ERROR", "F"]),
    )
        .prop_map(|(operator, level)| {
            (
                format!("level {operator} \"{level}\""),
                format!("coalesce(level {operator} '{level}', 0)"),
            )
        });
    let part = (any::<bool>(), prop::sample::select(vec!["RR", "rr", "%R", "_", "b_c", "%"]))
        .prop_map(|(negated, part)| {
            let not = if negated { "not " } else { "" };
            // SQLite's `glob` heeds the case, as ours does.
            let glob =
                if part.contains('%') { part.replace('%', "*") } else { format!("*{part}*") };
            (
                format!("request.service {not}like \"{part}\""),
                format!("coalesce(service {not}glob '{glob}', 0)"),
            )
        });
    let list = any::<bool>().prop_map(|negated| {
        let not = if negated { "not " } else { "" };
        (format!("size {not}in [1, \"2\", 3]"), format!("coalesce(size {not}in (1, 2, 3), 0)"))
    });
    let present = Just(("ispresent(ms)".to_owned(), "(ms is not null)".to_owned()));
    let computed = (-20..20_i32).prop_map(|number| {
        (format!("ms * 2 - size > {number}"), format!("coalesce(ms * 2 - size > {number}, 0)"))
    });
    let leaf = prop_oneof![number, quoted, text, part, list, present, computed];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone()
                .prop_map(|((a, x), (b, y))| (format!("({a} and {b})"), format!("({x} and {y})"))),
            pair.prop_map(|((a, x), (b, y))| (format!("({a} or {b})"), format!("({x} or {y})"))),
            inner.prop_map(|(a, x)| (format!("not ({a})"), format!("not ({x})"))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn filters_agree_with_the_oracle(lines in any_lines(), (ours, sql) in any_condition()) {
        agree(
            &lines,
            &format!("filter {ours} | fields level, ms, size"),
            &format!("select level, ms, size from lines where {sql} order by time desc, number desc"),
        );
    }

    #[test]
    fn aggregates_agree_with_the_oracle(lines in any_lines(), (ours, sql) in any_condition()) {
        agree(
            &lines,
            &format!(
                "filter {ours} | stats count(*), count(ms), count_distinct(size), sum(ms), avg(ms), min(size), max(ms), \
                 sum(size) / count(*), stddev(ms) ^ 2, variance(ms) by level, request.service"
            ),
            &format!(
                "select level, service, count(*), count(ms), count(distinct size), sum(ms), avg(ms), min(size), max(ms), \
                 sum(size) * 1.0 / count(*), (count(ms) * sum(ms * ms) - sum(ms) * sum(ms)) / count(ms) / count(ms), \
                 (count(ms) * sum(ms * ms) - sum(ms) * sum(ms)) / count(ms) / count(ms) \
                 from lines where {sql} group by level, service {FIRST_SEEN}"
            ),
        );
    }

    #[test]
    fn percentiles_are_the_nearest_rank(lines in any_lines(), percent in 0..=100_u32) {
        let rank = format!("max((count(*) over w * {percent} + 99) / 100, 1)");
        agree(
            &lines,
            &format!("filter ispresent(ms) | stats pct(ms, {percent}) by level"),
            &format!(
                "select level, ms from (select level, ms, min(number) over w as seen, \
                 row_number() over (partition by level order by ms) as place, {rank} as rank \
                 from lines where ms is not null window w as (partition by level)) where place = rank order by seen"
            ),
        );
    }

    #[test]
    fn bins_agree_with_the_oracle(lines in any_lines(), minutes in 1..=60_i64) {
        let length = minutes * 60_000;
        // Division in SQL is towards zero, so that times are moved beyond it.
        let away = length * 1_000_000;
        agree(
            &lines,
            &format!("stats count(*), max(size) by bin({minutes}m) as t"),
            &format!(
                "select ((time + {away}) / {length}) * {length} - {away} as t, count(*), max(size) \
                 from lines group by t {FIRST_SEEN}"
            ),
        );
    }

    #[test]
    fn sort_and_limit_agree_with_the_oracle(
        lines in any_lines(),
        limit in 0..30_u32,
        size_first in any::<bool>(),
        descending in any::<bool>(),
    ) {
        let direction = if descending { "desc" } else { "asc" };
        let (a, b) = if size_first { ("size", "level") } else { ("level", "ms") };
        agree(
            &lines,
            &format!("fields level, ms, size | sort {a} {direction}, {b} | limit {limit}"),
            &format!(
                "select level, ms, size from lines order by {a} {direction}, {b}, time desc, number desc limit {limit}"
            ),
        );
    }

    #[test]
    fn dedup_agrees_with_the_oracle(lines in any_lines()) {
        agree(
            &lines,
            "filter ispresent(level) and ispresent(size) | fields level, size, ms | dedup level, size",
            "select level, size, ms from (select *, row_number() over (partition by level, size \
             order by time desc, number desc) as place from lines where level is not null and size is not null) \
             where place = 1 order by time desc, number desc",
        );
    }

    #[test]
    fn nested_stats_agree_with_the_oracle(lines in any_lines()) {
        agree(
            &lines,
            "stats count(*) as n by level, size | stats max(n) as most, count(*) as groups by level | sort most desc, level",
            "select level, max(n) as most, count(*) from (select level, count(*) as n from lines group by level, size) \
             group by level order by most desc, level",
        );
    }
}
