use std::fmt::Write;

use proptest::prelude::*;

use super::*;

fn read(name: &str, line: &str) -> Option<String> {
    let mut discovery = Discovery::new(1);
    discovery.want(name, 0, false);
    let mut slots = Vec::new();
    discovery.begin(&LogEvent::new(line), 1, &mut slots);
    discovery.read(&LogEvent::new(line), &mut slots);
    slots[0].text().map(std::borrow::Cow::into_owned)
}

#[test]
fn nested_objects_flatten_with_dots_and_arrays_with_indices() {
    let line =
        r#"{"a":{"b":{"c":1}},"items":[{"id":"x"},{"id":"y"}],"a.b":{"d":2},"e.f":3,"g.h.i":4}"#;
    assert_eq!(read("a.b.c", line).as_deref(), Some("1"));
    assert_eq!(read("items.1.id", line).as_deref(), Some("y"));
    assert_eq!(read("items.01.id", line), None);
    assert_eq!(read("items.2.id", line), None);
    assert_eq!(read("a.b.d", line).as_deref(), Some("2"));
    assert_eq!(read("e.f", line).as_deref(), Some("3"));
    assert_eq!(read("g.h.i", line).as_deref(), Some("4"));
    assert_eq!(read("a.b", line), None);
    assert_eq!(read("a", line), None);
    assert_eq!(read("a.", line), None);
}

#[test]
fn leading_at_sign_is_doubled() {
    let line = r#"{"@message":"mine","@other":1}"#;
    assert_eq!(read("@@message", line).as_deref(), Some("mine"));
    assert_eq!(read("@message", line).as_deref(), Some(line));
    assert_eq!(read("@other", line), None);
}

#[test]
fn only_the_first_whole_fragment_of_a_line_is_read() {
    assert_eq!(read("a", r#"[INFO] {id} got {"a":1} and {"a":2,"b":3}"#).as_deref(), Some("1"));
    assert_eq!(read("b", r#"got {"a":1} and {"a":2,"b":3}"#), None);
    assert_eq!(read("a", r#"{"a":1,"b":"#), None);
    assert_eq!(read("b", r#"{"a":1,"b": oops {"b":2}"#).as_deref(), Some("2"));
    assert_eq!(read("a", r#"{"a":1,"b": oops {"b":2}"#), None);
}

#[test]
fn json_inside_a_string_is_not_discovered() {
    assert_eq!(read("a.b", r#"{"a":"{\"b\":1}"}"#), None);
    assert_eq!(read("a", r#"{"a":"{\"b\":1}"}"#).as_deref(), Some(r#"{"b":1}"#));
}

#[test]
fn truncated_character_hides_no_field() {
    let line = r#"{"a":"cut \ud83d","b":1}"#;
    assert_eq!(read("a", line).as_deref(), Some("cut \u{fffd}"));
    assert_eq!(read("b", line).as_deref(), Some("1"));
}

#[test]
fn null_is_absent_and_numbers_are_exact() {
    assert_eq!(read("a", r#"{"a":null}"#), None);
    assert_eq!(read("a", r#"{"a":12345678901234567891}"#).as_deref(), Some("12345678901234567891"));
    assert_eq!(read("a", r#"{"a":-9223372036854775807}"#).as_deref(), Some("-9223372036854775807"));
    assert_eq!(read("a", r#"{"a":1.50}"#).as_deref(), Some("1.5"));
}

#[test]
fn field_after_the_two_hundredth_is_not_discovered() {
    let mut line = String::from("{\"first\":0,\"nested\":[1,{\"x\":2}]");
    for at in 3..220 {
        write!(line, ",\"f{at}\":{at}").unwrap();
    }
    line.push('}');
    assert_eq!(read("f199", &line).as_deref(), Some("199"));
    assert_eq!(read("f200", &line), None);
    assert_eq!(read("first", &line).as_deref(), Some("0"));
}

#[test]
fn line_time_is_given_or_parsed_from_the_line() {
    let shown = |line| read("@timestamp", line);
    let at = Some("2026-11-20 11:31:18.967".to_owned());
    assert_eq!(shown(r#"{"a":1,"timestamp":"2026-11-20T11:31:18.967Z"}"#), at);
    assert_eq!(shown(r#"{"time":"2026-11-20T11:31:18.967Z","type":"platform.report"}"#), at);
    assert_eq!(shown(r#"{"_aws":{"Timestamp":1795174278967}}"#), at);
    assert_eq!(shown(r#"{"time":12,"timestamp":1795174278.967}"#), at);
    assert_eq!(shown(r#"{"time":12}"#), None);
    assert_eq!(shown("2026-11-20T11:31:18.967Z hello"), at);
    assert_eq!(shown("hello"), None);
    let mut discovery = Discovery::new(1);
    discovery.want("@timestamp", 0, false);
    let mut slots = Vec::new();
    let event = LogEvent::new("2026-11-20T11:31:18.967Z").timestamp(5);
    discovery.begin(&event, 1, &mut slots);
    discovery.read(&event, &mut slots);
    assert!(matches!(slots[0], Datum::Time(5)));
}

proptest! {
    #[test]
    fn discovery_never_panics(name in "[a-z@.0-9]{0,6}", line in "[{}\\[\\]\",:a-b0-1. @\\\\u-]{0,60}") {
        let _ = read(&name, &line);
        let _ = path_in_all(&line, &name);
    }

    #[test]
    fn any_text_is_a_line(name in "\\PC{0,8}", line in "\\PC{0,80}") {
        let _ = read(&name, &line);
        let _ = read("@timestamp", &line);
        let _ = read("@requestId", &line);
    }
}

fn path_in_all(line: &str, name: &str) -> Option<String> {
    crate::event::path_in(line, name).text().map(std::borrow::Cow::into_owned)
}
