//! The interceptor for AWS's SDK, in a real client of DynamoDB.

mod calls;
mod database;
mod failures;
mod headers;
mod replays;

use aws_sdk_dynamodb::{
    Client,
    config::{
        BehaviorVersion, Builder, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig,
    },
};
use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use powertools_tracer::{propagation::AwsSdkInterceptor, testing::Captured};
use serde_json::{Value, json};

use super::server::Server;

const OK: &str = "{}";
const CONDITION: &str = r#"{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
    "message": "The conditional request failed"}"#;

/// A client of the DynamoDB that listens there.
fn client(url: &str, configure: impl FnOnce(Builder) -> Builder) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .interceptor(AwsSdkInterceptor::new())
        .region(Region::new("eu-west-1"))
        .retry_config(RetryConfig::standard().with_initial_backoff(std::time::Duration::ZERO))
        .timeout_config(TimeoutConfig::disabled());
    Client::from_conf(configure(config).build())
}

pub(crate) fn client_of(server: &Server) -> Client {
    client(&format!("http://{}", server.address), |config| config)
}

/// An answer as DynamoDB gives it.
fn answer(status: u16, body: &'static str) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amzn-requestid", "R3Q")
        .body(Full::from(body))
        .unwrap()
}

pub(crate) async fn always(status: u16, body: &'static str) -> Server {
    Server::start(move |_| answer(status, body).into()).await
}

/// The only span, which is over.
fn only(captured: &Captured) -> Value {
    let spans = captured.spans();
    assert_eq!(spans.len(), 1, "{spans:?}");
    assert_eq!(spans[0]["in_progress"], Value::Null);
    spans[0].clone()
}

/// Type and message of the only error of a span that is a fault.
fn failure(span: &Value) -> (String, String) {
    assert_eq!((&span["fault"], &span["error"]), (&json!(true), &Value::Null), "{span}");
    exception(span)
}

/// Type and message of the only error of a span whose call was refused, which is no fault.
fn refusal(span: &Value) -> (String, String) {
    assert_eq!((&span["fault"], &span["error"]), (&Value::Null, &json!(true)), "{span}");
    exception(span)
}

fn exception(span: &Value) -> (String, String) {
    let exception = &span["cause"]["exceptions"][0];
    let text = |name: &str| exception[name].as_str().unwrap().to_owned();
    (text("type"), text("message"))
}
