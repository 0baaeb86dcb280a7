use std::io::{Read, Write};
use std::ops::ControlFlow;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::{Format, Reading, read};

/// 2026-11-20T11:31:18.967Z
const TIME: i64 = 1_795_174_278_967;

/// Time, log stream, message.
type Event = (Option<i64>, Option<String>, String);

fn events(input: impl Read) -> (Vec<Event>, Reading) {
    let mut events = Vec::new();
    let reading = read(input, &mut |event| {
        let stream = event.log_stream.map(str::to_owned);
        events.push((event.timestamp, stream, event.message.to_owned()));
        ControlFlow::Continue(())
    });
    (events, reading.unwrap())
}

fn messages(input: &[u8]) -> Vec<String> {
    events(input).0.into_iter().map(|(.., message)| message).collect()
}

#[test]
fn raw_lines_have_their_own_timestamps() {
    let input = "{\"level\":\"INFO\",\"timestamp\":\"2026-11-20T11:31:18.967Z\"}\r\n\
                 panicked\n\n\
                 {\"_aws\":{\"Timestamp\":1795174331945,\"CloudWatchMetrics\":[]}}\n\
                 {\"time\":\"2026-11-20T11:31:18.967Z\",\"type\":\"platform.start\"}";
    let (events, reading) = events(input.as_bytes());
    let times: Vec<_> = events.iter().map(|(time, ..)| time.unwrap()).collect();
    assert_eq!(times, [TIME, TIME, 1_795_174_331_945, TIME]);
    assert_eq!((events[0].2.len(), events[1].2.as_str()), (55, "panicked"));
    assert_eq!((reading.format, reading.events), (Some(Format::Lines), 4));
}

#[test]
fn tail_output_is_split_and_multiline_messages_are_kept() {
    let stream = "2026/11/20/[$LATEST]abc";
    let input = format!(
        "2026-11-20T11:31:18.967000+00:00 {stream} START RequestId: 1 Version: $LATEST\n\
         2026-11-20T11:31:18.967000+00:00 {stream} REPORT RequestId: 1\t\n\
         XRAY TraceId: 1-2\t\n\n\
         2026-11-20T11:31:18.967000+00:00 {stream} \n\
         2026-11-20T11:31:19.967000+00:00 {stream} {{\"level\":\"INFO\"}}\n"
    );
    let (events, reading) = events(input.as_bytes());
    let at = |time, message: &str| (Some(time), Some(stream.to_owned()), message.to_owned());
    let expected = [
        at(TIME, "START RequestId: 1 Version: $LATEST"),
        at(TIME, "REPORT RequestId: 1\t\nXRAY TraceId: 1-2\t"),
        at(TIME + 1000, "{\"level\":\"INFO\"}"),
    ];
    assert_eq!(events, expected);
    assert_eq!(reading.format, Some(Format::Tail));
}

#[test]
fn short_text_of_tail_and_an_export_to_s3_have_no_stream() {
    let short = b"2026-11-20T11:31:18 one two\nthree\n2026-11-20T11:31:19 four\n";
    let (read, reading) = events(short.as_slice());
    assert_eq!(reading.format, Some(Format::ShortTail));
    assert_eq!(read[0], (Some(TIME - 967), None, "one two\nthree".to_owned()));
    let export = b"2026-11-20T11:31:18.967Z one\r\n\r\n2026-11-20T11:31:18.967Z {\"a\":1}\n";
    let (read, reading) = events(export.as_slice());
    assert_eq!(reading.format, Some(Format::S3Export));
    let message = |text: &str| (Some(TIME), None, text.to_owned());
    assert_eq!(read, [message("one"), message("{\"a\":1}")]);
}

#[test]
fn filter_log_events_output_is_read_event_by_event() {
    let input = r#"{
    "events": [
        {
            "logStreamName": "2026/11/20/[$LATEST]abc",
            "timestamp": 1795174278967,
            "message": "{\"level\":\"INFO\"}\n",
            "ingestionTime": 1795174278999,
            "eventId": "37"
        },
        {"timestamp": 1, "message": "second"}
    ],
    "searchedLogStreams": []
}"#;
    let (read, reading) = events(input.as_bytes());
    let stream = Some("2026/11/20/[$LATEST]abc".to_owned());
    assert_eq!(read[0], (Some(TIME), stream, "{\"level\":\"INFO\"}".to_owned()));
    assert_eq!(read[1], (Some(1), None, "second".to_owned()));
    assert_eq!((reading.format, reading.broken), (Some(Format::Document), None));
    let compact = br#"{"events":[{"timestamp":1,"message":"a"}],"nextForwardToken":"f/1"}"#;
    assert_eq!(messages(compact), ["a"]);
}

