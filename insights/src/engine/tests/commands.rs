use super::{gives, run, run_events};
use crate::LogEvent;

#[test]
fn a_query_that_names_no_fields_shows_when_and_what() {
    let line = r#"{"timestamp":"2026-11-20T11:31:18.967Z","level":"INFO"}"#;
    let table = run("filter level = \"INFO\"", &[line]);
    assert_eq!(table.columns, ["@timestamp", "@message"]);
    assert_eq!(super::cells(&table), [["2026-11-20 11:31:18.967", line]]);
}

#[test]
fn several_fields_add_up_and_the_last_display_wins() {
    let line = [r#"{"a":1,"b":2}"#];
    assert_eq!(run("fields a | fields b, a + b as c | fields a", &line).columns, ["a", "b", "c"]);
    assert_eq!(run("fields a | display a | display b", &line).columns, ["b"]);
    gives("fields a | display a | display b", &line, &[["2"]]);
}

#[test]
fn parse_takes_texts_apart_and_leaves_absent_what_does_not_match() {
    let lines = ["user=bob, took 12 ms", "nothing"];
    gives(
        "parse @message \"user=*, took * ms\" as user, took | fields user, took",
        &lines,
        &[["-", "-"], ["bob", "12"]],
    );
    gives(
        "parse @message /user=(?<user>\\w+).*?(?<took>\\d+)/ | fields user, took * 2",
        &lines,
        &[["-", "-"], ["bob", "24"]],
    );
}

#[test]
fn unnest_makes_a_row_of_each_element() {
    let lines = [
        r#"{"id":1,"items":[{"sku":"a","n":2},{"sku":"b","n":3}]}"#,
        r#"{"id":2,"items":[]}"#,
        r#"{"id":3}"#,
    ];
    gives(
        "unnest items into item | fields id, item.sku, item.n | sort item.n desc",
        &lines,
        &[["1", "b", "3"], ["1", "a", "2"]],
    );
    gives(
        "unnest orders into order | unnest order.items into item | display order.id, item",
        &[r#"{"orders":[{"id":1,"items":["a","b"]},{"id":2,"items":["c"]}]}"#],
        &[["1", "a"], ["1", "b"], ["2", "c"]],
    );
    gives("unnest items into item | stats sum(item.n) as n by id", &lines, &[["1", "5"]]);
    gives(
        "fields split(\"x,y\", \",\") as parts | filter id = 3 | unnest parts into part | display part",
        &lines,
        &[["x"], ["y"]],
    );
}

#[test]
fn dedup_keeps_the_newest_of_a_key_and_all_that_lack_one() {
    let lines = [
        r#"{"k":"a","n":1}"#,
        r#"{"n":2}"#,
        r#"{"k":"a","n":3}"#,
        r#"{"k":"b","n":4}"#,
        r#"{"n":5}"#,
    ];
    gives("fields k, n | dedup k", &lines, &[["-", "5"], ["b", "4"], ["a", "3"], ["-", "2"]]);
    gives("fields k, n | sort n asc | dedup k | limit 2", &lines, &[["a", "1"], ["-", "2"]]);
}

#[test]
fn patterns_are_counted() {
    let lines =
        ["ERROR order 17 failed", "ERROR order 18 failed", "INFO ready", "ERROR order 19 failed"];
    let table = run("pattern @message", &lines);
    assert_eq!(table.columns, ["@pattern", "@ratio", "@sampleCount", "@severityLabel"]);
    assert_eq!(
        super::cells(&table),
        [["ERROR order <*> failed", "0.75", "3", "Error"], ["INFO ready", "0.25", "1", "Info"]]
    );
    gives(
        "pattern @message | filter @sampleCount > 1 | display @pattern",
        &lines,
        &[["ERROR order <*> failed"]],
    );
}

#[test]
fn what_comes_with_an_event_has_fields() {
    let event =
        LogEvent::new("hello").timestamp(0).ingestion_time(1).log_stream("s").log("1:group");
    let table = run_events(
        "fields @timestamp, @ingestionTime, @logStream, @log, @message, ispresent(@ptr)",
        &[event],
    );
    assert_eq!(
        super::cells(&table),
        [["1970-01-01 00:00:00.000", "1970-01-01 00:00:00.001", "s", "1:group", "hello", "1"]]
    );
}

#[test]
fn names_with_dots_and_aliases_are_found() {
    let lines = [r#"{"a":{"b":1},"level":"x"}"#];
    gives(
        "fields a.b as c, level as severity | filter c = 1 | display c, severity",
        &lines,
        &[["1", "x"]],
    );
    gives("fields level as a | filter a.b = 1 | display a", &lines, &[["x"]]);
    gives("fields a.b + 1 as c | fields c + 1 as d | display d", &lines, &[["3"]]);
}
