//! A function that receives secrets in every way prints none of them, at any level, with any exporter.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use opentelemetry::trace::{Tracer as _, TracerProvider};
use opentelemetry_sdk::trace::InMemorySpanExporter;
use powertools::{ColdStart, Environment, InitializationType, Powertools, Redaction, metrics};
use powertools_core::{MemorySink, testing::enable_all_callsites};
use powertools_local::Local;
use powertools_logger::{ScopedKeys, append_key, exception};
use powertools_tracer::{
    DatagramSink, Exporter, JsonLinesExporter, OtelExporter, OtlpUdpExporter, XRayExporter,
    annotation, metadata,
};
use serde::Serialize;
use serde_json::{Value, json};
use tower_layer::Layer;
use tracing::{Dispatch, instrument::WithSubscriber};

/// Stands in every secret.
const SECRET: &str = "s3cr3t";

const TRACE_HEADER: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

const LEVELS: [&str; 5] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

/// An event of an HTTP API, with what browsers and clients send.
fn event() -> Value {
    json!({
        "version": "2.0",
        "routeKey": "POST /login",
        "rawPath": "/login",
        "rawQueryString": "page=2&token=s3cr3t",
        "cookies": ["session=s3cr3t"],
        "headers": {
            "Authorization": "Bearer s3cr3t",
            "cookie": "session=s3cr3t; theme=dark",
            "x-api-key": "s3cr3t",
            "referer": "https://shop.example/?code=s3cr3t",
            "accept": "*/*",
        },
        "multiValueHeaders": {"Authorization": ["Bearer s3cr3t"]},
        "queryStringParameters": {"page": "2", "token": "s3cr3t"},
        "requestContext": {
            "http": {"method": "POST", "path": "/login", "sourceIp": "192.0.2.1"},
            "requestId": "r-1",
        },
        "body": r#"{"user":"jane","password":"s3cr3t \"quoted\" s3cr3t"}"#,
        "isBase64Encoded": false,
    })
}

#[derive(Clone, Debug, Serialize)]
struct Login {
    user: String,
    password: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("error for url (https://jane:s3cr3t@shop.example/login?sig=s3cr3t)")]
struct RequestError {
    source: HeaderError,
}

#[derive(Debug, thiserror::Error)]
#[error("refused header authorization: Bearer s3cr3t")]
struct HeaderError;

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let body = event.payload["body"].as_str().unwrap_or_default().to_owned();
    let login = Login { user: "jane".into(), password: Some("s3cr3t".into()) };
    append_key("customer", &login);
    append_key("session_token", SECRET);
    append_key("email", SECRET);
    annotation("ApiKey", SECRET);
    annotation("Link", "https://shop.example/?sig=s3cr3t");
    annotation("email", SECRET);
    metadata("login", &login);
    metadata("client_secret", SECRET);
    metadata("email", SECRET);
    metrics::metadata("login", &login)?;
    metrics::metadata("access_token", SECRET)?;
    metrics::record(&metrics::Metric::count("Logins"), 1);
    let nested = ScopedKeys::new().with("login", &login).with("secret", SECRET);
    nested.scope(log_in(event.payload.clone(), login.clone(), SECRET, &body, SECRET)).await.ok();
    say_at_every_level(&login);
    print_as_crates_do();
    if event.payload["fail"] == true {
        return Err(RequestError { source: HeaderError }.into());
    }
    Ok(json!({
        "statusCode": 200,
        "headers": {"set-cookie": "session=s3cr3t", "x-amz-security-token": "s3cr3t"},
        "body": r#"{"access_token":"s3cr3t"}"#,
    }))
}

/// As existing code has it: without `skip`.
#[tracing::instrument(ret, err, fields(url = "https://jane:s3cr3t@shop.example/?sig=s3cr3t"))]
async fn log_in(
    event: Value,
    login: Login,
    password: &str,
    body: &str,
    email: &str,
) -> Result<Login, RequestError> {
    let _ = (event, password, body, email);
    tracing::error!(error = exception(&RequestError { source: HeaderError }), "login failed");
    let failed: Result<Login, _> = Err(RequestError { source: HeaderError });
    if login.user.is_empty() { Ok(login) } else { failed }
}

