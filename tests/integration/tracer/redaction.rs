//! What of fields, annotations, metadata, responses and errors is not shown.

use powertools_logger::exception;
use powertools_tracer::testing::{Captured, capture};
use powertools_tracer::{Redaction, annotation, metadata, metadata_in};
use serde_json::json;
use tracing::field::Empty;

fn invoke(captured: &Captured, work: impl FnOnce()) -> serde_json::Value {
    futures_util::FutureExt::now_or_never(captured.invoke(async { work() })).unwrap();
    captured.last()
}

#[test]
fn fields_annotations_and_metadata_are_redacted_by_their_names() {
    let captured = Captured::with(|tracer| tracer.annotate_fields(["client_secret"]));
    let login = json!({"token": "x"});
    let span = invoke(&captured, || {
        let span = tracing::info_span!(
            "call",
            password = debug(Some("x")),
            pin.token = 5,
            url = "https://a.example/b?c=d",
            api_key = Empty,
            client_secret = "x",
            login = powertools_logger::json(&login),
        );
        span.record("api_key", "x");
        span.in_scope(|| {
            annotation("Session_Token", "x");
            annotation("Link", "https://a.example/?b=c");
            metadata("secret", json!([1]));
            metadata("order", json!({"id": 17, "card_token": "x"}));
            metadata_in("own", "cookie", "x");
        });
    });
    assert_eq!(
        span["annotations"],
        json!({"client_secret": "[redacted]", "Session_Token": "[redacted]", "Link": "https://a.example/"})
    );
    assert_eq!(
        span["metadata"],
        json!({
            "service_undefined": {
                "password": "[redacted]",
                "pin.token": "[redacted]",
                "url": "https://a.example/b",
                "api_key": "[redacted]",
                "login": {"token": "[redacted]"},
                "secret": "[redacted]",
                "order": {"id": 17, "card_token": "[redacted]"},
            },
            "own": {"cookie": "[redacted]"},
        })
    );
}

#[test]
fn fields_are_redacted_or_left_out_on_request() {
    let captured =
        Captured::with(|tracer| tracer.redact_fields(["card"]).without_fields(["event", "Owner"]));
    let span = invoke(&captured, || {
        let span = tracing::info_span!("call", card = 4242, event = "raw", id = 1, owner = Empty);
        span.record("owner", "jane");
        span.in_scope(|| {
            annotation("owner", "jane");
            metadata("Card", 4242);
        });
    });
    assert_eq!(span.get("annotations"), None);
    assert_eq!(
        span["metadata"]["service_undefined"],
        json!({"card": "[redacted]", "id": 1, "Card": "[redacted]"})
    );
}

#[derive(Debug, thiserror::Error)]
#[error("GET https://a.example/b?c=d: token=x")]
struct Failed(#[source] Cause);

#[derive(Debug, thiserror::Error)]
#[error("authorization: Bearer x")]
struct Cause;

#[test]
fn causes_have_no_secrets() {
    let captured = capture();
    let works: [fn(); 4] = [
        || tracing::error!(error = exception(&Failed(Cause)), "failed"),
        || tracing::error!(error = %Failed(Cause), "failed"),
        || tracing::error!("{}", Failed(Cause)),
        || {
            tracing::Span::current().record("failure", exception(&Failed(Cause)));
        },
    ];
    for work in works {
        let span = invoke(&captured, || {
            tracing::info_span!("call", failure = Empty).in_scope(work);
        });
        let exceptions = span["cause"]["exceptions"].as_array().unwrap();
        assert_eq!(exceptions[0]["message"], "GET https://a.example/b: token=[redacted]");
        assert!(!span.to_string().contains("Bearer"), "{span}");
    }
}

#[test]
fn redaction_can_be_turned_off() {
    let captured = Captured::with(|tracer| tracer.redaction(Redaction::none()));
    let span = invoke(&captured, || {
        tracing::info_span!("call", password = "x", url = "https://a.example/b?c=d")
            .in_scope(|| ());
    });
    assert_eq!(
        span["metadata"]["service_undefined"],
        json!({"password": "x", "url": "https://a.example/b?c=d"})
    );
}
