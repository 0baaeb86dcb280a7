//! What the handler's span tells of the event, for events as AWS's services send them.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use lambda_runtime::{Context, LambdaEvent, service_fn};
use powertools_tracer::{
    Invocation,
    lambda::Observer,
    testing::{TRACE_HEADER, capture},
};
use serde_json::{Value, json};
use tower_layer::Layer;
use tower_service::Service;

/// Reading an event again for each of its parts would take hours; a busy machine takes seconds.
const MUCH_TOO_LONG: Duration = Duration::from_secs(300);

macro_rules! event {
    ($name:literal) => {
        include_str!(concat!("../../fixtures/events/", $name, ".json"))
    };
}

/// The handler's span of an invocation with this event.
async fn traced(event: impl AsRef<[u8]>) -> Value {
    let captured = capture();
    let observer = captured.tracer().observer();
    let invocation = Invocation::builder("request").trace_header(TRACE_HEADER).build();
    let handler = service_fn(async |_: LambdaEvent<()>| Ok::<_, Infallible>(()));
    let mut handler = captured.tracer().handler_layer().layer(handler);
    let mut context = Context::default();
    context.request_id = "request".into();
    observer.on_start(&invocation, event.as_ref());
    invocation.scope_with(|| handler.call(LambdaEvent::new((), context))).await.unwrap();
    captured.tracer().close(&invocation);
    captured.last()
}

/// What the span tells: all attributes but those that X-Ray has a place for.
async fn told(event: impl AsRef<[u8]>) -> Value {
    traced(event).await["metadata"]["service_undefined"].clone()
}

/// The event with something changed.
fn changed(event: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut event = serde_json::from_str(event).unwrap();
    change(&mut event);
    event.to_string()
}

#[tokio::test]
async fn rest_api_has_request_and_route() {
    let span = traced(event!("api_gateway_rest")).await;
    assert_eq!(
        span["metadata"]["service_undefined"],
        json!({
            "faas.trigger": "http",
            "url.path": "/hello/world",
            "http.route": "/{proxy+}",
        })
    );
    assert_eq!(
        span["http"]["request"],
        json!({
            "method": "POST",
            "client_ip": "192.168.196.186",
            "user_agent": "PostmanRuntime/2.4.5",
        })
    );
    assert_eq!(span["namespace"], Value::Null, "what comes in is not remote");
}

#[tokio::test]
async fn http_api_has_request_and_route() {
    let span = traced(event!("api_gateway_http")).await;
    assert_eq!(
        span["metadata"]["service_undefined"],
        json!({"faas.trigger": "http", "url.path": "/dump", "http.route": "/dump"})
    );
    let request = &span["http"]["request"];
    assert_eq!((&request["method"], &request["client_ip"]), (&json!("GET"), &json!("127.0.0.1")));
}

#[tokio::test]
async fn function_url_has_no_route() {
    let event = event!("function_url")
        .replace("execute-api.us-east-1.amazonaws.com", "lambda-url.us-east-1.on.aws");
    let span = traced(event).await;
    assert_eq!(
        span["metadata"]["service_undefined"],
        json!({"faas.trigger": "http", "url.path": "/my/path"})
    );
    let request = json!({"method": "GET", "user_agent": "agent", "client_ip": "IP"});
    assert_eq!(span["http"]["request"], request);
}

#[tokio::test]
async fn websocket_is_http_without_a_method() {
    let span = traced(event!("api_gateway_websocket")).await;
    let told = &span["metadata"]["service_undefined"];
    assert_eq!(told, &json!({"faas.trigger": "http"}));
    assert_eq!(span["http"]["request"], json!({"client_ip": "10.0.0.13"}));
}

#[tokio::test]
async fn load_balancers_and_vpc_lattice_are_http() {
    let multi_value = changed(event!("load_balancer"), |event| {
        let headers = json!({"User-Agent": ["curl/7.54.0", "other"]});
        event["multiValueHeaders"] = headers;
        event["headers"].as_object_mut().unwrap().clear();
    });
    for (event, method, path, user_agent) in [
        (event!("load_balancer"), "GET", "/", "curl/7.54.0"),
        (&multi_value, "GET", "/", "curl/7.54.0"),
        (event!("vpc_lattice_v1"), "POST", "/api/product", "curl/7.68.0"),
        (event!("vpc_lattice_v2"), "GET", "/health", "curl/7.68.0"),
    ] {
        let span = traced(event).await;
        let told = &span["metadata"]["service_undefined"];
        assert_eq!(told, &json!({"faas.trigger": "http", "url.path": path}));
        let request = json!({"method": method, "user_agent": user_agent});
        assert_eq!(span["http"]["request"], request);
    }
}

