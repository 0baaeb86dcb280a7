use super::{gives, run, run_events};
use crate::LogEvent;

const LINES: [&str; 6] = [
    r#"{"timestamp":"2026-11-20T11:31:10Z","level":"INFO","ms":10,"user":"ann"}"#,
    r#"{"timestamp":"2026-11-20T11:32:20Z","level":"ERROR","ms":"30","user":"bob"}"#,
    r#"{"timestamp":"2026-11-20T11:36:30Z","level":"INFO","ms":20,"user":"ann"}"#,
    r#"{"timestamp":"2026-11-20T11:37:40Z","level":"INFO","user":"cid"}"#,
    r#"{"timestamp":"2026-11-20T11:38:40Z","level":"INFO","ms":"n/a"}"#,
    "text",
];

#[test]
fn groups_are_counted_in_the_order_in_which_they_were_seen() {
    let table = run("stats count(*) as n, count(ms), count_distinct(user) by level", &LINES);
    assert_eq!(table.columns, ["level", "n", "count(ms)", "count_distinct(user)"]);
    assert_eq!(
        super::cells(&table),
        [["INFO", "4", "3", "2"], ["ERROR", "1", "1", "1"], ["-", "1", "0", "0"]]
    );
}

#[test]
fn numbers_are_aggregated_and_other_values_left_out() {
    gives(
        "stats sum(ms), avg(ms), min(ms), max(ms), pct(ms, 50), pct(ms, 100), stddev(ms)",
        &LINES,
        &[["60", "20", "10", "30", "20", "30", "8.16496580927726"]],
    );
    gives("filter level = \"none\" | stats count(*)", &LINES, &[] as &[[&str; 1]]);
    gives(
        "filter user = \"cid\" | stats sum(ms), avg(ms), pct(ms, 9), stddev(ms), max(ms)",
        &LINES,
        &[["-"; 5]],
    );
}

#[test]
fn latest_sort_first_and_top_values_are_chosen() {
    gives(
        "stats earliest(user), latest(user), sortsFirst(user), sortsLast(user), values(user), topk(user, 1) by level",
        &LINES[..5],
        &[
            ["INFO", "ann", "cid", "ann", "cid", r#"["ann","cid"]"#, r#"["ann"]"#],
            ["ERROR", "bob", "bob", "bob", "bob", r#"["bob"]"#, r#"["bob"]"#],
        ],
    );
}

#[test]
fn bins_are_groups_of_time() {
    gives(
        "filter level = \"INFO\" | stats count(*) as n by bin(5m) as t | sort t desc",
        &LINES,
        &[["2026-11-20 11:35:00.000", "3"], ["2026-11-20 11:30:00.000", "1"]],
    );
    let events = [5_000, 65_000, 125_000].map(|at| LogEvent::new("x").timestamp(at));
    assert_eq!(run_events("stats count(*) by bin(300s)", &events).rows.len(), 3);
}

#[test]
fn stats_commands_can_be_chained() {
    gives(
        "stats count(*) as n by bin(5m) as t, level | stats max(n) as most, count(*) as groups by datefloor(t, 1h) as hour \
         | filter ispresent(hour) | display most, groups",
        &LINES,
        &[["3", "3"]],
    );
}

#[test]
fn expressions_of_aggregates_and_of_columns_work() {
    gives(
        "stats sum(ms) / count(ms) as mean, max(ms) - min(ms) as range by 1 + 1 as two",
        &LINES[..3],
        &[["2", "20", "20"]],
    );
    gives("stats count(*) by level | sort count(*) desc | limit 1", &LINES, &[["INFO", "4"]]);
    gives(
        "stats count(*), avg(ms) by level | sort `avg(ms)` desc | limit 1 | display level",
        &LINES,
        &[["ERROR"]],
    );
    gives(
        "stats count(*) as n by level | filter n > 1 | fields n * 10 as tenfold",
        &LINES,
        &[["INFO", "4", "40"]],
    );
    gives(
        "stats max(ms) as most, min(ms) as least, most - least as range, range / 2 as half",
        &LINES,
        &[["30", "10", "20", "10"]],
    );
    gives(
        "stats sum(if(level = \"ERROR\", 1, 0)) * 100 / count(*) as rate",
        &LINES[..4],
        &[["25"]],
    );
    gives(
        "stats count(*) by bin(1d) | sort bin(1d) desc | limit 1 | display count(*)",
        &LINES,
        &[["5"]],
    );
    gives("fields ms * 2 as double | stats max(double)", &LINES, &[["60"]]);
}

#[test]
fn aggregate_aliases_are_equal() {
    gives(
        "stats countDistinct(user), percentile(ms, 50), topk(2, user), topk(user, 2)",
        &LINES,
        &[["3", "20", r#"["ann","bob"]"#, r#"["ann","bob"]"#]],
    );
    gives("stats count(*) by level | sort COUNT( * ) desc | limit 1", &LINES, &[["INFO", "4"]]);
}