#[test]
fn subscription_records_are_read() {
    let record = |kind: &str, message: &str| {
        format!(
            r#"{{"messageType":"{kind}","owner":"1","logGroup":"/aws/lambda/f","logStream":"s","subscriptionFilters":["x"],"logEvents":[{{"id":"1","timestamp":2,"message":"{message}"}}]}}"#
        )
    };
    let records = ["DATA_MESSAGE", "CONTROL_MESSAGE", "DATA_MESSAGE"];
    let input = records.map(|kind| record(kind, &kind.to_lowercase())).concat();
    let mut seen = Vec::new();
    let reading = read(input.as_bytes(), &mut |event| {
        let (log, stream) = (event.log.unwrap().to_owned(), event.log_stream.unwrap().to_owned());
        seen.push((log, stream, event.message.to_owned()));
        ControlFlow::Continue(())
    });
    let one = ("/aws/lambda/f".to_owned(), "s".to_owned(), "data_message".to_owned());
    assert_eq!(seen, [one.clone(), one]);
    assert_eq!(reading.unwrap().events, 2);
}

#[test]
fn local_runtimes_log_file_is_read() {
    let input = r#"{"timestamp":1795174278967,"logStream":"2026/11/20/[$LATEST]abc","message":"START RequestId: 1"}
{"timestamp":1795174278967,"level":"INFO","message":"a function's own line"}
"#;
    let (read, _) = events(input.as_bytes());
    assert_eq!(read[0].1.as_deref(), Some("2026/11/20/[$LATEST]abc"));
    assert_eq!(read[0].2, "START RequestId: 1");
    assert_eq!(read[1].2, input.lines().nth(1).unwrap());
}

#[test]
fn gzip_is_unpacked_also_in_several_members() {
    let mut packed = Vec::new();
    for line in ["one\n", "two\n"] {
        let mut encoder = GzEncoder::new(&mut packed, Compression::fast());
        encoder.write_all(line.as_bytes()).unwrap();
        encoder.finish().unwrap();
    }
    assert_eq!(messages(&packed), ["one", "two"]);
    let (read, reading) = events(&packed[..packed.len() - 4]);
    assert_eq!(read.len(), 2);
    assert!(reading.damaged.is_some());
}

#[test]
fn invalid_utf8_is_replaced_and_counted() {
    let (read, reading) = events(b"good\nb\xffd\n".as_slice());
    assert_eq!(read[1].2, "b\u{fffd}d");
    assert_eq!((reading.events, reading.repaired), (2, 1));
}

#[test]
fn truncated_document_keeps_whole_events() {
    let input =
        b"{\"events\":[{\"timestamp\":1,\"message\":\"a\"},{\"timestamp\":2,\"messa\nrest\n";
    let (read, reading) = events(input.as_slice());
    let read: Vec<_> = read.into_iter().map(|(.., message)| message).collect();
    assert_eq!(read, ["a", ",{\"timestamp\":2,\"messa", "rest"]);
    assert!(reading.broken.is_some());
}

#[test]
fn event_size_is_bounded() {
    let long = vec![b'x'; 3 * 1024 * 1024];
    let sizes: Vec<_> = messages(&long).iter().map(String::len).collect();
    assert_eq!(sizes, [1024 * 1024; 3]);
}

#[test]
fn reading_stops_when_the_query_is_satisfied() {
    let document = br#"{"events":[{"timestamp":1,"message":"a"},{"timestamp":2,"message":"b"}]}"#;
    for input in [b"one\ntwo\n".as_slice(), document] {
        let reading = read(input, &mut |_| ControlFlow::Break(())).unwrap();
        assert_eq!(reading.events, 1);
        assert_eq!(reading.broken, None);
    }
}

#[test]
fn empty_input_has_no_format() {
    assert_eq!(events(b"".as_slice()), (vec![], Reading::default()));
    assert_eq!(events(b" \n\n".as_slice()).1.events, 0);
}

/// How the formats begin.
const BEGINNINGS: [&[u8]; 16] = [
    b"",
    b"{\"events\":[{\"timestamp\":1,\"message\":\"",
    b"2026-11-20T11:31:18.967Z ",
    b"\x1f\x8b\x08",
    b"\xff\xfe",
    b"\xfe\xff\xd8",
    b"EVENTS\t",
    b"b/1/s\tf/1/s\nEVENTS\t1\t",
    b"timestamp,message\n1,\"",
    b"@message\n",
    b"[{\"@message\":",
    b"[[1795174278967,\"",
    b"{\"results\":[[{\"field\":\"@message\",\"value\":",
    b"{\"awslogs\":{\"data\":\"H4sI",
    b"{\"Records\":[{\"kinesis\":{\"data\":\"H4sI",
    b"2026/11/20/[1]a 2026-11-20T11:31:18 START RequestId: 1\n",
];

proptest! {
    #[test]
    fn every_text_line_is_read(lines in prop::collection::vec("[a-z{\":0-9, -]{0,40}", 0..20)) {
        let input = lines.join("\n");
        let read = messages(input.as_bytes()).join("\n");
        for line in lines.iter().filter(|line| !line.trim().is_empty()) {
            let kept = line.trim_end();
            prop_assert!(read.contains(kept.rsplit("Z ").next().unwrap()), "{:?} in {:?}", line, read);
        }
    }

    #[test]
    fn random_bytes_do_not_panic(bytes: Vec<u8>, start in prop::sample::select(&BEGINNINGS[..])) {
        let input = [start, &bytes].concat();
        let _ = read(input.as_slice(), &mut |_| ControlFlow::Continue(()));
    }
}
