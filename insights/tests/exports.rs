//! The log stream of one invocation, in every form in which people export it.
//!
//! The files in `exports/` hold the same six events: `START`, two lines of JSON, a panic of two lines, `END` and
//! `REPORT`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "every line of it is a test's")]

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use flate2::{Compression, write::GzEncoder};
use powertools_insights::input::{self, Format, Reading};
use powertools_insights::{Engine, ast::Query};
use serde_json::Value;

const STREAM: &str = "2026/11/20/[$LATEST]0c9e7d3b4f5a46d2a1b8e6f0c3d2b1a0";

/// 2026-11-20T11:31:18Z
const SECOND: i64 = 1_795_174_278_000;

/// When the events were, after [`SECOND`].
const TIMES: [i64; 6] = [900, 967, 1004, 1005, 1011, 1011];

#[derive(Clone, Debug, PartialEq)]
struct Event {
    time: Option<i64>,
    stream: Option<String>,
    log: Option<String>,
    message: String,
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/exports").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn read(input: &[u8]) -> (Vec<Event>, Reading) {
    let mut events = Vec::new();
    let reading = input::read(input, &mut |event| {
        events.push(Event {
            time: event.timestamp,
            stream: event.log_stream.map(str::to_owned),
            log: event.log.map(str::to_owned),
            message: event.message.to_owned(),
        });
        ControlFlow::Continue(())
    });
    (events, reading.unwrap())
}

/// Reads the file that the others are compared with: the answer of the API.
fn expected() -> Vec<Event> {
    let answer: Value = serde_json::from_slice(&bytes("filter-log-events.json")).unwrap();
    let event = |event: &Value| Event {
        time: event["timestamp"].as_i64(),
        stream: event["logStreamName"].as_str().map(str::to_owned),
        log: None,
        message: event["message"].as_str().unwrap().to_owned(),
    };
    answer["events"].as_array().unwrap().iter().map(event).collect()
}

/// Asserts that an export holds the six events; lines of JSON may be written in another way.
#[track_caller]
fn holds_the_events(name: &str, format: Format) -> Vec<Event> {
    holds(name, &bytes(name), format)
}

#[track_caller]
fn holds(name: &str, input: &[u8], format: Format) -> Vec<Event> {
    let (events, reading) = read(input);
    assert_eq!(reading.format, Some(format), "{name}");
    assert_eq!((&reading.broken, &reading.damaged, reading.foreign), (&None, &None, 0), "{name}");
    let messages =
        |events: &[Event]| events.iter().map(|event| same(&event.message)).collect::<Vec<_>>();
    assert_eq!(messages(&events), messages(&expected()), "{name}");
    events
}

/// Two texts of JSON are the same if their values are; blanks at a text's end and a line's end don't count.
fn same(message: &str) -> Value {
    let lines: Vec<_> = message.trim_end().lines().map(str::trim_end).collect();
    serde_json::from_str(message).unwrap_or_else(|_| Value::from(lines.join("\n")))
}

fn times(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.time.unwrap() - SECOND).collect()
}

#[test]
fn exports_keep_timestamps_and_log_streams() {
    for (name, format) in [
        ("tail.log", Format::Tail),
        ("tail-json.log", Format::Tail),
        ("sam-logs.log", Format::SamLogs),
        ("sam-logs.jsonl", Format::Lines),
        ("filter-log-events.json", Format::Document),
        ("filter-log-events.txt", Format::CliText),
        ("query-events.json", Format::Document),
        ("get-query-results.json", Format::Document),
        ("get-query-results.jsonl", Format::Document),
        ("console-results.csv", Format::Csv),
        ("console-results.json", Format::Document),
        ("subscription.json", Format::Document),
        ("subscription-event.json", Format::Document),
        ("kinesis-event.json", Format::Document),
        ("kinesis-records.json", Format::Document),
        ("firehose-event.json", Format::Document),
        ("live-tail.json", Format::Document),
    ] {
        let events = holds_the_events(name, format);
        assert_eq!(times(&events), TIMES, "{name}");
        assert!(events.iter().all(|event| event.stream.as_deref() == Some(STREAM)), "{name}");
    }
}

