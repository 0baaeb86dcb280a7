//! Logging, tracing and metrics of every request.

use std::time::{Duration, Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use powertools::{
    logger::{correlation_id, exception, set_correlation_id},
    metrics::{self, MetricGroup},
};
use tracing::Instrument;

/// The metrics of a request, by its route, which has few values, and not by its path.
#[derive(MetricGroup)]
struct Served<'a> {
    #[metric(dimension)]
    route: &'a str,
    #[metric(count)]
    requests: u32,
    #[metric(count)]
    failures: u32,
    #[metric(unit = Milliseconds)]
    latency: Duration,
}

/// Serves a request in a separate span, whose route is in every line, and measures it.
pub(crate) async fn observe(path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    // API Gateway gives each request an id, which the logger has found; a load balancer only sends this header.
    if let (None, Some(id)) = (correlation_id(), request.headers().get("x-amzn-trace-id")) {
        set_correlation_id(String::from_utf8_lossy(id.as_bytes()));
    }
    let route = match path {
        Some(path) => format!("{} {}", request.method(), path.as_str()),
        None => "none".to_owned(),
    };
    let span = tracing::info_span!("request", otel.name = route, route);
    measured(&route, next.run(request)).instrument(span).await
}

async fn measured(route: &str, answer: impl Future<Output = Response>) -> Response {
    let begun = Instant::now();
    let response = answer.await;
    let failures = u32::from(!response.status().is_success());
    let served = Served { route, requests: 1, failures, latency: begun.elapsed() };
    if let Err(error) = metrics::write(&served) {
        tracing::warn!(error = exception(&error), "request not measured");
    }
    tracing::info!(status = response.status().as_u16(), "request served");
    response
}

/// Returns the id to the client, which can refer to it.
pub(crate) fn id_header(_: &Response) -> Option<HeaderValue> {
    HeaderValue::from_str(&correlation_id()?).ok()
}
