//! What is odd in a span, held against X-Ray's rules.

use powertools_tracer::{annotation, metadata, metadata_in};
use serde_json::{Value, json};
use tracing::{Span, info_span};

use super::Recorded;

/// Returns the one document that `work` in a span leads to, which breaks no rule.
fn document(service: &str, span: impl FnOnce() -> Span, work: impl FnOnce()) -> Value {
    let recorded = Recorded::with(65_507, |tracer| tracer.service(service));
    recorded.invoke(|| span().in_scope(work));
    recorded.spans().into_values().next().expect("there is a span").document
}

fn step() -> Span {
    info_span!("a step")
}

#[test]
fn annotation_keys_that_become_equal_stay_apart_and_short() {
    let long = "x".repeat(500);
    let document = document("shop", step, || {
        for (at, key) in ["a b", "a-b", "a_b", "a.b"].into_iter().enumerate() {
            annotation(key, at as u64);
        }
        annotation(&(long.clone() + "1"), 1);
        annotation(&(long.clone() + "2"), 2);
    });
    let annotations = document["annotations"].as_object().expect("it is an object");
    let mut values = annotations.values().map(|it| it.as_u64().unwrap()).collect::<Vec<_>>();
    values.sort_unstable();
    assert_eq!(values, [0, 1, 1, 2, 2, 3]);
    assert_eq!((&annotations["a_b"], &annotations[&long]), (&json!(0), &json!(1)));
}

#[test]
fn what_is_said_of_the_document_stays_apart_from_a_namespace_of_that_name() {
    let fill = || {
        for at in 0..200 {
            metadata(&format!("key {at}"), at);
        }
    };
    for service in ["powertools", "shop"] {
        let document = document(service, step, || {
            metadata_in("powertools", "mine", true);
            fill();
        });
        let told = &document["metadata"]["powertools_"]["values_left_out"];
        assert!(told.as_u64().is_some_and(|told| told > 70), "{}", document["metadata"]);
        assert_eq!(document["metadata"]["powertools"]["mine"], true);
    }
}

#[test]
fn numbers_that_no_call_has_are_metadata() {
    let call = || {
        info_span!(
            "call",
            otel.kind = "client",
            http.request.method = "GET",
            http.response.status_code = -1,
            http.response.body.size = -5
        )
    };
    let document = document("shop", call, || ());
    assert_eq!(document["http"], json!({"request": {"method": "GET"}}));
    let expected = json!({"http.response.status_code": -1, "http.response.body.size": -5});
    assert_eq!(document["metadata"]["shop"], expected);
}