#[test]
fn exports_without_log_streams_keep_the_times() {
    for (name, format) in [
        ("s3-export.log", Format::S3Export),
        ("get-log-events.json", Format::Document),
        ("get-log-events.txt", Format::CliText),
        ("query-pairs.json", Format::Document),
        ("query-pairs.txt", Format::TimedText),
        ("console-events.csv", Format::Csv),
        ("timed.log", Format::TimedText),
        ("console-copy.log", Format::TimedText),
    ] {
        let events = holds_the_events(name, format);
        assert_eq!(times(&events), TIMES, "{name}");
    }
    let seconds = times(&holds_the_events("tail-short.log", Format::ShortTail));
    assert_eq!(seconds, [0, 0, 1000, 1000, 1000, 1000]);
    let messages = holds_the_events("query-messages.json", Format::Document);
    assert!(messages.iter().all(|event| event.time.is_none()));
}

#[test]
fn log_groups_are_read_where_an_export_names_them() {
    for (name, group) in [
        ("get-query-results.json", "123456789012:/aws/lambda/checkout"),
        ("console-results.csv", "123456789012:/aws/lambda/checkout"),
        ("subscription-event.json", "/aws/lambda/checkout"),
        ("live-tail.json", "123456789012:/aws/lambda/checkout"),
    ] {
        let (events, _) = read(&bytes(name));
        assert!(
            events.iter().all(|event| event.log.as_deref() == Some(group)),
            "{name}: {events:?}"
        );
    }
}

#[test]
fn raw_platform_lines_take_the_time_of_adjacent_lines() {
    let (events, reading) = read(&bytes("raw.log"));
    let found: Vec<_> =
        events.iter().map(|event| event.message.split(' ').next().unwrap()).collect();
    assert_eq!(found[0], "START");
    assert_eq!((reading.format, reading.is_assumed), (Some(Format::Lines), false));
    // `START` waits for the first time; what follows the last one has it.
    assert_eq!(times(&events), [967, 967, 1004, 1004, 1004, 1004, 1004]);
    let (events, _) = read(&bytes("text-runtime.log"));
    assert_eq!(times(&events), [967, 967, 1004, 1004, 1004]);
    let (events, _) = read(&bytes("serverless-logs.log"));
    assert_eq!(times(&events[..3]), [967, 967, 1004]);
}

#[test]
fn start_line_after_a_pause_has_the_time_of_its_invocation() {
    let input = "{\"time\":\"2026-11-20T11:00:00Z\"}\nREPORT RequestId: 1\nSTART RequestId: 2\n{\"time\":\"2026-11-20T12:00:00Z\"}\n\
                 START RequestId: 3\nEND RequestId: 3\nREPORT RequestId: 3\nSTART RequestId: 4\n";
    let (events, _) = read(input.as_bytes());
    let hours: Vec<_> = events.iter().map(|event| event.time.unwrap() / 3_600_000 % 24).collect();
    assert_eq!(hours, [11, 11, 12, 12, 12, 12, 12, 12]);
}

#[test]
fn gzip_bom_and_utf16_are_detected() {
    let packed = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let wide = |bytes: &[u8], mark: &[u8], unit: fn(u16) -> [u8; 2]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        [mark, &text.encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat()
    };
    for (name, format) in [
        ("tail.log", Format::Tail),
        ("filter-log-events.json", Format::Document),
        ("filter-log-events.txt", Format::CliText),
        ("console-events.csv", Format::Csv),
        ("sam-logs.log", Format::SamLogs),
        ("query-pairs.txt", Format::TimedText),
    ] {
        let file = bytes(name);
        for input in [
            packed(&file),
            packed(&packed(&file)),
            [b"\xef\xbb\xbf".as_slice(), &file].concat(),
            wide(&file, b"\xff\xfe", u16::to_le_bytes),
            wide(&file, b"\xfe\xff", u16::to_be_bytes),
            wide(&file, b"", u16::to_le_bytes),
            packed(&wide(&file, b"\xff\xfe", u16::to_le_bytes)),
        ] {
            assert_eq!(times(&holds(name, &input, format)), TIMES, "{name}");
        }
    }
}

#[test]
fn foreign_lines_before_an_export_do_not_turn_it_into_text() {
    let foreign =
        "$ aws logs filter-log-events\n\n/usr/bin/aws: warning: certificates expire soon\n";
    for name in std::fs::read_dir(path("")).unwrap() {
        let name = name.unwrap().file_name().into_string().unwrap();
        let (expected, plain) = read(&bytes(&name));
        let (events, reading) = read(&[foreign.as_bytes(), &bytes(&name)].concat());
        assert_eq!((reading.format, reading.foreign), (plain.format, 2), "{name}");
        assert_eq!(&events[2..], &expected, "{name}");
        assert_eq!(events[0].message, "$ aws logs filter-log-events");
    }
}

