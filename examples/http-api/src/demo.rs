//! The demo: runs this binary on the local runtime and sends it requests in the formats of the four services that call
//! functions over HTTP.
//!
//! stdout shows the function's lines exactly as Lambda would receive them, and stderr the responses. The demo also
//! verifies this output, and fails if it is not as expected.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "showing is what it is for")]

use powertools::Error;
use powertools_local::Local;
use serde_json::{Value, json};

/// The senders of requests, each with one of its events; fixtures of `aws_lambda_events` and `lambda_http`.
type Caller = (&'static str, &'static str);

const HTTP_API: Caller = ("HTTP API", include_str!("../events/http-api.json"));
const REST_API: Caller = ("REST API", include_str!("../events/rest-api.json"));
const LOAD_BALANCER: Caller = ("load balancer", include_str!("../events/load-balancer.json"));
const FUNCTION_URL: Caller = ("function URL", include_str!("../events/function-url.json"));

/// The trace header that a caller with sampling sends.
const SAMPLED: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// Sends nine requests to one function.
pub(crate) async fn run() -> Result<(), Error> {
    let function = Local::builder("http-api")
        .env("POWERTOOLS_SERVICE_NAME", "orders")
        .env("POWERTOOLS_TRACER_EXPORTER", "stdout")
        .env("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true")
        .binary(std::env::current_exe()?)
        .start()
        .await?;
    let requests = [
        (HTTP_API, "POST /orders", basket(2), 201),
        // A client that did not receive the response retries like this: the order is placed once.
        (HTTP_API, "POST /orders", basket(2), 201),
        (REST_API, "GET /orders/o-1", Value::Null, 200),
        (LOAD_BALANCER, "GET /orders", Value::Null, 200),
        (FUNCTION_URL, "DELETE /orders/o-1", Value::Null, 204),
        (REST_API, "GET /orders/o-1", Value::Null, 404),
        (HTTP_API, "POST /orders", basket(101), 409),
        (HTTP_API, "POST /orders", json!({"customer": "c-1029"}), 422),
        (LOAD_BALANCER, "GET /teapots", Value::Null, 404),
    ];
    let mut unexpected = Vec::new();
    for (caller, request, body, expected) in &requests {
        let event = event(*caller, request, body);
        let outcome = function.invocation(&event).trace_header(SAMPLED).send().await?;
        let answer = outcome.json()?;
        show(*caller, request, &answer);
        if answer["statusCode"] != *expected {
            unexpected.push(format!("{expected} for {request}"));
        }
    }
    let lines = function.function_lines();
    lines.iter().for_each(|line| println!("{line}"));
    ensure(unexpected.is_empty(), unexpected.join(", "))?;
    let having = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    ensure(having("\"request served\"") == requests.len(), "a line for each request")?;
    ensure(having("\"Requests\":[") == requests.len(), "metrics for each request")?;
    ensure(having("\"subsegment\"") >= requests.len(), "spans for each request")
}

/// Fails the demo if its output is not as expected.
fn ensure(happened: bool, expected: impl Into<String>) -> Result<(), Error> {
    if happened { Ok(()) } else { Err(format!("not shown: {}", expected.into()).into()) }
}

fn show((caller, _): Caller, request: &str, answer: &Value) {
    let body = answer["body"].as_str().unwrap_or_default();
    let is_replayed = answer["headers"]["idempotent-replayed"] == "true";
    let replayed = if is_replayed { " (replayed)" } else { "" };
    eprintln!("{caller:>13}  {request:<18}  {} {body}{replayed}", answer["statusCode"]);
}

fn basket(quantity: u32) -> Value {
    json!({"customer": "c-1029", "product": "tea", "quantity": quantity})
}

/// Returns the caller's event for another request.
fn event((_, sample): Caller, request: &str, body: &Value) -> Value {
    let (method, path) = request.split_once(' ').unwrap_or_default();
    let mut event: Value = serde_json::from_str(sample).unwrap_or_default();
    if event["version"] == "2.0" {
        event["rawPath"] = path.into();
        event["requestContext"]["http"] = json!({"method": method, "path": path});
    } else {
        event["path"] = path.into();
        event["httpMethod"] = method.into();
    }
    event["headers"]["content-type"] = "application/json".into();
    // Real clients use a UUID. Here, requests with the same basket are the same request.
    event["headers"]["idempotency-key"] = format!("\"basket-{}\"", body["quantity"]).into();
    event["body"] = if body.is_null() { Value::Null } else { body.to_string().into() };
    event
}
