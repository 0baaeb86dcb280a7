//! Status, causes, links and HTTP as OpenTelemetry's conventions have them, in X-Ray's documents.

use powertools_tracer::{
    Invocation,
    testing::{Captured, capture},
};
use serde_json::{Value, json};
use tracing::{Span, field::Empty, info_span};

use super::{named, sampled};

async fn only(work: impl FnOnce()) -> Value {
    let captured = capture();
    captured.invoke(async { work() }).await;
    assert_eq!(captured.spans().len(), 1, "{:?}", captured.spans());
    captured.last()
}

fn causes(span: &Value) -> Value {
    let causes = span["cause"]["exceptions"].as_array().cloned().unwrap_or_default();
    causes.iter().map(|it| json!([it["type"], it["message"]])).collect()
}

#[tokio::test]
async fn status_description_is_the_message_of_the_error() {
    for name in ["otel.status_description", "otel.status_message"] {
        let span = only(|| {
            let span = info_span!(
                "pay",
                otel.status_code = Empty,
                otel.status_description = Empty,
                otel.status_message = Empty
            );
            span.record("otel.status_code", "ERROR");
            span.record(name, "card declined");
        })
        .await;
        assert_eq!(
            (&span["fault"], causes(&span)),
            (&json!(true), json!([["Error", "card declined"]]))
        );
    }
    let span = only(|| drop(info_span!("pay", otel.status_description = "card declined"))).await;
    assert_eq!(span["fault"], true);
}