#[tokio::test]
async fn queue_message_has_queue_and_id() {
    let span = traced(event!("sqs")).await;
    assert_eq!(
        span["metadata"]["service_undefined"],
        json!({
            "faas.trigger": "pubsub",
            "messaging.system": "aws_sqs",
            "messaging.operation.type": "process",
            "messaging.destination.name": "SQSQueue",
            "messaging.message.id": "MessageID_1",
            "messaging.batch.message_count": 1,
        })
    );
    assert_eq!(span["links"], Value::Null);
}

/// A batch whose messages carry these trace headers.
fn batch(headers: impl IntoIterator<Item = String>) -> String {
    changed(event!("sqs"), |event| {
        let record = event["Records"][0].clone();
        let records = headers.into_iter().map(|header| {
            let mut record = record.clone();
            record["attributes"]["AWSTraceHeader"] = header.into();
            record
        });
        event["Records"] = records.collect();
    })
}

#[tokio::test]
async fn batch_links_to_the_trace_of_each_message_once() {
    let root = |last: usize| format!("1-5759e988-bd862e3fe1be46a99427279{last}");
    let span = traced(batch([
        format!("Root={};Parent=53995c3f42cd8ad1;Sampled=1", root(1)),
        format!("Root={};Parent=53995c3f42cd8ad1;Sampled=1", root(1)),
        "nonsense".into(),
        format!("Sampled=0;Root={}", root(2)),
    ]))
    .await;
    let told = &span["metadata"]["service_undefined"];
    assert_eq!(told["messaging.batch.message_count"], 4);
    assert_eq!(told["messaging.message.id"], Value::Null);
    assert_eq!(
        span["links"],
        json!([{"trace_id": root(1), "id": "53995c3f42cd8ad1"}, {"trace_id": root(2)}])
    );
}

#[tokio::test]
async fn largest_batch_is_read_once_with_the_maximum_of_links() {
    let root = |at: usize| format!("Root=1-5759e988-{at:024x};Parent={at:016x};Sampled=1");
    let event = batch((1..=10_000).map(root));
    let start = Instant::now();
    let span = traced(&event).await;
    assert!(start.elapsed() < MUCH_TOO_LONG, "{:?}", start.elapsed());
    let told = &span["metadata"]["service_undefined"];
    assert_eq!(told["messaging.batch.message_count"], 10_000);
    assert_eq!(span["links"].as_array().unwrap().len(), 100);
    assert_eq!(span["metadata"]["powertools"], json!({"values_left_out": 9_900}));
}

#[tokio::test]
async fn topic_has_name_and_message_id() {
    assert_eq!(
        told(event!("sns")).await,
        json!({
            "faas.trigger": "pubsub",
            "messaging.system": "aws.sns",
            "messaging.operation.type": "process",
            "messaging.destination.name": "snsNetTest",
            "messaging.message.id": "82833b5c-8d5d-56d0-b0e1-7511f8253eb8",
            "messaging.batch.message_count": 1,
        })
    );
}

#[tokio::test]
async fn stream_has_its_name() {
    assert_eq!(
        told(event!("kinesis")).await,
        json!({
            "faas.trigger": "pubsub",
            "messaging.system": "aws.kinesis",
            "messaging.operation.type": "process",
            "messaging.destination.name": "simple-stream",
            "messaging.batch.message_count": 2,
        })
    );
}

#[tokio::test]
async fn broker_has_its_system() {
    for (event, system) in [
        (event!("kafka"), "kafka"),
        (event!("activemq"), "activemq"),
        (event!("rabbitmq"), "rabbitmq"),
    ] {
        let expected = json!({
            "faas.trigger": "pubsub",
            "messaging.system": system,
            "messaging.operation.type": "process",
        });
        assert_eq!(told(event).await, expected);
    }
    assert_eq!(told(event!("documentdb")).await, json!({"faas.trigger": "datasource"}));
}

#[tokio::test]
async fn bus_event_has_source_and_type() {
    assert_eq!(
        told(event!("eventbridge")).await,
        json!({
            "faas.trigger": "pubsub",
            "messaging.system": "aws.eventbridge",
            "messaging.operation.type": "process",
            "aws.eventbridge.source": "aws.ec2",
            "aws.eventbridge.detail_type": "EC2 Instance State-change Notification",
        })
    );
}

