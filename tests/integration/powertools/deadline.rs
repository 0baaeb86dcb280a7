use std::time::Duration;

use serde_json::json;

use super::fixture::{SAMPLED, Whole};

#[tokio::test]
async fn timed_out_handler_leaves_lines_metrics_and_spans() {
    let whole = Whole::start(|builder| builder.timeout(Duration::from_secs(3))).await;
    let event = json!({"sleep": {"milliseconds": 30_000}});
    let outcome = whole.local.invocation(&event).trace_header(SAMPLED).send().await.unwrap();
    assert!(outcome.timed_out);

    let (lines, documents) = whole.lines();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["going to sleep", "invocation is about to time out"]);
    let last = &lines[1];
    assert_eq!((&last["level"], &last["request"]), (&json!("ERROR"), &json!(outcome.request_id)));
    assert_eq!(last["location"], "powertools::deadline");
    assert_eq!(last["open_spans"], json!("handler, sleep, call the bank"));
    let (elapsed, remaining) = (
        last["invocation_elapsed_ms"].as_u64().unwrap(),
        last["invocation_remaining_ms"].as_u64().unwrap(),
    );
    assert!((1_500..=3_000).contains(&elapsed) && remaining <= 1_000, "{elapsed} {remaining}");

    assert_eq!(documents[0]["OrdersPlaced"], json!([1.0]));

    let documents = whole.documents();
    let names: Vec<_> =
        documents.iter().map(|document| document["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["## handler", "## whole::sleep", "call the bank"]);
    assert!(documents.iter().all(|document| document["in_progress"] == true), "{documents:#?}");
}

#[tokio::test]
async fn invocation_in_time_has_no_deadline_line() {
    let whole = Whole::start(|builder| builder.timeout(Duration::from_secs(2))).await;
    whole.local.invoke(&json!({"succeed": {"value": 1}})).await.unwrap();
    // Until the deadline is over, the function lives on.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (lines, _) = whole.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
}
