//! What is captured of spans, and what is not.

use powertools_tracer::{CapturedPart, annotation, current_header, link, metadata, metadata_in};
use serde_json::{Value, json};
use tracing::{info_span, instrument};

use super::{PARENT, Recorded, TRACE, sampled};

#[test]
fn function_spans_are_named_as_in_powertools() {
    #[instrument]
    fn place_order(quantity: u32) {
        info_span!("query the stock").in_scope(|| ());
        info_span!("anything", otel.name = "Stock").in_scope(|| ());
    }
    let recorded = Recorded::new();
    recorded.invoke(|| place_order(2));
    let names: Vec<_> = recorded.spans().into_keys().collect();
    let own = concat!("## ", module_path!(), "::place_order");
    assert_eq!(names, [own, "Stock", "query the stock"]);
    let span = &recorded.spans()[own];
    assert_eq!(span.parent, PARENT);
    assert_eq!(span.document["metadata"]["service_undefined"]["quantity"], 2);
}

#[test]
fn fields_are_metadata_or_annotations_and_the_newest_value_wins() {
    let recorded = Recorded::with(65_507, |tracer| {
        tracer.service("checkout").annotate_fields(["order_id", "total"])
    });
    recorded.invoke(|| {
        let span = info_span!(
            "a span",
            order_id = "o-1",
            tenant = "t-1",
            items = ?[1, 2],
            total = tracing::field::Empty
        );
        span.record("total", 42.5);
        span.record("tenant", "t-2");
        span.in_scope(|| {
            annotation("Express", true);
            annotation("bad key!", "kept");
            annotation("bad.key.", "kept too");
            annotation("Express", false);
            metadata("order", json!({"id": 17}));
            metadata("tenant", "t-3");
            metadata_in("stock", "left", 3);
        });
    });
    let document = &recorded.spans()["a span"].document;
    assert_eq!(
        document["annotations"],
        json!({"order_id": "o-1", "total": 42.5, "Express": false, "bad_key_": "kept", "bad_key__2": "kept too"})
    );
    assert_eq!(
        document["metadata"],
        json!({"checkout": {"items": "[1, 2]", "order": {"id": 17}, "tenant": "t-3"}, "stock": {"left": 3}})
    );
}

#[test]
fn filtered_span_passes_its_children_to_its_parent() {
    let recorded = Recorded::with(65_507, |tracer| {
        tracer.levels("info,quiet=off,loud=trace".parse().unwrap())
    });
    recorded.invoke(|| {
        let _outer = info_span!("the outer").entered();
        let _debug = tracing::debug_span!("too verbose").entered();
        let _quiet = tracing::error_span!(target: "quiet", "too quiet").entered();
        tracing::trace_span!(target: "loud", "the inner").in_scope(|| annotation("Where", "inner"));
        annotation("Where", "outer");
    });
    let spans = recorded.spans();
    assert_eq!(spans.keys().collect::<Vec<_>>(), ["the inner", "the outer"]);
    assert_eq!(spans["the inner"].parent, spans["the outer"].id);
    assert_eq!(spans["the outer"].document["annotations"]["Where"], "outer");
}