#[tokio::test]
async fn error_event_in_a_span_with_status_ok_is_not_a_fault() {
    let error = || tracing::error!("a retry was needed");
    let before = only(|| info_span!("pay", otel.status_code = "OK").in_scope(error)).await;
    let after = only(|| {
        info_span!("pay", otel.status_code = Empty).in_scope(|| {
            error();
            Span::current().record("otel.status_code", "ok");
        });
    })
    .await;
    for span in [before, after] {
        assert_eq!(
            (&span["fault"], &span["error"], &span["cause"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
    }
    let without = only(|| info_span!("pay").in_scope(error)).await;
    assert_eq!(without["fault"], true);
}

#[tokio::test]
async fn status_ok_overrides_an_http_error_status() {
    let span = only(|| {
        drop(info_span!(
            "GET",
            otel.kind = "client",
            otel.status_code = "OK",
            http.response.status_code = 404
        ));
    })
    .await;
    assert_eq!((&span["error"], &span["http"]["response"]["status"]), (&Value::Null, &json!(404)));
}

#[tokio::test]
async fn exception_fields_of_an_event_name_the_cause() {
    let span = only(|| {
        info_span!("pay").in_scope(|| {
            tracing::error!(
                exception.type = "CardDeclined",
                exception.message = "no credit",
                exception.stacktrace = "at pay.rs:1",
                "payment failed"
            );
        });
    })
    .await;
    assert_eq!(causes(&span), json!([["CardDeclined", "no credit"]]));
    assert_eq!(span["metadata"]["service_undefined"]["exception.stacktrace"], "at pay.rs:1");
    let span =
        only(|| info_span!("pay").in_scope(|| tracing::error!(error = "no credit", "failed")))
            .await;
    assert_eq!(causes(&span), json!([["Error", "no credit"]]));
}

#[tokio::test]
async fn exception_fields_of_a_span_name_the_cause_of_its_fault() {
    let record = |status: &'static str| {
        move || {
            let span = info_span!("pay", otel.status_code = status, exception.type = "CardDeclined", exception.message = Empty);
            span.record("exception.message", "no credit");
        }
    };
    let span = only(record("ERROR")).await;
    assert_eq!(
        (&span["fault"], causes(&span)),
        (&json!(true), json!([["CardDeclined", "no credit"]]))
    );
    let span = only(record("OK")).await;
    assert_eq!((&span["fault"], causes(&span)), (&Value::Null, json!([])));
}

#[tokio::test]
async fn span_that_follows_from_another_links_to_it() {
    let captured = capture();
    captured
        .invoke(async {
            let (first, second) = (info_span!("the first"), info_span!("the second"));
            second.follows_from(&first);
        })
        .await;
    let spans = captured.spans();
    let (first, second) = (named(&spans, "the first"), named(&spans, "the second"));
    assert_eq!(second["links"], json!([{"trace_id": first["trace_id"], "id": first["id"]}]));
    assert_eq!(first["links"], Value::Null);
}

#[tokio::test]
async fn span_that_follows_from_one_of_another_invocation_links_to_its_trace() {
    let captured = capture();
    let other = Invocation::builder("other")
        .trace_header(sampled().replace("5759e988", "5759e989"))
        .build();
    captured.tracer().open(&other);
    let cause = other.in_scope(|| info_span!("the cause"));
    captured.invoke(async { drop_after(info_span!("the effect"), &cause) }).await;
    let effect = named(&captured.spans(), "the effect");
    drop(cause);
    captured.tracer().close(&other);
    let cause = named(&captured.spans(), "the cause");
    assert_eq!(effect["links"], json!([{"trace_id": cause["trace_id"], "id": cause["id"]}]));
    assert_ne!(effect["trace_id"], cause["trace_id"]);
}

fn drop_after(effect: Span, cause: &Span) {
    effect.follows_from(cause);
    // What is not traced, or gone, is no link.
    effect.follows_from(tracing::debug_span!("not traced").id());
    effect.follows_from(tracing::span::Id::from_u64(u64::MAX));
}

#[tokio::test]
async fn old_names_of_http_attributes_fill_the_same_members() {
    let new = only(|| {
        drop(info_span!(
            "GET",
            otel.kind = "client",
            http.request.method = "GET",
            url.full = "https://shop.example/orders",
            user_agent.original = "curl",
            http.response.status_code = 503,
            http.response.body.size = 7,
            http.request.resend_count = 2,
            server.address = "shop.example",
        ));
    })
    .await;
    let (method, status) = (http::Method::GET, http::StatusCode::SERVICE_UNAVAILABLE);
    let old = only(|| {
        drop(info_span!(
            "GET", otel.kind = "client", http.method = %method, http.url = "https://shop.example/orders",
            http.user_agent = "curl", http.status_code = status.as_str(), http.response_content_length = 7,
            http.resend_count = 2, net.peer.name = "shop.example",
        ));
    })
    .await;
    for member in ["http", "name", "namespace", "fault"] {
        assert_eq!((&old[member], new[member].is_null()), (&new[member], false), "{member}");
    }
    let left = |span: &Value| span["metadata"]["service_undefined"].as_object().unwrap().len();
    assert_eq!((left(&new), left(&old)), (2, 2), "{old}");
}

#[tokio::test]
async fn server_url_is_built_without_its_query() {
    let new = only(|| {
        drop(info_span!(
            "GET /orders",
            otel.kind = "server",
            url.scheme = "http",
            url.path = "/orders",
            url.query = "token=x",
            server.address = "shop.example",
            client.address = "10.0.0.1",
        ));
    })
    .await;
    let old = only(|| {
        drop(info_span!(
            "GET /orders",
            otel.kind = "server",
            http.scheme = "http",
            http.target = "/orders?token=x",
            http.host = "shop.example",
            http.client_ip = "10.0.0.1",
        ));
    })
    .await;
    let request = json!({"url": "http://shop.example/orders", "client_ip": "10.0.0.1"});
    assert_eq!((&new["http"]["request"], &old["http"]["request"]), (&request, &request));
}

#[tokio::test]
async fn new_attribute_name_wins_over_the_old_one() {
    let span = only(|| {
        drop(info_span!(
            "GET",
            otel.kind = "client",
            http.status_code = 200,
            http.response.status_code = 404,
            http.method = "POST",
            http.request.method = "GET"
        ));
    })
    .await;
    assert_eq!(span["http"], json!({"request": {"method": "GET"}, "response": {"status": 404}}));
    assert_eq!(
        span["metadata"]["service_undefined"],
        json!({"http.status_code": 200, "http.method": "POST"})
    );
}

#[tokio::test]
async fn uncaptured_errors_keep_their_types() {
    let captured = Captured::with(|tracer| tracer.capture_error(false));
    captured
        .invoke(async {
            info_span!("pay", otel.status_description = "s3cret").in_scope(|| {
                tracing::error!(
                    exception.message = "s3cret",
                    exception.stacktrace = "s3cret",
                    "s3cret"
                );
            });
        })
        .await;
    assert!(!captured.last().to_string().contains("s3cret"), "{}", captured.last());
}