fn say_at_every_level(login: &Login) {
    let mut headers = http::HeaderMap::new();
    headers.insert("authorization", http::HeaderValue::from_static("Bearer s3cr3t"));
    headers.append("cookie", http::HeaderValue::from_static("a=s3cr3t"));
    let request = http::Request::get("https://jane:s3cr3t@shop.example/?sig=s3cr3t").body(login);
    let mut request = request.unwrap();
    *request.headers_mut() = headers.clone();
    let environment = BTreeMap::from([("DB_PASSWORD", SECRET), ("STAGE", "test")]);
    let pairs: Vec<_> = environment.iter().collect();
    let error = RequestError { source: HeaderError };
    let dyn_error: &(dyn std::error::Error + 'static) = &error;
    macro_rules! say {
        ($level:ident) => {
            tracing::$level!(?request, ?headers, ?environment, ?pairs, password = SECRET, "said");
            tracing::$level!(db_password = 5, api_key = debug(SECRET), email = SECRET, "{login:?}");
            tracing::$level!(login = powertools_logger::json(login), "POST /?token={SECRET}");
            tracing::$level!(error = dyn_error, "failed: {error}");
            tracing::$level!(error = %error);
        };
    }
    say!(error);
    say!(warn);
    say!(info);
    say!(debug);
    say!(trace);
}

/// What dependencies are known to print at TRACE, with nothing that tells what it is.
fn print_as_crates_do() {
    tracing::trace!(target: "aws_smithy_runtime::client::orchestrator", "{SECRET}");
    tracing::trace!(target: "aws_smithy_http::event_stream::sender", message_sent = SECRET);
    tracing::trace!(target: "aws_runtime::env_config::property", "overwriting a: was {SECRET}");
    tracing::trace!(target: "aws_sigv4::http_request::sign", "{SECRET}");
    tracing::trace!(target: "lambda_runtime::requests", "{SECRET}");
    tracing::trace!(target: "reqwest::connect::verbose", "00000001 read: {SECRET:?}");
}

/// Keeps what is sent, as text.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<Vec<String>>>);

impl DatagramSink for Sent {
    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let text = String::from_utf8_lossy(datagram).into_owned();
        // OTLP over UDP is protobuf in base64 behind a prefix.
        let payload = text.rsplit_once("T1S").map(|(_, payload)| BASE64_STANDARD.decode(payload));
        let decoded = payload.and_then(Result::ok).unwrap_or_default();
        let decoded = String::from_utf8_lossy(&decoded).into_owned();
        self.0.lock().unwrap().extend([text, decoded]);
        Ok(())
    }
}

