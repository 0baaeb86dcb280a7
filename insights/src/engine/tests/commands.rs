use super::{gives, run, run_events};
use crate::LogEvent;

#[test]
fn query_without_fields_shows_timestamp_and_message() {
    let line = r#"{"timestamp":"2026-11-20T11:31:18.967Z","level":"INFO"}"#;
    let table = run("filter level = \"INFO\"", &[line]);
    assert_eq!(table.columns, ["@timestamp", "@message"]);
    assert_eq!(super::cells(&table), [["2026-11-20 11:31:18.967", line]]);
}

#[test]
fn fields_accumulate_and_the_last_display_wins() {
    let line = [r#"{"a":1,"b":2}"#];
    assert_eq!(run("fields a | fields b, a + b as c | fields a", &line).columns, ["a", "b", "c"]);
    assert_eq!(run("fields a | display a | display b", &line).columns, ["b"]);
    gives("fields a | display a | display b", &line, &[["2"]]);
}

#[test]
fn parse_extracts_fields_or_leaves_them_absent() {
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
fn dedup_keeps_the_newest_row_and_rows_without_the_key() {
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
fn event_metadata_has_fields() {
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

#[test]
fn unnest_of_a_map_a_text_or_a_number_keeps_the_row() {
    let lines = [
        r#"{"id":1,"x":{"sku":"a"}}"#,
        r#"{"id":2,"x":"text"}"#,
        r#"{"id":3,"x":7}"#,
        r#"{"id":4,"x":true}"#,
        r#"{"id":5,"x":null}"#,
        r#"{"id":6,"x":[]}"#,
    ];
    gives(
        "unnest x into y | display id, y, y.sku | sort id",
        &lines,
        &[["1", r#"{"sku":"a"}"#, "a"], ["2", "text", "-"], ["3", "7", "-"], ["4", "1", "-"]],
    );
}

#[test]
fn unnesting_two_lists_gives_the_product() {
    gives(
        "unnest a into x | unnest b into y | display x, y",
        &[r#"{"a":[1,2],"b":["p","q"]}"#],
        &[["1", "p"], ["1", "q"], ["2", "p"], ["2", "q"]],
    );
}

#[test]
fn parsed_fields_are_columns() {
    let line = r#"{"timestamp":"2026-11-20T11:31:18.967Z","user":"ann","items":[1]}"#;
    let table = run("parse @message '\"user\":\"*\"' as name | unnest items into item", &[line]);
    assert_eq!(table.columns, ["@timestamp", "@message", "name", "item"]);
    assert_eq!(super::cells(&table), [["2026-11-20 11:31:18.967", line, "ann", "1"]]);
    let table = run("parse @message 'u*' as name | fields items.0", &[line]);
    assert_eq!(table.columns, ["items.0"]);
}

#[test]
fn capture_groups_can_be_named_like_built_in_fields() {
    gives(
        "parse @message /took (?<@took>\\d+) of (?<limit>\\d+)/ | filter @took > 5 | display @took, limit",
        &["took 12 of 30", "took 3 of 30"],
        &[["12", "30"]],
    );
}

#[test]
fn sort_by_timestamp_after_bin_uses_the_bin() {
    let lines = [
        r#"{"timestamp":"2026-11-20T11:41:00Z"}"#,
        r#"{"timestamp":"2026-11-20T11:31:00Z"}"#,
        r#"{"timestamp":"2026-11-20T11:36:00Z"}"#,
    ];
    let at = |minute: &str| format!("2026-11-20 11:{minute}:00.000");
    let table = run("stats count(*) by bin(5m) | sort @timestamp desc | display bin(5m)", &lines);
    assert_eq!(super::cells(&table).concat(), ["40", "35", "30"].map(at));
    let table =
        run("stats count(*) as n by level, bin(5m) as t | sort @timestamp | display t", &lines);
    assert_eq!(super::cells(&table).concat(), ["30", "35", "40"].map(at));
}

#[test]
fn durations_are_added_to_times() {
    let line = [r#"{"timestamp":"2026-11-20T20:31:18Z"}"#];
    gives(
        "fields datefloor(@timestamp + 9h, 1d) as day, toMillis(@timestamp - 30m) - toMillis(@timestamp) as d | display day, d",
        &line,
        &[["2026-11-21 00:00:00.000", "-1800000"]],
    );
    gives("fields bin(@timestamp, 1h) as hour", &line, &[["2026-11-20 20:00:00.000"]]);
}

#[test]
fn names_with_an_at_and_backticks_are_read() {
    gives(
        "fields @`aws.tag.a:b`, a.`b c` | filter not ispresent(@`aws.tag.a:b`)",
        &[r#"{"a":{"b c":1}}"#],
        &[["-", "1"]],
    );
}

#[test]
fn segment_id_of_a_report_is_a_field() {
    let report = "REPORT RequestId: 6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e\tDuration: 12.50 ms\t\n\
                  XRAY TraceId: 1-6a1ec046-4f2d8a9b3c1e5f7a9b0d2c4e\tSegmentId: 5a1b9c0d3e4f2a68\tSampled: true\t";
    gives("fields @xraySegmentId", &[report], &[["5a1b9c0d3e4f2a68"]]);
}

#[test]
fn coalesce_and_min_keep_times() {
    let line = [r#"{"timestamp":"2026-11-20T11:31:18.967Z"}"#];
    let time = "2026-11-20 11:31:18.967";
    gives(
        "fields coalesce(x, @timestamp), if(ispresent(x), 1, @timestamp), fromMillis(toMillis(@timestamp))",
        &line,
        &[[time, time, time]],
    );
    gives("stats max(@timestamp), earliest(@timestamp)", &line, &[[time, time]]);
    gives("fields @timestamp + 0, abs(@timestamp)", &line, &[["1795174278967", "1795174278967"]]);
}