#[test]
fn damaged_gzip_gives_all_whole_events_and_the_reason() {
    for name in [
        "tail.log",
        "s3-export.log",
        "filter-log-events.json",
        "console-events.csv",
        "raw.log",
        "filter-log-events.txt",
        "sam-logs.log",
    ] {
        // The end is not packed, so that it is known how much of it is there.
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(&bytes(name)).unwrap();
        let whole = encoder.finish().unwrap();
        let (expected, _) = read(&whole);
        let (events, reading) = read(&whole[..whole.len() * 2 / 3]);
        let reason = reading.damaged.unwrap_or_else(|| panic!("{name}"));
        assert!(reason.contains("the gzip data ends early"), "{reason}");
        assert!(!events.is_empty() && events.len() < expected.len(), "{name}: {events:?}");
        assert_eq!(events, expected[..events.len()], "{name}");
        assert_eq!(reading.broken, None, "{name}");
    }
}

#[test]
fn data_after_whole_gzip_is_reported_and_loses_nothing() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"{\"a\":1}").unwrap();
    let packed = [encoder.finish().unwrap(), b"padding".to_vec()].concat();
    let (events, reading) = read(&packed);
    assert_eq!(events.len(), 1);
    assert!(reading.damaged.unwrap().contains("other data follows after 7 unpacked bytes"));
}

#[test]
fn result_rows_without_messages_become_json_lines() {
    let (events, _) = read(&bytes("fields.csv"));
    let messages: Vec<_> = events.iter().map(|event| event.message.as_str()).collect();
    assert_eq!(messages, [r#"{"level":"INFO","order.id":"o-1"}"#, r#"{"level":"ERROR"}"#]);
    assert_eq!(times(&events), [967, 1004]);
    let counted = br#"{"results":[[{"field":"level","value":"INFO"},{"field":"n","value":"12"}]],"statistics":{}}"#;
    let (events, _) = read(counted);
    assert_eq!(events[0].message, r#"{"level":"INFO","n":"12"}"#);
}

#[test]
fn function_lines_in_a_list_are_unchanged() {
    let line = r#"{"level":"INFO","message":"to \"@ann\"","timestamp":"2026-11-20T11:31:18.967Z"}"#;
    let (events, _) = read(format!("[{line},\n {line}]\n").as_bytes());
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event.message == line), "{events:?}");
}

#[test]
fn ambiguous_input_is_read_as_text_with_a_note() {
    let (events, reading) = read(b"hello\nworld\n");
    assert_eq!((events.len(), reading.format), (2, Some(Format::Lines)));
    assert!(reading.is_assumed);
    let (_, reading) = read(b"{\"a\":1}\nworld\n");
    assert!(!reading.is_assumed);
}

#[test]
fn function_lines_are_not_mistaken_for_exports() {
    for line in [
        "2026-11-20T11:31:18.967123Z  INFO checkout: order placed",
        "2026-11-20T11:31:18.967123Z ERROR checkout: order placed",
        "2026-11-20T11:31:18.967000+00:00 INFO order placed",
        "2026-11-20 11:31:18,967 - checkout - INFO - order placed",
        r#"{"Records":[{"kinesis":{"data":"eyJhIjoxfQ=="}}]}"#,
        r#"{"results":[1,2],"message":"done"}"#,
        r#"["a","b"]"#,
        "EVENTS\t3 received",
        r#"{"events":[{"id":1}],"level":"INFO","message":"x"}"#,
    ] {
        let (events, reading) = read(line.as_bytes());
        assert_eq!(reading.format, Some(Format::Lines), "{line}");
        assert_eq!(events[0].message, line);
    }
}

#[test]
fn last_event_of_an_export_has_report_fields() {
    let text = "filter @type = \"REPORT\" | fields @duration, @maxMemoryUsed, @xrayTraceId";
    let query = Query::parse(text).unwrap();
    for name in std::fs::read_dir(path("")).unwrap() {
        let name = name.unwrap().file_name().into_string().unwrap();
        if name == "fields.csv" {
            continue;
        }
        let mut engine = Engine::new(text, &query).unwrap();
        input::read(bytes(&name).as_slice(), &mut |event| engine.feed(event)).unwrap();
        let rows = engine.finish().rows;
        assert_eq!(rows.len(), 1, "{name}");
        let cells: Vec<_> = rows[0].iter().flatten().map(ToString::to_string).collect();
        let trace = "1-6a1ec046-4f2d8a9b3c1e5f7a9b0d2c4e";
        let has_trace = name != "text-runtime.log";
        assert_eq!(cells[..2], ["44.1", "31000000"], "{name}");
        assert_eq!(cells.get(2).map(String::as_str), has_trace.then_some(trace), "{name}");
    }
}
