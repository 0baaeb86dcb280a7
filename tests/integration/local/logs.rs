//! The log stream, as CloudWatch would keep it.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_local::{Local, LogFormat, Origin};
use serde_json::{Value, json};

use super::{PROBE, SHORT, patient, sleep, succeed};

const TRACED: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

async fn writing(local: Local) -> Local {
    let writer = local.log_writer();
    let write = move |event: LambdaEvent<String>| {
        let mut writer = writer.clone();
        async move {
            write!(writer, "hello, ")?;
            writeln!(writer, "{}", event.payload)?;
            Ok::<_, Error>(())
        }
    };
    local.serve(|| Runtime::new(service_fn(write))).unwrap();
    local
}

fn messages(local: &Local) -> Vec<String> {
    local.logs().into_iter().map(|event| event.message).collect()
}

fn records(local: &Local) -> Vec<Value> {
    let platform = local.logs().into_iter().filter(|event| event.origin == Origin::Platform);
    platform.map(|event| serde_json::from_str(&event.message).unwrap()).collect()
}

fn kinds(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn text_lines_equal_those_of_cloudwatch() {
    let local = writing(patient("text").memory_mb(256).start().await.unwrap()).await;
    let cold = local.invoke("one").await.unwrap();
    let id = &cold.request_id;
    let lines = messages(&local);
    assert!(lines[0].starts_with("INIT_START Runtime Version: "), "{}", lines[0]);
    assert_eq!(lines[1], format!("START RequestId: {id} Version: $LATEST"));
    assert_eq!(lines[2], "hello, one");
    assert_eq!(lines[3], format!("END RequestId: {id}"));
    let ms = cold.duration.as_secs_f64() * 1000.0;
    let start = format!("REPORT RequestId: {id}\tDuration: {ms:.2} ms\tBilled Duration: ");
    assert!(lines[4].starts_with(&start), "{}", lines[4]);
    assert!(lines[4].contains(" ms\tMemory Size: 256 MB\tMax Memory Used: "), "{}", lines[4]);
    let init = cold.init_duration.unwrap().as_secs_f64() * 1000.0;
    assert!(lines[4].ends_with(&format!(" MB\tInit Duration: {init:.2} ms\t")), "{}", lines[4]);

    let warm = local.invocation("two").trace_header(TRACED).send().await.unwrap();
    let report = messages(&local).pop().unwrap();
    assert!(report.starts_with(&format!("REPORT RequestId: {}\t", warm.request_id)));
    assert!(!report.contains("Init Duration"), "{report}");
    let trace = "\nXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: 53995c3f42cd8ad8\tSampled: true\t";
    assert!(report.ends_with(trace), "{report}");
    assert_eq!(local.function_lines(), ["hello, one", "hello, two"]);
}

#[tokio::test]
async fn json_records_equal_those_of_cloudwatch() {
    let local = patient("json").log_format(LogFormat::Json).start().await.unwrap();
    let local = writing(local).await;
    let outcome = local.invocation("one").trace_header(TRACED).send().await.unwrap();
    let records = records(&local);
    assert_eq!(kinds(&records), ["platform.initStart", "platform.start", "platform.report"]);
    assert_eq!(records[0]["record"]["initializationType"], "on-demand");
    assert_eq!(
        records[1]["record"],
        json!({"requestId": outcome.request_id, "version": "$LATEST"})
    );
    let report = &records[2]["record"];
    assert_eq!(
        (&report["requestId"], &report["status"]),
        (&json!(outcome.request_id), &json!("success"))
    );
    for metric in
        ["durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB", "initDurationMs"]
    {
        assert!(report["metrics"][metric].is_number(), "{metric} in {report}");
    }
    assert_eq!(report["tracing"]["value"], TRACED);
    let time = records[2]["time"].as_str().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
}

#[tokio::test]
async fn function_error_is_in_the_records_of_its_invocation() {
    let local =
        patient("json-error").log_format(LogFormat::Json).binary(PROBE).start().await.unwrap();
    let outcome = local.invoke(&json!({"do": "fail", "message": "boom"})).await.unwrap();
    let records = records(&local);
    assert_eq!(
        kinds(&records),
        ["platform.initStart", "platform.start", "platform.runtimeDone", "platform.report"]
    );
    let error_type = outcome.function_error.unwrap().error_type;
    assert_eq!(records[3]["record"]["status"], "error");
    assert_eq!(records[3]["record"]["errorType"], error_type);
}

#[tokio::test]
async fn timeout_is_logged_as_text_and_json() {
    let text = patient("text-timeout").timeout(SHORT).binary(PROBE).start().await.unwrap();
    let outcome = text.invoke(&sleep(Duration::from_secs(20))).await.unwrap();
    let lines = messages(&text);
    let told = format!("Z {} Task timed out after 0.40 seconds", outcome.request_id);
    assert!(lines.iter().any(|line| line.ends_with(&told)), "{lines:#?}");
    assert!(lines.last().unwrap().ends_with("Status: timeout\t"), "{lines:#?}");

    let json = patient("json-timeout").timeout(SHORT).log_format(LogFormat::Json);
    let json = json.binary(PROBE).start().await.unwrap();
    json.invoke(&sleep(Duration::from_secs(20))).await.unwrap();
    assert_eq!(records(&json).pop().unwrap()["record"]["status"], "timeout");
}

#[tokio::test]
async fn exit_is_logged_as_text_and_json() {
    let text = patient("text-exit").binary(PROBE).start().await.unwrap();
    let outcome = text.invoke(&json!({"do": "exit", "code": 1})).await.unwrap();
    let told = format!(
        "RequestId: {} Error: Runtime exited with error: exit status 1\nRuntime.ExitError",
        outcome.request_id
    );
    assert!(messages(&text).contains(&told), "{:#?}", messages(&text));

    let json =
        patient("json-exit").log_format(LogFormat::Json).binary(PROBE).start().await.unwrap();
    json.invoke(&json!({"do": "exit", "code": 1})).await.unwrap();
    let report = records(&json).pop().unwrap();
    assert_eq!(report["record"]["status"], "failure");
    assert_eq!(report["record"]["errorType"], "Runtime.ExitError");
}

/// What Lambda writes where a function exits before it asks for work.
#[tokio::test]
async fn repeated_init_failure_reports_the_invoke_phase() {
    let local = patient("phases").env("PROBE_EXIT_AT_START", "4").binary(PROBE);
    let local = local.start().await.unwrap();
    let first = local.invoke(&succeed(1)).await.unwrap();
    local.invoke(&succeed(1)).await.unwrap();
    let lines = messages(&local);
    let reports = lines.iter().filter(|line| line.starts_with("INIT_REPORT "));
    let phases = reports.map(|line| line.split_once("\t").unwrap().1).collect::<Vec<_>>();
    let failed = |phase| format!("Phase: {phase}\tStatus: error\tError Type: Runtime.ExitError");
    assert_eq!(phases, [failed("init"), failed("invoke"), failed("invoke")]);
    let of_first = lines.iter().position(|line| line.contains("Phase: invoke")).unwrap();
    let id = &first.request_id;
    assert_eq!(lines[of_first + 1], format!("START RequestId: {id} Version: $LATEST"));
    assert!(lines[of_first + 2].ends_with("exit status 4\nRuntime.ExitError"), "{lines:#?}");
    assert_eq!(lines[of_first + 3], format!("END RequestId: {id}"));
    assert!(!lines[of_first + 4].contains("Init Duration"), "{lines:#?}");
    assert!(first.duration > Duration::ZERO);
}

#[tokio::test]
async fn init_after_a_crash_counts_into_the_invocation() {
    let local = patient("again").log_format(LogFormat::Json).binary(PROBE).start().await.unwrap();
    local.invoke(&json!({"do": "exit", "code": 1})).await.unwrap();
    let next = local.invoke(&succeed(1)).await.unwrap();
    let records = records(&local);
    let starts = records.iter().filter(|record| record["type"] == "platform.initStart");
    let phases = starts.map(|record| record["record"]["phase"].clone()).collect::<Vec<_>>();
    assert_eq!(phases, ["init", "invoke"]);
    let metrics = &records.last().unwrap()["record"]["metrics"];
    assert_eq!(metrics["initDurationMs"], Value::Null);
    let whole = (next.duration + next.init_duration.unwrap()).as_secs_f64() * 1000.0;
    assert!((metrics["durationMs"].as_f64().unwrap() - whole).abs() < 0.01, "{metrics}");
}

#[tokio::test]
async fn managed_instances_write_json() {
    let local = patient("managed").concurrency(2).binary(PROBE).start().await.unwrap();
    local.invoke(&succeed(1)).await.unwrap();
    let records = records(&local);
    assert_eq!(
        kinds(&records),
        ["platform.initStart", "platform.initReport", "platform.start", "platform.report"]
    );
    assert_eq!(records[3]["record"]["metrics"]["initDurationMs"], Value::Null);
}

#[tokio::test]
async fn reported_memory_is_that_of_the_child() {
    let local = patient("memory").log_format(LogFormat::Json).memory_mb(10_240).binary(PROBE);
    let local = local.start().await.unwrap();
    local.invoke(&json!({"do": "large", "bytes": 5_000_000})).await.unwrap();
    let used =
        records(&local).pop().unwrap()["record"]["metrics"]["maxMemoryUsedMB"].as_u64().unwrap();
    // Without /proc there is nothing to read, and the memory size is reported.
    assert!(!cfg!(target_os = "linux") || (5..1_000).contains(&used), "{used}");
}

#[tokio::test]
async fn log_stream_is_named_as_on_lambda() {
    let local = writing(patient("stream-name").start().await.unwrap()).await;
    local.invoke("x").await.unwrap();
    let event = local.logs().pop().unwrap();
    let (date, environment) = event.stream.split_once("/[$LATEST]").unwrap();
    assert_eq!(date.split('/').map(str::len).collect::<Vec<_>>(), [4, 2, 2]);
    assert!(environment.len() == 32 && environment.chars().all(|c| c.is_ascii_hexdigit()));
    assert!(event.timestamp > 1_700_000_000_000);
}

#[tokio::test]
async fn log_file_has_each_event_as_a_json_line() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("events.jsonl");
    let _ = std::fs::remove_file(&path);
    let local = writing(patient("file").log_file(&path).start().await.unwrap()).await;
    local.invoke("\"quoted\" and\ttabbed").await.unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> =
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events = local.logs();
    assert_eq!(lines.len(), events.len());
    for (line, event) in lines.iter().zip(events) {
        assert_eq!(
            *line,
            json!({"timestamp": event.timestamp, "logStream": event.stream, "message": event.message})
        );
    }
}

#[tokio::test]
async fn unopenable_log_file_is_named() {
    let error = Local::builder("f").log_file("/nowhere/events.jsonl").start().await.err().unwrap();
    assert!(error.to_string().contains("/nowhere/events.jsonl"), "{error}");
}