#[test]
fn error_event_makes_its_span_a_fault() {
    #[derive(Debug, thiserror::Error)]
    #[error("card declined")]
    struct Declined(#[source] std::num::ParseIntError);

    let recorded = Recorded::new();
    recorded.invoke(|| {
        info_span!("the outer").in_scope(|| {
            info_span!("a typed one").in_scope(|| {
                let error = Declined("x".parse::<u8>().unwrap_err());
                tracing::error!(error = powertools_logger::exception(&error), "refused");
            });
            info_span!("a text one").in_scope(|| tracing::error!("out of tea"));
            info_span!("a warned one").in_scope(|| tracing::warn!("nearly out of tea"));
        });
    });
    let spans = recorded.spans();
    let exceptions = |name: &str| spans[name].document["cause"]["exceptions"].clone();
    let told = |exception: &Value| (exception["type"].clone(), exception["message"].clone());
    let typed = exceptions("a typed one");
    assert_eq!(told(&typed[0]), (json!("Declined"), json!("card declined")));
    assert_eq!(told(&typed[1]), (json!("ParseIntError"), json!("invalid digit found in string")));
    assert_eq!(typed[0]["cause"], typed[1]["id"]);
    assert!(typed[0]["stack"][0]["path"].as_str().unwrap().ends_with("capture.rs"), "{typed}");
    assert_eq!(told(&exceptions("a text one")[0]), (json!("Error"), json!("out of tea")));
    let faults: Vec<_> = spans.values().filter(|span| span.document["fault"] == true).collect();
    assert_eq!(faults.len(), 2, "neither the outer one nor the warned one failed: {faults:?}");
}

#[test]
fn errors_can_be_redacted_or_left_out() {
    let fail = || {
        info_span!("a span").in_scope(|| tracing::error!(error = "card 4242 declined", "failed"));
    };
    let redacted = Recorded::with(65_507, |tracer| {
        tracer.redact(|part, value| {
            assert_eq!(part, CapturedPart::Error);
            value["value"] = "card [redacted] declined".into();
        })
    });
    let without = Recorded::with(65_507, |tracer| tracer.capture_error(false));
    let careless = Recorded::with(65_507, |tracer| tracer.redact(|_, _| panic!("on purpose")));
    for (recorded, expected) in [
        (redacted, "card [redacted] declined"),
        (without, ""),
        (careless, "<the redaction hook panicked>"),
    ] {
        recorded.invoke(fail);
        let document = &recorded.spans()["a span"].document;
        assert_eq!(document["cause"]["exceptions"][0]["message"], expected);
        assert_eq!(
            (&document["cause"]["exceptions"][0]["type"], &document["fault"]),
            (&json!("Error"), &json!(true))
        );
    }
}

#[test]
fn errors_in_fields_of_a_span_can_be_redacted_or_left_out_too() {
    let error = "x".parse::<u8>().unwrap_err();
    let fail = || {
        let as_error: &(dyn std::error::Error + 'static) = &error;
        drop(info_span!("an error", error = as_error));
        drop(info_span!("a captured one", error = powertools_logger::exception(&error)));
        drop(info_span!("a status", otel.status_message = "invalid digit"));
        info_span!("recorded later", error = tracing::field::Empty).record("error", as_error);
    };
    let redacted = Recorded::with(65_507, |tracer| {
        tracer.redact(|_, value| value["value"] = "[redacted]".into())
    });
    let without = Recorded::with(65_507, |tracer| tracer.capture_error(false));
    for (recorded, expected) in [(redacted, "[redacted]"), (without, "")] {
        recorded.invoke(fail);
        let spans = recorded.spans();
        assert_eq!(spans.len(), 4);
        for span in spans.values() {
            let document = &span.document;
            assert_eq!(document["cause"]["exceptions"][0]["message"], expected, "{document}");
            assert_eq!(document["fault"], true);
            assert!(!document.to_string().contains("invalid digit"), "{document}");
        }
    }
}

#[test]
fn errors_outside_traced_spans_are_ignored() {
    let work = || {
        for target in ["hyper", "ours"] {
            let _span = info_span!("a span", otel.name = target).entered();
            for _ in 0..2 {
                match target {
                    "hyper" => tracing::error!(target: "hyper::proto", "connection reset"),
                    _ => tracing::error!(target: "shop::stock", "out of tea"),
                }
            }
        }
    };
    let is_fault = |recorded: &Recorded, name: &str| {
        let document = &recorded.spans()[name].document;
        assert_eq!(document.get("fault").is_some(), document.get("cause").is_some());
        document.get("fault").is_some()
    };
    let recorded = Recorded::new();
    recorded.invoke(work);
    assert_eq!((is_fault(&recorded, "hyper"), is_fault(&recorded, "ours")), (false, true));
    for (levels, is_hypers) in [("info,shop::stock=off", false), ("hyper=info,shop=off", true)] {
        let recorded = Recorded::with(65_507, |tracer| tracer.levels(levels.parse().unwrap()));
        recorded.invoke(work);
        let faults = (is_fault(&recorded, "hyper"), is_fault(&recorded, "ours"));
        assert_eq!(faults, (is_hypers, false), "{levels}");
    }
}

#[test]
fn log_records_are_filtered_by_their_own_target() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        for target in ["rustls::conn", "shop"] {
            let _span = info_span!("a span", otel.name = target).entered();
            let record = log::Record::builder()
                .level(log::Level::Error)
                .target(target)
                .args(format_args!("no peer"))
                .build();
            tracing_log::format_trace(&record).unwrap();
        }
    });
    let spans = recorded.spans();
    assert_eq!(spans["rustls::conn"].document.get("fault"), None);
    assert_eq!(spans["shop"].document["cause"]["exceptions"][0]["message"], "no peer");
}

