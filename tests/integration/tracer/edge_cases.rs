//! What is odd in a span, held against X-Ray's rules.

use powertools_tracer::{annotation, metadata, metadata_in};
use serde_json::{Value, json};
use tracing::{Span, info_span};

use super::{
    PARENT, Recorded,
    validator::{problems, tree},
};

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
fn colliding_annotation_keys_get_unique_short_names() {
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
fn document_notes_do_not_collide_with_a_namespace() {
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
fn impossible_http_numbers_are_metadata() {
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

#[test]
fn annotated_fields_describe_the_call() {
    let recorded = Recorded::with(65_507, |tracer| {
        tracer.annotate_fields(["http.request.method", "server.address", "rpc.method"])
    });
    recorded.invoke(|| {
        let (kind, host) = ("client", "shop.example");
        drop(info_span!(
            "GET",
            otel.kind = kind,
            http.request.method = "GET",
            server.address = host
        ));
        let system = "aws-api";
        drop(info_span!(
            "b",
            otel.kind = kind,
            rpc.system = system,
            rpc.service = "S3",
            rpc.method = "Get"
        ));
    });
    let spans = recorded.spans();
    let call = &spans["shop.example"].document;
    assert_eq!(call["http"], json!({"request": {"method": "GET"}}));
    let annotations = json!({"http_request_method": "GET", "server_address": "shop.example"});
    assert_eq!(call["annotations"], annotations);
    assert_eq!(spans["S3"].document["aws"], json!({"operation": "Get"}));
}

#[test]
fn reserved_namespaces_are_renamed_and_nothing_is_lost() {
    let write = || {
        metadata_in("AWS.Lambda", "first", 1);
        metadata_in("_AWS.Lambda", "second", 2);
        metadata_in("AWSome", "third", 3);
        metadata("fourth", 4);
    };
    let document = document("AWS.shop", step, write);
    let expected = json!({
        "_AWS.Lambda": {"first": 1, "second": 2}, "AWSome": {"third": 3}, "_AWS.shop": {"fourth": 4},
    });
    assert_eq!(document["metadata"], expected);
}

#[test]
fn service_named_like_a_reserved_namespace_has_one_namespace() {
    let document = document("AWS.shop", step, || {
        metadata("key", 1);
        metadata_in("AWS.shop", "key", 2);
        metadata_in("_AWS.shop", "other", 3);
    });
    assert_eq!(document["metadata"], json!({"_AWS.shop": {"key": 2, "other": 3}}));
}

#[test]
fn name_with_any_characters_is_valid_for_x_ray() {
    // All of the planes that have letters, as many a name as fit into one.
    let characters: Vec<char> = ('\0'..'\u{33500}').collect();
    for names in characters.chunks(200 * 900) {
        let recorded = Recorded::new();
        let names: Vec<String> = names.chunks(200).map(|it| it.iter().collect()).collect();
        recorded.invoke(|| names.iter().for_each(|name| drop(info_span!("any", otel.name = name))));
        assert_eq!(problems(&recorded.datagrams(), PARENT), Vec::<String>::new());
        assert_eq!(tree(&recorded.datagrams()).len(), names.len());
    }
}
