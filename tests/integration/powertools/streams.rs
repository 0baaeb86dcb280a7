//! Streaming responses: the body belongs to the invocation until its end.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use super::fixture::{SAMPLED, WHOLE, Whole};

async fn start() -> Whole {
    Whole::start(|builder| builder.env("WHOLE", "stream")).await
}

fn messages(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["message"].as_str().unwrap()).collect()
}

/// All spans, those inside others too, each with the id of its parent.
fn spans(documents: Vec<Value>) -> Vec<Value> {
    let mut spans = Vec::new();
    let mut waiting = documents;
    while let Some(mut span) = waiting.pop() {
        if let Some(Value::Array(inner)) = span.as_object_mut().unwrap().remove("subsegments") {
            waiting.extend(inner.into_iter().map(|mut inner| {
                inner["parent_id"] = span["id"].clone();
                inner
            }));
        }
        spans.push(span);
    }
    spans
}

fn named<'a>(spans: &'a [Value], name: &str) -> Vec<&'a Value> {
    spans.iter().filter(|span| span["name"] == name).collect()
}

#[tokio::test]
async fn stream_is_passed_through_uncaptured() {
    let whole = start().await;
    let outcome = whole.local.invocation(&json!({})).trace_header(SAMPLED).send().await.unwrap();
    let (_, body) = outcome.http_parts().unwrap();
    assert_eq!(&body[..], b"one two");
    let spans = spans(whole.documents());
    let handler = named(&spans, "## handler")[0];
    assert!(handler.get("metadata").is_none(), "{handler:#}");
}

#[tokio::test]
async fn lines_metrics_and_spans_of_a_body_belong_to_its_invocation() {
    let whole = start().await;
    let event = json!({"milliseconds": 20});
    let outcome = whole.local.invocation(&event).trace_header(SAMPLED).send().await.unwrap();
    let spans = spans(whole.documents());
    let (lines, documents) = whole.lines();

    assert_eq!(messages(&lines), ["stream begins", "chunk sent", "chunk sent"]);
    assert!(
        lines.iter().all(|line| line["function_request_id"] == outcome.request_id),
        "{lines:#?}"
    );
    assert_eq!(documents.len(), 1, "flushed once, after the body: {documents:#?}");
    assert_eq!(documents[0]["ChunksSent"], json!([2.0]));

    let (handler, chunks) = (named(&spans, "## handler")[0], named(&spans, "send chunk"));
    assert_eq!(chunks.len(), 2, "{spans:#?}");
    let time = |span: &Value, name: &str| span[name].as_f64().unwrap();
    for chunk in &chunks {
        assert_eq!(chunk["parent_id"], handler["id"]);
        assert!(time(handler, "start_time") <= time(chunk, "start_time"));
        assert!(time(chunk, "end_time") <= time(handler, "end_time"), "{spans:#?}");
    }
    assert!(handler.get("fault").is_none(), "{handler:#}");
    let ids: BTreeSet<_> = chunks.iter().map(|span| span["id"].as_str().unwrap()).collect();
    let of_lines: BTreeSet<_> =
        lines[1..].iter().map(|line| line["span_id"].as_str().unwrap()).collect();
    assert_eq!(of_lines, ids);
}

#[tokio::test]
async fn failing_body_is_one_error_line_and_a_fault() {
    let whole = start().await;
    let event = json!({"then": "fail"});
    let outcome = whole.local.invocation(&event).trace_header(SAMPLED).send().await.unwrap();
    let (_, body) = outcome.http_parts().unwrap();
    assert!(body.starts_with(b"one twoLambda-Runtime-Function-Error-Type"), "{body:?}");
    let spans = spans(whole.documents());
    let (lines, _) = whole.lines();

    let mut said = messages(&lines);
    assert_eq!(said.pop(), Some("response stream failed"));
    said.retain(|message| *message == "chunk read");
    assert_eq!(said.len(), 2, "what was kept back is written: {lines:#?}");
    let line = lines.last().unwrap();
    assert_eq!((&line["level"], &line["exception_name"]), (&json!("ERROR"), &json!("ExportError")));
    assert_eq!(line["exception"], "the export broke off");
    assert!(line.to_string().contains("the database is gone"), "{line:#}");
    assert_eq!(line["function_request_id"], outcome.request_id);

    let handler = named(&spans, "## handler")[0];
    assert_eq!(handler["fault"], true, "{handler:#}");
    assert_eq!(handler["cause"]["exceptions"][0]["type"], "ExportError");
    assert_eq!(line["span_id"], handler["id"]);
}