#[test]
fn dropped_spans_are_counted_and_reported() {
    let recorded = Recorded::with(65_507, |tracer| tracer.max_spans(2));
    recorded.invoke(|| {
        let _first = info_span!("the first").entered();
        for _ in 0..3 {
            info_span!("another").in_scope(|| annotation("Many", true));
        }
    });
    let spans = recorded.spans();
    let first = &spans["the first"];
    assert_eq!(first.document["metadata"]["powertools"]["spans_left_out"], 2);
    // What could not be told of a span that was left out is told of the one above it.
    assert_eq!(spans.len(), 2);
}

#[test]
fn excess_values_are_truncated_with_a_marker() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        let long = "é".repeat(20_000);
        let _span = info_span!("a span", long).entered();
        annotation("Long", &long);
        metadata("list", vec![1; 20_000]);
        (0..200).for_each(|number| annotation(&format!("a{number}"), number));
    });
    let document = &recorded.spans()["a span"].document;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let service = &document["metadata"]["service_undefined"];
    assert!(text(&service["long"]).ends_with("é<cut: 40000 bytes>"), "{service}");
    assert_eq!(service["list"], "<cut: 40001 bytes>");
    assert!(text(&document["annotations"]["Long"]).ends_with("bytes>"));
    assert_eq!(document["annotations"]["Long"].as_str().unwrap().chars().count(), 1000);
    assert_eq!(document["metadata"]["powertools"]["values_left_out"], 75);
}

#[test]
fn only_sampled_invocations_are_traced() {
    for header in [
        sampled().replace("Sampled=1", "Sampled=0"),
        format!("Root={TRACE};Parent={PARENT}"),
        format!("Root={TRACE};Sampled=1"),
        String::new(),
        "nonsense".to_owned(),
    ] {
        let recorded = Recorded::new();
        recorded.invoke_with(&header, || info_span!("a span").in_scope(|| annotation("Any", 1)));
        info_span!("outside").in_scope(|| annotation("Any", 1));
        assert_eq!(recorded.datagrams().len(), 0, "{header}");
    }
    let disabled = Recorded::with(65_507, |tracer| tracer.disabled(true));
    disabled.invoke(|| info_span!("a span").in_scope(|| ()));
    assert_eq!(disabled.datagrams().len(), 0);
}

#[test]
fn spans_outside_an_invocation_are_ignored() {
    let recorded = Recorded::new();
    let _entered = recorded.enter();
    let _worker = info_span!("worker").entered();
    recorded.invoke(|| info_span!("the inside").in_scope(|| ()));
    info_span!("outside").in_scope(|| ());
    let spans = recorded.spans();
    assert_eq!(spans.keys().collect::<Vec<_>>(), ["the inside"]);
    assert_eq!(spans["the inside"].parent, PARENT, "and not the worker's");
}

#[test]
fn outgoing_header_has_the_current_span() {
    let lineage = "Lineage=25:a87bd80c:1";
    let header = || current_header().map(|header| header.to_string());
    let recorded = Recorded::new();
    let (outer, inner) = recorded.invoke_with(&format!("{};{lineage}", sampled()), || {
        (header(), info_span!("a span").in_scope(header))
    });
    let id = &recorded.spans()["a span"].id;
    assert_eq!(outer.unwrap(), format!("{};{lineage}", sampled()));
    assert_eq!(inner.unwrap(), format!("Root={TRACE};Parent={id};Sampled=1;{lineage}"));
    let unsampled = format!("Root={TRACE};Parent={PARENT};Sampled=0;{lineage}");
    let sent = recorded.invoke_with(&unsampled, || info_span!("a span").in_scope(header));
    assert_eq!(sent.unwrap(), unsampled);
    assert_eq!(recorded.invoke_with("", header), None);
}

#[test]
fn links_are_exported() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        info_span!("a span").in_scope(|| {
            link("Root=1-5759e988-000000000000000000000001;Parent=0000000000000002;Sampled=1");
            link("nonsense");
        });
    });
    assert_eq!(
        recorded.spans()["a span"].document["links"],
        json!([{"trace_id": "1-5759e988-000000000000000000000001", "id": "0000000000000002"}])
    );
}

#[test]
fn span_outliving_its_invocation_is_sent_twice() {
    let recorded = Recorded::new();
    let _entered = recorded.enter();
    let span = recorded.invoke(|| {
        let span = info_span!("a task");
        info_span!(parent: &span, "its child").in_scope(|| ());
        span
    });
    assert!(!recorded.spans()["a task"].is_over());
    drop(span);
    let spans = recorded.spans();
    assert!(spans["a task"].is_over());
    assert_eq!(spans["its child"].parent, spans["a task"].id);
    assert_eq!(recorded.datagrams().len(), 3, "the child is not told of again");
}
