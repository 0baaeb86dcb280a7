//! A log stream, exported in all the ways there are.

use std::{
    io::Write,
    time::{Duration, UNIX_EPOCH},
};

use flate2::{Compression, write::GzEncoder};
use humantime::format_rfc3339_millis;
use powertools_insights::input::{self, Format};
use powertools_local::{LogEvent, LogFormat};
use serde_json::{Value, json};

use super::Shop;
use super::rows::rows_of;

/// Queries that read what the function wrote, and Lambda's own lines with their times and several lines each.
const ASKED: [&str; 5] = ["errors-by-type", "latency", "memory", "retries", "trace"];

fn exported(events: &[LogEvent]) -> Vec<(Format, Vec<u8>)> {
    let time = |event: &LogEvent, shown: &str| {
        let time = UNIX_EPOCH + Duration::from_millis(event.timestamp);
        format_rfc3339_millis(time).to_string().replace('Z', shown)
    };
    let lines = |line: &dyn Fn(&LogEvent) -> String| {
        events.iter().map(|event| line(event) + "\n").collect::<String>().into_bytes()
    };
    let tail = |event: &LogEvent| {
        format!("{} {} {}", time(event, "000+00:00"), event.stream, event.message)
    };
    let s3 = |event: &LogEvent| format!("{} {}", time(event, "Z"), event.message);
    let json = |event: &LogEvent| json!({"timestamp": event.timestamp, "message": event.message, "logStreamName": event.stream});
    let answer = json!({"events": events.iter().map(json).collect::<Vec<_>>()});
    let record = |event: &LogEvent| {
        let events = [json!({"id": "1", "timestamp": event.timestamp, "message": event.message})];
        let mut record = String::from("{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"shop\",");
        record += &format!("\"logStream\":{},", Value::from(event.stream.as_str()));
        record + &format!("\"logEvents\":{}}}", json!(events))
    };
    let sam =
        |event: &LogEvent| format!("{} {} {}", event.stream, time(event, "000"), event.message);
    let pair = |event: &LogEvent| format!("{}\t{}", event.timestamp, event.message);
    let quoted = |event: &LogEvent| {
        format!("{},\"{}\"", event.timestamp, event.message.replace('"', "\"\""))
    };
    let field = |(field, value): (&str, Value)| json!({"field": field, "value": value});
    let row = |event: &LogEvent| {
        let at = time(event, "").replace('T', " ");
        let fields = [("@timestamp", at.into()), ("@message", event.message.as_str().into())];
        Value::from_iter(fields.map(field))
    };
    let results =
        json!({"results": Value::from_iter(events.iter().map(row)), "status": "Complete"});
    vec![
        (Format::SamLogs, lines(&sam)),
        (Format::TimedText, lines(&pair)),
        (Format::Csv, [b"timestamp,message\n".to_vec(), lines(&quoted)].concat()),
        (Format::Document, results.to_string().into_bytes()),
        (Format::Tail, lines(&tail)),
        (Format::S3Export, lines(&s3)),
        (Format::Lines, lines(&|event| json(event).to_string())),
        (Format::Document, format!("{answer:#}").into_bytes()),
        (Format::Document, events.iter().map(record).collect::<String>().into_bytes()),
    ]
}

fn rows(name: &str, values: &[(&str, &str)], export: &[u8], format: Format) -> Vec<Value> {
    rows_of(name, values, |engine| {
        let reading = input::read(export, &mut |event| engine.feed(event)).unwrap();
        assert_eq!((reading.format, reading.broken), (Some(format), None));
    })
}

async fn sold(format: LogFormat) -> Shop {
    let shop = Shop::start(format).await;
    for what in ["place", "fail", "call"] {
        shop.send(what).await;
    }
    shop
}

#[tokio::test]
async fn rows_are_equal_for_every_export_format() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let shop = sold(format).await;
        for name in ASKED {
            let values: &[_] =
                if name == "trace" { &[("trace_id", super::shop::TRACE)] } else { &[] };
            let mut expected = shop.rows(name, values);
            // What is no export of CloudWatch's does not name the log group.
            expected.iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("@log")));
            for (kind, export) in exported(&shop.local.logs()) {
                let mut rows = rows(name, values, &export, kind);
                rows.iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("@log")));
                assert_eq!(rows, expected, "{name} of {kind:?}, {format:?}");
            }
        }
    }
}

#[tokio::test]
async fn local_log_file_is_read_plain_and_compressed() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop.jsonl");
    let _ = std::fs::remove_file(&path);
    let probe = powertools_local::Local::builder("probe").log_file(&path);
    let local = probe.binary(env!("CARGO_BIN_EXE_probe")).start().await.unwrap();
    local.invoke(&json!({"do": "succeed", "value": 1})).await.unwrap();
    let file = std::fs::read(&path).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&file).unwrap();
    let expected = super::rows(&local, "slowest-invocations", &[]);
    assert_eq!(expected.len(), 1);
    for file in [file, packed.finish().unwrap()] {
        assert_eq!(rows("slowest-invocations", &[], &file, Format::Lines), expected);
    }
}
