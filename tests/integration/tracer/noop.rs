//! Spans that go nowhere, for their ids in log lines.

use std::{collections::BTreeSet, time::Duration};

use powertools_local::Local;
use serde_json::{Value, json};

use super::{Daemon, TRACE, sampled};

#[tokio::test]
async fn noop_exporter_keeps_span_ids_in_log_lines() {
    let daemon = Daemon::start();
    let local = Local::builder("chatty").timeout(Duration::from_secs(20));
    let local = local.env("AWS_XRAY_DAEMON_ADDRESS", daemon.address());
    let local = local.env("POWERTOOLS_TRACER_EXPORTER", "none");
    let local = local.binary(env!("CARGO_BIN_EXE_chatty")).start().await.unwrap();
    let order = json!({"together": 1, "number": 1, "lines": 4});
    let outcome = local.invocation(&order).trace_header(sampled()).send().await.unwrap();
    assert_eq!(outcome.function_error, None);
    let lines = local.function_lines();
    let lines: Vec<Value> = lines.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
    // Two of the handler's span, and one of each task's.
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["from the handler", "from a task"].repeat(2));
    assert!(lines.iter().all(|line| line["xray_trace_id"] == TRACE), "{lines:?}");
    let ids: Vec<_> = lines.iter().map(|line| line["span_id"].as_str().unwrap()).collect();
    assert_eq!((ids[0], ids.iter().collect::<BTreeSet<_>>().len()), (ids[2], 3));
    assert!(daemon.datagrams().is_empty());
}
