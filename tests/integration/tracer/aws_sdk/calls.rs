//! What the span of a call tells.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use powertools_tracer::testing::{Captured, TRACE_HEADER, capture};
use serde_json::{Value, json};
use tracing::{Instrument, instrument::WithSubscriber};

use super::{
    super::{
        member, named,
        server::{Answer, Server},
    },
    OK, always, answer, client_of, only,
};

#[tokio::test]
async fn call_is_an_aws_subsegment_with_its_id_in_the_header() {
    let (captured, server) = (capture(), always(200, OK).await);
    captured.invoke(client_of(&server).describe_table().table_name("orders").send()).await.unwrap();
    let span = only(&captured);
    assert_eq!((&span["name"], &span["namespace"]), (&json!("DynamoDB"), &json!("aws")));
    assert_eq!(
        span["aws"],
        json!({
            "operation": "DescribeTable",
            "region": "eu-west-1",
            "request_id": "R3Q",
            "table_name": "orders",
            "retries": 0,
        })
    );
    assert_eq!(span["http"]["response"]["status"], 200);
    for absent in ["fault", "error", "throttle", "cause", "metadata"] {
        assert_eq!(span[absent], Value::Null, "{absent}");
    }
    let id = span["id"].as_str().unwrap();
    let header = TRACE_HEADER.replace("53995c3f42cd8ad8", id);
    assert_eq!(server.received()[0].header("x-amzn-trace-id"), header);
}

#[tokio::test]
async fn retries_are_one_span_with_one_header() {
    let (captured, attempts) = (capture(), AtomicUsize::new(0));
    let server = Server::start(move |_| {
        let is_last = attempts.fetch_add(1, Ordering::Relaxed) == 2;
        let response = if is_last { answer(200, OK) } else { answer(500, OK) };
        Answer { response, after: Duration::from_millis(50) }
    })
    .await;
    captured.invoke(client_of(&server).list_tables().send()).await.unwrap();
    let span = only(&captured);
    assert_eq!((&span["aws"]["retries"], &span["fault"]), (&json!(2), &Value::Null));
    assert_eq!(span["http"]["response"]["status"], 200);
    let time = |name: &str| span[name].as_f64().unwrap();
    assert!(time("end_time") - time("start_time") >= 0.149, "{span}");
    let received = server.received();
    assert_eq!(received.len(), 3);
    for request in received {
        assert_eq!(request.headers.get_all("x-amzn-trace-id").iter().count(), 1);
        assert_eq!(member(request.header("x-amzn-trace-id"), "Parent"), span["id"]);
    }
}

#[tokio::test]
async fn concurrent_calls_of_one_client_are_kept_apart() {
    let captured = capture();
    let server = Server::start(|request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let at: u64 = body["TableName"].as_str().unwrap().parse().unwrap();
        let response =
            if at.is_multiple_of(3) { answer(400, super::CONDITION) } else { answer(200, OK) };
        Answer { response, after: Duration::from_millis(at % 7) }
    })
    .await;
    let client = client_of(&server);
    let call = |at: usize| {
        let caller = tracing::info_span!("caller", otel.name = format!("caller {at}"));
        let table = format!("1{at:02}");
        let call = client.describe_table().table_name(table).send().instrument(caller);
        call.with_subscriber(captured.dispatch().clone())
    };
    captured
        .invoke(async {
            let tasks: Vec<_> = (0..27).map(|at| tokio::spawn(call(at))).collect();
            let _ = tokio::join!(call(27), call(28), call(29));
            for task in tasks {
                let _ = task.await.unwrap();
            }
        })
        .await;
    let spans = captured.spans();
    assert_eq!(spans.len(), 60);
    for request in server.received() {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let at: usize = body["TableName"].as_str().unwrap()[1..].parse().unwrap();
        let caller = named(&spans, &format!("caller {at}"));
        let id = member(request.header("x-amzn-trace-id"), "Parent");
        let span = spans.iter().find(|span| span["id"] == id).unwrap();
        assert_eq!(span["parent_id"], caller["id"]);
        assert_eq!(span["aws"]["table_name"], body["TableName"]);
        assert_eq!(span["error"] == true, (100 + at).is_multiple_of(3), "{span}");
    }
}

#[tokio::test]
async fn parent_is_the_caller_not_a_span_of_the_sdk() {
    let levels = "debug,aws=debug".parse().unwrap();
    let captured = Captured::with(|it| it.levels(levels));
    let server = always(200, OK).await;
    let client = client_of(&server);
    captured
        .invoke(async {
            let caller = tracing::info_span!("caller", otel.name = "caller");
            client.list_tables().send().instrument(caller).await
        })
        .await
        .unwrap();
    let spans = captured.spans();
    assert!(spans.len() > 3, "the SDK's own are there: {spans:?}");
    let call = spans.iter().find(|span| span["namespace"] == "aws").unwrap();
    assert_eq!(call["parent_id"], named(&spans, "caller")["id"]);
}

#[tokio::test]
async fn call_without_a_span_is_a_child_of_the_invocation() {
    let (captured, server) = (capture(), always(200, OK).await);
    captured.invoke(client_of(&server).list_tables().send()).await.unwrap();
    assert_eq!(only(&captured)["parent_id"], "53995c3f42cd8ad8");
}

#[tokio::test]
async fn interceptor_added_twice_makes_one_span() {
    let (captured, server) = (capture(), always(200, OK).await);
    let client = super::client(&format!("http://{}", server.address), |config| {
        config.interceptor(powertools_tracer::propagation::AwsSdkInterceptor::new())
    });
    captured.invoke(client.list_tables().send()).await.unwrap();
    assert_eq!(only(&captured)["aws"]["operation"], "ListTables");
}