#[tokio::test]
async fn schedule_is_a_timer() {
    let expected = json!({"faas.trigger": "timer", "faas.time": "2015-10-08T16:53:06Z"});
    assert_eq!(told(event!("schedule")).await, expected);
    let scheduler = changed(event!("schedule"), |event| {
        event["source"] = "aws.scheduler".into();
        event["detail"] = "{}".into();
    });
    assert_eq!(told(scheduler).await, expected);
}

#[tokio::test]
async fn object_has_bucket_key_and_operation() {
    assert_eq!(
        told(event!("s3")).await,
        json!({
            "faas.trigger": "datasource",
            "faas.document.collection": "sourcebucket",
            "faas.document.operation": "insert",
            "faas.document.time": "1970-01-01T00:00:00.123Z",
            "faas.document.name": "Happy Face.jpg",
        })
    );
    for (name, operation) in [
        ("ObjectRemoved:DeleteMarkerCreated", "delete"),
        ("s3:LifecycleExpiration:Delete", "delete"),
        ("ObjectTagging:Delete", "edit"),
        ("ObjectRestore:Completed", "edit"),
    ] {
        let event = changed(event!("s3"), |event| event["Records"][0]["eventName"] = name.into());
        assert_eq!(told(event).await["faas.document.operation"], operation, "{name}");
    }
}

#[tokio::test]
async fn table_has_name_and_a_unique_operation() {
    let expected = |operation: &str| {
        let mut told = json!({
            "faas.trigger": "datasource",
            "faas.document.collection": "Example-Table",
        });
        if !operation.is_empty() {
            told["faas.document.operation"] = operation.into();
        }
        told
    };
    assert_eq!(told(event!("dynamodb")).await, expected("insert"));
    for (first, second, operation) in
        [("REMOVE", "REMOVE", "delete"), ("MODIFY", "MODIFY", "edit"), ("INSERT", "REMOVE", "")]
    {
        let event = changed(event!("dynamodb"), |event| {
            event["Records"][0]["eventName"] = first.into();
            event["Records"][1]["eventName"] = second.into();
        });
        assert_eq!(told(event).await, expected(operation));
    }
}

#[tokio::test]
async fn unknown_record_source_is_other() {
    assert_eq!(told(event!("ses")).await, json!({"faas.trigger": "other"}));
}

#[tokio::test]
async fn unknown_event_has_no_trigger() {
    for event in [event!("cognito"), event!("appsync"), event!("logs"), event!("firehose")] {
        assert_eq!(told(event).await, Value::Null, "{event}");
    }
    for event in [
        "",
        "not JSON at all",
        "\"text\"",
        "7",
        "null",
        "{}",
        "{\"Records\": []}",
        "{\"Records\": 7, \"requestContext\": {\"http\": {\"method\": \"GET\"}}}",
        "{\"Records\": [{\"eventSource\": 7}]}",
        "{\"source\": {\"nested\": true}, \"detail-type\": \"x\", \"detail\": 1}",
        "{\"path\": \"/\", \"httpMethod\": \"GET\"}",
        "{\"Records\": [{\"eventSource\": \"aws:sqs\"",
    ] {
        assert_eq!(told(event).await, Value::Null, "{event}");
    }
    assert_eq!(told(b"{\"Records\": [{\"eventSource\": \"\xff\"}]}").await, Value::Null);
}

#[tokio::test]
async fn trigger_is_recognized_despite_unusual_values() {
    let expected = json!({"faas.trigger": "timer", "faas.time": "2015-10-08T16:53:06Z"});
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for odd in [r#""\ud83d""#, "1e400", &deep] {
        let event = event!("schedule").replacen('{', &format!(r#"{{"\ud83d":{odd},"#), 1);
        assert_eq!(told(event).await, expected);
    }
}

#[tokio::test]
async fn list_is_not_mistaken_for_an_event() {
    for length in 1..20 {
        let mut list = vec![Value::Null; length];
        list[0] = json!([{"eventSource": "aws:ses"}]);
        assert_eq!(told(format!(" {}", json!(list))).await, Value::Null, "{list:?}");
    }
}

#[tokio::test]
async fn large_custom_event_is_read_once() {
    let list = vec![json!({"id": 17, "tags": ["a", "b"], "nested": {"deep": [1.5]}}); 100_000];
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for event in [json!(list).to_string(), json!({"list": list}).to_string(), deep.clone()] {
        let start = Instant::now();
        assert_eq!(told(event).await, Value::Null);
        assert!(start.elapsed() < MUCH_TOO_LONG, "{:?}", start.elapsed());
    }
    assert_eq!(told(format!("{{\"x\": {deep}}}")).await, Value::Null);
}