impl Sent {
    fn text(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

/// Serves the handler, sends it an event that succeeds and one that fails, and returns what was written.
async fn written(level: &str, exporter: impl Exporter, redaction: Redaction) -> String {
    enable_all_callsites();
    let (lines, documents) = (MemorySink::new(), MemorySink::new());
    let environment = [
        ("AWS_LAMBDA_LOG_LEVEL", level),
        ("POWERTOOLS_LOGGER_LOG_EVENT", "true"),
        ("POWERTOOLS_METRICS_NAMESPACE", "Shop"),
        ("POWERTOOLS_TRACER_LEVEL", "trace"),
    ];
    let sinks = (lines.clone(), documents.clone());
    let powertools = Powertools::builder()
        .environment(Environment::of(environment))
        .cold_start(ColdStart::own(InitializationType::OnDemand))
        .redaction(redaction)
        .without_fields(["email"])
        .logger(|logger| logger.sink(sinks.0).persistent_key("shop_token", SECRET))
        .metrics(|metrics| metrics.sink(sinks.1))
        .tracer(|tracer| tracer.exporter(exporter));
    let (powertools, _) = powertools.build_with_warnings();
    let subscriber = powertools.logger().subscriber_with(powertools.tracer().layer());
    let dispatch = Dispatch::new(subscriber);
    let _default = tracing::dispatcher::set_default(&dispatch);
    let local = Local::builder("shop").start().await.unwrap();
    let (inner, outer) = (powertools.handler_layer(), powertools.runtime_layer());
    let handler = move |event| handler(event).with_subscriber(dispatch.clone());
    local.serve(|| Runtime::new(inner.layer(service_fn(handler))).layer(outer)).unwrap();
    let mut outcome_of_failure = String::new();
    for fail in [false, true] {
        let mut event = event();
        event["fail"] = fail.into();
        let outcome = local.invocation(&event).trace_header(TRACE_HEADER).send().await.unwrap();
        if fail {
            // What the caller gets, beside what is written.
            outcome_of_failure = format!("{outcome:?}");
        }
    }
    // The last invocation is over when the next one is asked for.
    local.invocation(&json!({})).send().await.unwrap();
    let (lines, documents) = (lines.lines().join("\n"), documents.lines().join("\n"));
    assert!(!lines.is_empty() && documents.contains("Logins"), "{documents}");
    format!("{lines}\n{documents}\n{outcome_of_failure}")
}

fn assert_private(text: &str, what: &str) {
    let line = text.lines().find(|line| line.contains(SECRET));
    if let Some(line) = line {
        let at = line.find(SECRET).unwrap();
        let mut start = at.saturating_sub(300);
        while !line.is_char_boundary(start) {
            start += 1;
        }
        panic!("{what}: …{}", &line[start..at + SECRET.len()]);
    }
}

#[tokio::test]
async fn log_lines_and_metadata_of_metrics_have_no_secrets_at_any_level() {
    for level in LEVELS {
        let text = written(level, Sent::default().into_xray(), Redaction::default()).await;
        assert_private(&text, level);
        assert!(text.contains("\"said\""), "{level}");
    }
}

impl Sent {
    fn into_xray(self) -> XRayExporter<Self> {
        XRayExporter::new(self)
    }
}

#[tokio::test]
async fn documents_of_x_ray_have_no_secrets() {
    let sent = Sent::default();
    written("TRACE", XRayExporter::new(sent.clone()), Redaction::default()).await;
    let text = sent.text();
    assert!(
        text.contains("log_in") && text.contains("[redacted]") && text.contains("Link"),
        "{text}"
    );
    assert_private(&text, "X-Ray");
}

#[tokio::test]
async fn spans_as_lines_have_no_secrets() {
    let lines = MemorySink::new();
    written("TRACE", JsonLinesExporter::to(lines.clone()), Redaction::default()).await;
    let text = lines.lines().join("\n");
    assert!(text.contains("log_in"), "{text}");
    assert_private(&text, "lines");
}

#[tokio::test]
async fn otlp_over_udp_has_no_secrets() {
    let sent = Sent::default();
    written("TRACE", OtlpUdpExporter::new(sent.clone()), Redaction::default()).await;
    let text = sent.text();
    assert!(text.contains("log_in"), "{text}");
    assert_private(&text, "OTLP");
}

#[tokio::test]
async fn attributes_and_events_of_opentelemetry_have_no_secrets() {
    let memory = InMemorySpanExporter::default();
    let otel = OtelExporter::builder(memory.clone())
        .environment(Environment::empty())
        .flush_timeout(std::time::Duration::from_secs(10))
        .build();
    let api = otel.tracer_provider().tracer("test");
    written("TRACE", otel, Redaction::default()).await;
    let context = opentelemetry::trace::SpanContext::new(
        opentelemetry::TraceId::from_hex("5759e988bd862e3fe1be46a994272793").unwrap(),
        opentelemetry::SpanId::from_hex("53995c3f42cd8ad8").unwrap(),
        opentelemetry::TraceFlags::SAMPLED,
        true,
        opentelemetry::trace::TraceState::default(),
    );
    let parent = opentelemetry::trace::TraceContextExt::with_remote_span_context(
        &opentelemetry::Context::new(),
        context,
    );
    let mut span = api.start_with_context("by the API", &parent);
    opentelemetry::trace::Span::set_attribute(
        &mut span,
        opentelemetry::KeyValue::new("api_key", SECRET),
    );
    opentelemetry::trace::Span::record_error(&mut span, &RequestError { source: HeaderError });
    opentelemetry::trace::Span::set_status(
        &mut span,
        opentelemetry::trace::Status::error("token=s3cr3t"),
    );
    drop(span);
    let mut text = String::new();
    for _ in 0..100 {
        text = format!("{:?}", memory.get_finished_spans().unwrap());
        if text.contains("by the API") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(text.contains("log_in"), "{text}");
    assert_private(&text, "OpenTelemetry");
}

#[tokio::test]
async fn disabled_redaction_shows_everything() {
    let sent = Sent::default();
    let text = written("TRACE", XRayExporter::new(sent.clone()), Redaction::none()).await;
    for shown in [
        "\"Authorization\":\"Bearer s3cr3t\"",
        "raw JSON event received from Lambda",
        "\"shop_token\":\"s3cr3t\"",
        "?sig=s3cr3t",
        "password: Some(\\\"s3cr3t\\\")",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
    assert!(!text.contains("\"email\":"), "it is left out all the same");
    assert!(sent.text().contains(SECRET));
}
