//! tracing-opentelemetry and our layer, on the same spans.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use opentelemetry::Value;
use opentelemetry::trace::{Event, Link, SpanId, SpanKind, Status, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use super::{SAMPLED, Setup};

/// Attributes that only the other layer writes: where the code is, on which thread, and how long it idled.
const THEIRS: [&str; 9] = [
    "code.file.path",
    "code.line.number",
    "code.module.name",
    "target",
    "level",
    "thread.id",
    "thread.name",
    "busy_ns",
    "idle_ns",
];

/// A span that carries an invocation and is no part of its trace: the other layer knows no better.
const INVOCATION: &str = "invocation";

/// Where we differ on purpose: turns what the other layer saw into what we saw, and tells whether it had to.
struct Difference {
    reason: &'static str,
    apply: fn(&mut Seen) -> bool,
}

const DIFFERENCES: [Difference; 2] = [
    Difference {
        reason: "unsigned numbers are text there, and numbers here where they fit",
        apply: |span| {
            let numbers = ["id", "card.size"].map(|key| {
                let value = span.attributes.get_mut(key)?;
                *value = value.as_str().parse::<i64>().ok()?.into();
                Some(())
            });
            numbers.iter().any(Option::is_some)
        },
    },
    Difference {
        reason: "what an event says of an error is an attribute of the span as well there",
        apply: |span| {
            let before = span.attributes.len();
            span.attributes.retain(|key, _| !key.starts_with("exception."));
            span.attributes.len() < before
        },
    },
];

/// Two clocks are read one after the other.
const APART: Duration = Duration::from_millis(1);

/// How often something may come between the two.
const ATTEMPTS: usize = 20;

#[derive(Debug, thiserror::Error)]
#[error("card declined")]
struct Declined {
    #[source]
    source: std::num::ParseIntError,
}

#[tracing::instrument(fields(otel.kind = "server", http.request.method = "POST"))]
async fn order(id: u32, customer: &str) {
    tokio::time::sleep(Duration::from_millis(5)).await;
    price(2.5, true);
    tokio::join!(charge("4242"), notify());
    retried();
    let (declined, refund) = (decline(), tracing::info_span!("refund"));
    refund.follows_from(&declined);
}

#[tracing::instrument(fields(otel.status_code = "OK"))]
fn retried() {
    let error = "x".parse::<i32>().unwrap_err();
    tracing::error!(error = &error as &dyn std::error::Error, "the first attempt failed");
}

fn decline() -> tracing::Span {
    tracing::info_span!(
        "decline",
        otel.status_code = "ERROR",
        otel.status_description = "no credit"
    )
}

#[tracing::instrument]
fn price(factor: f64, rounded: bool) {
    tracing::info!("an event that says nothing of a span");
}

#[tracing::instrument(skip_all, fields(otel.kind = "client", otel.name = "POST /charges", card.size = card.len(), late))]
async fn charge(card: &str) {
    tokio::task::yield_now().await;
    tracing::Span::current().record("late", -7);
    let source = "x".parse::<i32>().unwrap_err();
    let error = Declined { source };
    tracing::error!(error = &error as &dyn std::error::Error, "charging failed");
}

#[tracing::instrument(fields(otel.kind = "producer", otel.status_code = "error", list = ?[1, 2]))]
async fn notify() {
    tokio::task::yield_now().await;
}

/// What both layers saw of one run: ours, theirs.
async fn run() -> (Vec<SpanData>, Vec<SpanData>) {
    let (mut setup, ours) = Setup::in_memory();
    let theirs = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(theirs.clone()).build();
    // Contexts are attached by one of the two.
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("theirs"))
        .with_context_activation(false);
    let subscriber = tracing_subscriber::registry().with(setup.tracer.layer()).with(layer);
    setup.dispatch = Dispatch::new(subscriber);
    setup.invoke(SAMPLED, order(17, "c-1029")).await;
    (ours.get_finished_spans().unwrap(), theirs.get_finished_spans().unwrap())
}

/// What is compared of a span beside its times.
#[derive(Debug, PartialEq)]
struct Seen {
    parent: Option<String>,
    kind: SpanKind,
    attributes: BTreeMap<String, Value>,
    fault: bool,
    ok: bool,
    links: Vec<String>,
    /// What errors said, of which each layer makes an event of another form.
    errors: Vec<String>,
}

fn seen(spans: &[SpanData]) -> BTreeMap<String, Seen> {
    let names: HashMap<SpanId, &str> =
        spans.iter().map(|span| (span.span_context.span_id(), &*span.name)).collect();
    let linked = |link: &Link| names[&link.span_context.span_id()].to_owned();
    let spans = spans.iter().filter(|span| span.name != INVOCATION);
    let seen = spans.map(|span| {
        let parent = names.get(&span.parent_span_id).filter(|name| **name != INVOCATION);
        let attributes = span.attributes.iter().map(|it| (it.key.to_string(), it.value.clone()));
        let compared = attributes.filter(|(key, _)| !THEIRS.contains(&&**key));
        let seen = Seen {
            parent: parent.map(ToString::to_string),
            kind: span.span_kind.clone(),
            attributes: compared.collect(),
            fault: matches!(span.status, Status::Error { .. }),
            ok: span.status == Status::Ok,
            links: span.links.iter().map(linked).collect(),
            errors: span.events.iter().filter_map(message).collect(),
        };
        (span.name.to_string(), seen)
    });
    seen.collect()
}

/// What an event says of an error; it is no event of an error if there is nothing.
fn message(event: &Event) -> Option<String> {
    let said = event.attributes.iter().find(|it| it.key.as_str() == "exception.message");
    Some(said?.value.to_string())
}

#[tokio::test]
async fn spans_equal_those_of_tracing_opentelemetry() {
    let (ours, theirs) = run().await;
    let status = |spans: &[SpanData]| {
        spans.iter().find(|span| span.name == "decline").unwrap().status.clone()
    };
    assert_eq!(
        (status(&ours), status(&theirs)),
        (Status::error("no credit"), Status::error("no credit"))
    );
    let (ours, mut theirs) = (seen(&ours), seen(&theirs));
    assert_eq!(ours.len(), 7);
    for Difference { reason, apply } in DIFFERENCES {
        let applied = theirs.values_mut().filter_map(|span| apply(span).then_some(())).count();
        assert!(applied > 0, "no longer a difference: {reason}");
    }
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn times_equal_those_of_tracing_opentelemetry() {
    let mut apart = Vec::new();
    for _ in 0..ATTEMPTS {
        let (ours, theirs) = run().await;
        apart = ours.iter().filter_map(|own| times_apart(own, &theirs)).collect();
        if apart.is_empty() {
            return;
        }
    }
    panic!("apart each time: {apart:?}");
}

fn times_apart(own: &SpanData, theirs: &[SpanData]) -> Option<String> {
    let their = theirs.iter().find(|their| their.name == own.name).unwrap();
    let is_apart = |a: SystemTime, b: SystemTime| {
        a.duration_since(b).or_else(|_| b.duration_since(a)).unwrap_or_default() > APART
    };
    let (start, end) = (own.start_time, own.end_time);
    (is_apart(start, their.start_time) || is_apart(end, their.end_time))
        .then(|| format!("{}: {start:?} to {end:?}, {their:?}", own.name))
}
