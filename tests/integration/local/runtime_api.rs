//! The Runtime API as badly behaved clients see it.

use std::net::SocketAddr;
use std::time::Duration;

use powertools_local::Local;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{PROBE, SHORT, patient, succeed};

const RUNTIME: &str = "/2018-06-01/runtime";

/// Lets the probe make these calls from within an invocation.
async fn ask(local: &Local, requests: Value) -> Vec<(u64, String)> {
    let event = json!({"do": "ask", "requests": requests});
    let answers: Vec<Value> = local.invoke(&event).await.unwrap().json().unwrap();
    let error_type = |body: &str| {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        body["errorType"].as_str().unwrap_or_default().to_owned()
    };
    answers
        .iter()
        .map(|answer| {
            (answer["status"].as_u64().unwrap(), error_type(answer["body"].as_str().unwrap()))
        })
        .collect()
}

async fn probe(name: &str) -> Local {
    patient(name).binary(PROBE).start().await.unwrap()
}

#[tokio::test]
async fn unknown_request_id_is_a_bad_request() {
    let local = probe("unknown-id").await;
    let answers = ask(
        &local,
        json!([
            {"method": "POST", "path": format!("{RUNTIME}/invocation/nope/response")},
            {"method": "POST", "path": format!("{RUNTIME}/invocation/nope/error")},
        ]),
    )
    .await;
    assert_eq!(answers, vec![(400, "InvalidRequestID".to_owned()); 2]);
}

#[tokio::test]
async fn response_of_another_attempt_is_gone() {
    let local = probe("stale").await;
    let answers = ask(
        &local,
        json!([{
            "method": "POST",
            "path": format!("{RUNTIME}/invocation/{{id}}/response"),
            "headers": {"Lambda-Runtime-Invocation-Id": "another"},
        }]),
    )
    .await;
    assert_eq!(answers, [(410, "InvocationGone".to_owned())]);
}

#[tokio::test]
async fn response_of_an_ended_invocation_is_gone() {
    let local = probe("ended").await;
    local.invocation(&succeed(1)).request_id("ended").send().await.unwrap();
    let request =
        json!([{"method": "POST", "path": format!("{RUNTIME}/invocation/ended/response")}]);
    assert_eq!(ask(&local, request).await, [(410, "InvocationGone".to_owned())]);
}

#[tokio::test]
async fn metadata_requires_its_token() {
    let local = patient("metadata").env("AWS_LAMBDA_METADATA_TOKEN", "secret").binary(PROBE);
    let local = local.start().await.unwrap();
    let seen: Value = local.invoke(&json!({"do": "see"})).await.unwrap().json().unwrap();
    assert_eq!(seen["env"]["AWS_LAMBDA_METADATA_API"], seen["env"]["AWS_LAMBDA_RUNTIME_API"]);
    let path = "/2026-01-15/metadata/execution-environment";
    let answers = ask(
        &local,
        json!([
            {"method": "GET", "path": path},
            {"method": "GET", "path": path, "headers": {"Authorization": "Bearer wrong"}},
            {"method": "GET", "path": path, "headers": {"Authorization": "Bearer secret"}},
        ]),
    )
    .await;
    let statuses: Vec<_> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [401, 401, 200]);
}

#[tokio::test]
async fn serve_raw_serves_a_runtime_started_by_hand() {
    let local = patient("by-hand").start().await.unwrap();
    let address = local.serve_raw().unwrap();
    let runtime = tokio::spawn(async move {
        let next = exchange(address, &request("GET", "/invocation/next", "")).await;
        let id = next
            .lines()
            .find_map(|line| line.strip_prefix("lambda-runtime-aws-request-id: "))
            .unwrap()
            .to_owned();
        exchange(address, &request("POST", &format!("/invocation/{id}/response"), "42")).await;
        // Asking again tells that it is done; there is no more, so there is no answer.
        exchange(address, &request("GET", "/invocation/next", "")).await
    });
    assert_eq!(local.invoke(&1).await.unwrap().json::<u64>().unwrap(), 42);
    runtime.abort();
}

#[tokio::test]
async fn disconnected_client_loses_no_invocation() {
    let local = patient("lost").start().await.unwrap();
    let address = local.serve_raw().unwrap();
    let pending = tokio::spawn(local.invocation(&1).request_id("lost").send());
    let mut gone = TcpStream::connect(address).await.unwrap();
    gone.write_all(&request("GET", "/invocation/next", "")).await.unwrap();
    drop(gone);
    let next = exchange(address, &request("GET", "/invocation/next", "")).await;
    assert!(next.contains("lambda-runtime-aws-request-id: lost"), "{next}");
    exchange(address, &request("POST", "/invocation/lost/response", "42")).await;
    let mut gone = TcpStream::connect(address).await.unwrap();
    gone.write_all(&request("GET", "/invocation/next", "")).await.unwrap();
    drop(gone);
    let again =
        tokio::spawn(
            async move { exchange(address, &request("GET", "/invocation/next", "")).await },
        );
    assert_eq!(pending.await.unwrap().unwrap().json::<u64>().unwrap(), 42);
    again.abort();
}

