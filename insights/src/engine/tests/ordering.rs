use super::{cells, gives, run_events};
use crate::LogEvent;

#[test]
fn unsorted_rows_are_newest_first() {
    let times = [3, 1, 2, 3];
    let messages = ["a", "b", "c", "d"];
    let mut events: Vec<LogEvent<'_>> = times
        .iter()
        .zip(messages)
        .map(|(time, message)| LogEvent::new(message).timestamp(*time))
        .collect();
    events.push(LogEvent::new("timeless"));
    let found = |query| cells(&run_events(query, &events)).concat();
    assert_eq!(found("fields @message"), ["d", "a", "c", "b", "timeless"]);
    assert_eq!(found("fields @message | limit 2"), ["d", "a"]);
    assert_eq!(found("limit 2 | sort @timestamp asc, @message | display @message"), ["a", "d"]);
    assert_eq!(found("sort @timestamp asc | limit 2 | display @message"), ["timeless", "b"]);
}

#[test]
fn sort_is_natural_and_stable() {
    let lines =
        [r#"{"x":10}"#, r#"{"x":"b"}"#, r#"{"x":"9"}"#, r#"{}"#, r#"{"x":"a"}"#, r#"{"x":-1.5}"#];
    gives("fields x | sort x asc", &lines, &[["-"], ["a"], ["b"], ["-1.5"], ["9"], ["10"]]);
    gives("fields x | sort x desc", &lines, &[["10"], ["9"], ["-1.5"], ["b"], ["a"], ["-"]]);
    let lines = [r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"a":1,"b":2}"#];
    gives("fields a, b | sort a desc, b", &lines, &[["2", "1"], ["1", "1"], ["1", "2"]]);
}

#[test]
fn fields_after_limit_are_evaluated() {
    let lines = [r#"{"a":1,"b":"x"}"#, r#"{"a":2,"b":"y"}"#];
    gives("fields a | limit 1 | filter b = \"y\" | display b", &lines, &[["y"]]);
    gives("fields a | limit 1 | filter b = \"x\" | display b", &lines, &[] as &[[&str; 1]]);
}

#[test]
fn default_limit_is_ten_thousand_rows() {
    let lines: Vec<String> = (0..10_500).map(|at| format!(r#"{{"n":{at}}}"#)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let table = super::run("fields n", &lines);
    assert_eq!(table.rows.len(), 10_000);
    assert_eq!(table.rows[0][0].as_ref().unwrap().to_string(), "10499");
    assert_eq!(super::run("stats count(*) by n", &lines).rows.len(), 10_000);
    gives("stats count(*) as c by n | stats sum(c)", &lines, &[["10500"]]);
}

#[test]
fn digits_in_texts_are_sorted_by_their_length_then_by_their_value() {
    // As in the example of `CWL_QuerySyntax-Sort`.
    let sorted = [
        "!:",
        "#",
        "*%04",
        "0#",
        "5A",
        "111A",
        "2345_",
        "@",
        "@_",
        "A",
        "A9876fghj",
        "a12345hfh",
        "0",
        "01",
        "1",
        "2",
        "3",
    ];
    let mut lines: Vec<_> = sorted.iter().map(|value| format!(r#"{{"x":"{value}"}}"#)).collect();
    lines.rotate_left(7);
    lines.swap(2, 9);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let rows = |query| cells(&super::run(query, &lines)).concat();
    assert_eq!(rows("fields x | sort x asc"), sorted);
    let mut reversed = sorted.to_vec();
    reversed.reverse();
    assert_eq!(rows("fields x | sort x desc"), reversed);
    assert_eq!(rows("stats sortsFirst(x), sortsLast(x)"), ["!:", "3"]);
    gives(
        "fields v | sort v",
        &[r#"{"v":"v10.1"}"#, r#"{"v":"v9.12"}"#, r#"{"v":"v9.2"}"#],
        &[["v9.2"], ["v9.12"], ["v10.1"]],
    );
}