#[tokio::test]
async fn panicking_body_is_one_line_and_a_fault() {
    let whole = start().await;
    let event = json!({"then": "panic"});
    let outcome = whole.local.invocation(&event).trace_header(SAMPLED).send().await.unwrap();
    let spans = spans(whole.documents());
    let (lines, documents) = whole.lines();
    let panics: Vec<_> =
        lines.iter().filter(|line| line.to_string().contains("no more chunks")).collect();
    assert_eq!(panics.len(), 1, "{lines:#?}");
    assert_eq!(panics[0]["function_request_id"], outcome.request_id);
    assert_eq!(named(&spans, "## handler")[0]["fault"], true);
    assert_eq!(documents[0]["ChunksSent"], json!([2.0]));
}

#[tokio::test]
async fn timed_out_body_leaves_lines_metrics_and_spans() {
    let whole = Whole::start(|it| it.env("WHOLE", "stream").timeout(Duration::from_secs(3))).await;
    let event = json!({"then": "hang"});
    let outcome = whole.local.invocation(&event).trace_header(SAMPLED).send().await.unwrap();
    assert!(outcome.timed_out);
    let (lines, documents) = whole.lines();
    let last = lines.last().unwrap();
    assert_eq!(last["message"], "invocation is about to time out", "{lines:#?}");
    assert_eq!(last["function_request_id"], outcome.request_id);
    assert_eq!(last["open_spans"], "handler, wait for more");
    assert_eq!(documents[0]["ChunksSent"], json!([2.0]));
    let spans = spans(whole.documents());
    assert_eq!(named(&spans, "## handler")[0]["in_progress"], true, "{spans:#?}");
    assert_eq!(named(&spans, "wait for more")[0]["in_progress"], true);
}

#[tokio::test]
async fn concurrent_bodies_are_kept_apart() {
    const AT_ONCE: u32 = 4;
    let whole = Whole::start(|it| it.env("WHOLE", "stream").concurrency(AT_ONCE)).await;
    let invoke = async |number: u32| {
        let name = format!("order-{number}");
        let header = SAMPLED.replace("Root=1-5759e988", &format!("Root=1-5759e98{number}"));
        let event = json!({"name": name, "milliseconds": 30});
        let sent = whole.local.invocation(&event).trace_header(header).send().await.unwrap();
        (name, sent.request_id)
    };
    let ids = tokio::join!(invoke(0), invoke(1), invoke(2), invoke(3));
    let ids = [ids.0, ids.1, ids.2, ids.3];
    let spans = spans(whole.documents());
    let (lines, documents) = whole.lines();
    assert_eq!(lines.len(), 12, "{lines:#?}");
    for line in &lines {
        let (_, id) = ids.iter().find(|(name, _)| line["order"] == *name).unwrap();
        assert_eq!(line["function_request_id"], *id);
    }
    let sent: Vec<_> = documents.iter().map(|document| &document["ChunksSent"]).collect();
    assert_eq!(sent, [&json!([2.0]); 4]);
    for handler in named(&spans, "## handler") {
        let chunks = named(&spans, "send chunk").into_iter();
        let own = chunks.filter(|chunk| chunk["parent_id"] == handler["id"]);
        let traces: Vec<_> = own.filter_map(|chunk| chunk.get("trace_id")).collect();
        assert!(traces.iter().all(|trace| **trace == handler["trace_id"]), "{spans:#?}");
    }
    assert_eq!(named(&spans, "send chunk").len(), 8);
}

/// Hands out one event, and hangs up in the middle of the answer.
fn hang_up(listener: &TcpListener) {
    loop {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = BufReader::new(stream);
        while let Some(request) = head(&mut stream) {
            if request.starts_with("GET") {
                stream.get_mut().write_all(NEXT.as_bytes()).unwrap();
            } else if request.starts_with("POST") {
                // As far as the first chunk.
                let mut line = String::new();
                while !line.contains("one ") && stream.read_line(&mut line).unwrap_or(0) > 0 {}
                return;
            }
        }
    }
}

const NEXT: &str = concat!(
    "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: r-1\r\nlambda-runtime-deadline-ms: 0\r\n",
    "lambda-runtime-invoked-function-arn: arn\r\ncontent-type: application/json\r\n",
    "content-length: 21\r\n\r\n{\"milliseconds\": 300}",
);

fn head(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

#[test]
fn dropped_body_is_a_cancelled_invocation() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let child = Command::new(WHOLE)
        .env_clear()
        .env("WHOLE", "stream")
        .env("LOG_LEVEL", "info,whole=debug")
        .env("POWERTOOLS_METRICS_NAMESPACE", "Test")
        .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "whole")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    hang_up(&listener);
    drop(listener);
    let written = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let lines: Vec<Value> =
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kept_back: Vec<_> = lines.iter().filter(|line| line["message"] == "chunk read").collect();
    assert!(!kept_back.is_empty(), "what was kept back is written: {written}");
    assert!(kept_back.iter().all(|line| line["function_request_id"] == "r-1"), "{written}");
    let metrics: Vec<_> = lines.iter().filter(|line| line.get("ChunksSent").is_some()).collect();
    assert_eq!(metrics.len(), 1, "{written}");
}