#[tokio::test]
async fn response_after_the_deadline_is_gone() {
    let local = patient("gone").start().await.unwrap();
    let address = local.serve_raw().unwrap();
    let pending = tokio::spawn(local.invocation(&1).request_id("late").timeout(SHORT).send());
    exchange(address, &request("GET", "/invocation/next", "")).await;
    assert!(pending.await.unwrap().unwrap().timed_out);
    for path in ["/invocation/late/response", "/invocation/late/error"] {
        let answer = exchange(address, &request("POST", path, "{}")).await;
        assert!(answer.starts_with("HTTP/1.1 410 "), "{answer}");
    }
}

#[tokio::test]
async fn response_over_six_megabytes_is_refused_and_ends_the_invocation() {
    let local = patient("too-large").start().await.unwrap();
    let address = local.serve_raw().unwrap();
    let _pending = tokio::spawn(local.invocation(&1).request_id("large").send());
    exchange(address, &request("GET", "/invocation/next", "")).await;
    let large = "x".repeat(6_291_557);
    let answer = exchange(address, &request("POST", "/invocation/large/response", &large)).await;
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("RequestEntityTooLarge"),
        "{answer}"
    );
    let again = exchange(address, &request("POST", "/invocation/large/response", "1")).await;
    assert!(again.starts_with("HTTP/1.1 403 "), "{again}");
}

#[tokio::test]
async fn malformed_requests_do_not_break_the_function() {
    let local = probe("garbage").await;
    let seen: Value = local.invoke(&json!({"do": "see"})).await.unwrap().json().unwrap();
    let address: SocketAddr =
        seen["env"]["AWS_LAMBDA_RUNTIME_API"].as_str().unwrap().parse().unwrap();
    let pieces: [&[u8]; 7] = [
        b"\0\xff\xfe garbage\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"GET /%ff%00/../.. HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /2018-06-01/runtime/invocation//response HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\n\xff\xff\xff",
        b"POST /2020-01-01/extension/register HTTP/1.1\r\nHost: x\r\nLambda-Extension-Name: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n[",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ];
    for piece in pieces {
        let answer = exchange(address, piece).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    // A client that goes away in the middle of what it sends.
    let mut cut = TcpStream::connect(address).await.unwrap();
    cut.write_all(
        b"POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\r\nContent-Length: 99\r\n\r\n{",
    )
    .await
    .unwrap();
    drop(cut);
    assert_eq!(local.invoke(&succeed(1)).await.unwrap().function_error, None);
}

#[tokio::test]
async fn interrupted_stream_is_an_error_with_the_received_part() {
    let local = patient("broken").start().await.unwrap();
    let address = local.serve_raw().unwrap();
    let pending = tokio::spawn(local.invocation(&1).request_id("broken").timeout(SHORT * 5).send());
    exchange(address, &request("GET", "/invocation/next", "")).await;
    let head = "POST /2018-06-01/runtime/invocation/broken/response HTTP/1.1\r\nHost: x\r\n\
                Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n";
    let trailers = "Lambda-Runtime-Function-Error-Type: Stream.Broke\r\n\
                    Lambda-Runtime-Function-Error-Body: eyJlcnJvck1lc3NhZ2UiOiJoYWxmIHdheSJ9\r\n";
    let body = format!("{head}5\r\nhalf,\r\n0\r\n{trailers}\r\n")
        .replacen("Transfer-Encoding", "Connection: close\r\nTrailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\nTransfer-Encoding", 1);
    let answer = exchange(address, body.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let again =
        tokio::spawn(
            async move { exchange(address, &request("GET", "/invocation/next", "")).await },
        );
    let outcome = pending.await.unwrap().unwrap();
    again.abort();
    assert_eq!(&outcome.payload[..], b"half,");
    let error = outcome.function_error.unwrap();
    assert_eq!(
        (error.error_type.as_str(), error.error_message.as_str()),
        ("Stream.Broke", "half way")
    );
}

#[tokio::test]
async fn extension_gets_invoke_events() {
    let local = patient("extension").start().await.unwrap();
    let address = local.serve_raw().unwrap();
    let register = |events: &str| {
        let length = events.len();
        format!(
            "POST /2020-01-01/extension/register HTTP/1.1\r\nHost: x\r\nLambda-Extension-Name: e\r\n\
             Connection: close\r\nContent-Length: {length}\r\n\r\n{events}"
        )
    };
    let refused = exchange(address, register(r#"{"events":["SHUTDOWN"]}"#).as_bytes()).await;
    assert!(refused.starts_with("HTTP/1.1 403") && refused.contains("Extension.InvalidEventType"));
    let registered = exchange(address, register(r#"{"events":["INVOKE"]}"#).as_bytes()).await;
    let identifier = registered
        .lines()
        .find_map(|line| line.strip_prefix("lambda-extension-identifier: "))
        .unwrap()
        .to_owned();
    let next = format!(
        "GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Lambda-Extension-Identifier: {identifier}\r\n\r\n"
    );
    let _pending = tokio::spawn(local.invocation(&1).request_id("told").send());
    exchange(address, &request("GET", "/invocation/next", "")).await;
    let invoke = exchange(address, next.as_bytes()).await;
    assert!(
        invoke.contains(r#""eventType":"INVOKE""#) && invoke.contains(r#""requestId":"told""#),
        "{invoke}"
    );
}

fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("{method} {RUNTIME}{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Sends bytes on a connection of their own and reads what comes back until it closes.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(20), read).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
