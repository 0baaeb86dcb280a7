//! What other tracers get wrong, each under the number of the promise; t1 is in `concurrent`.

use std::{net::UdpSocket, time::Duration};

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_core::{Environment, Invocation};
use powertools_local::Local;
use powertools_tracer::{DatagramSink, Tracer, UdpSink};
use serde_json::{Value, json};
use tower_layer::Layer;
use tracing::{info_span, instrument};
use tracing_subscriber::layer::SubscriberExt;

use super::{Daemon, PARENT, Recorded, by_name, sampled};

#[test]
fn documents_over_the_datagram_size_are_split() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        let _outer = info_span!("the outer").entered();
        for number in 0..100 {
            let (name, carries) = (format!("span {number}"), "x".repeat(2000));
            info_span!("inner", otel.name = name, carries).in_scope(|| ());
        }
    });
    let spans = recorded.spans();
    assert_eq!(spans.len(), 101);
    assert!(spans.values().all(|span| span.document["metadata"].get("powertools").is_none()));
    assert!(recorded.datagrams().len() > 3);
}

#[test]
fn span_over_the_datagram_size_is_truncated_with_a_marker() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        let _span = info_span!("a span").entered();
        powertools_tracer::annotation("Kept", true);
        powertools_tracer::metadata("short", "kept");
        for number in 0..20 {
            powertools_tracer::metadata(&format!("long {number}"), "x".repeat(10_000));
        }
    });
    let document = &recorded.spans()["a span"].document;
    assert_eq!(document["annotations"]["Kept"], true);
    assert_eq!(document["metadata"]["service_undefined"]["short"], "kept");
    assert_eq!(document["metadata"]["service_undefined"]["long 7"], "<cut: 10002 bytes>");
    assert!(document["metadata"]["powertools"]["cut"].is_string());
}

#[test]
fn trace_id_comes_from_the_invocation_not_the_process() {
    let elsewhere = "Root=1-00000000-00000000000000000000000f;Parent=000000000000000f;Sampled=1";
    temp_env::with_var("_X_AMZN_TRACE_ID", Some(elsewhere), || {
        let recorded = Recorded::new();
        recorded.invoke(|| info_span!("a span").in_scope(|| ()));
        assert_eq!(recorded.spans()["a span"].parent, PARENT);
        recorded.invoke_with("", || info_span!("another").in_scope(|| ()));
        assert_eq!(recorded.datagrams().len(), 1);
    });
}

#[instrument]
async fn quick() {}

#[instrument]
async fn slow() {
    quick().await;
    tokio::time::sleep(Duration::from_secs(20)).await;
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload == "sleep" {
        slow().await;
    }
    quick().await;
    Ok(json!("ok"))
}

#[tokio::test]
async fn spans_of_a_timed_out_invocation_are_sent_unfinished() {
    let daemon = Daemon::start();
    let tracer = Tracer::builder().environment(daemon.environment()).build();
    let _default =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(tracer.layer()));
    let local = Local::builder("orders").timeout(Duration::from_secs(20)).start().await.unwrap();
    let service = tracer.handler_layer().layer(service_fn(handler));
    let layer = tracer.runtime_layer();
    local.serve(|| Runtime::new(service).layer(layer)).unwrap();
    let invocation = local.invocation(&json!("sleep")).trace_header(sampled());
    let outcome = invocation.timeout(Duration::from_millis(700)).send().await.unwrap();
    assert!(outcome.timed_out);
    let spans = by_name(&daemon.datagrams());
    let span = |name: &str| spans.values().find(|span| span.name.ends_with(name)).unwrap();
    let is_over = ["handler", "slow", "quick"].map(|name| span(name).is_over());
    assert_eq!(is_over, [false, false, true]);
    assert_eq!(
        (&span("slow").parent, &span("quick").parent),
        (&span("handler").id, &span("slow").id)
    );
}

#[tokio::test]
async fn missing_daemon_costs_nothing() {
    let closed = Daemon::start().environment();
    let tracer = Tracer::builder().environment(closed).build();
    let _default =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(tracer.layer()));
    let local = Local::builder("orders").timeout(Duration::from_secs(20)).start().await.unwrap();
    let service = tracer.handler_layer().layer(service_fn(handler));
    let layer = tracer.runtime_layer();
    local.serve(|| Runtime::new(service).layer(layer)).unwrap();
    for _ in 0..20 {
        let invocation = local.invocation(&json!("ok")).trace_header(sampled());
        assert_eq!(invocation.send().await.unwrap().json::<Value>().unwrap(), "ok");
    }
}

#[tokio::test]
async fn missing_daemon_gives_one_warning() {
    let closed = Daemon::start().address();
    let local = Local::builder("chatty").timeout(Duration::from_secs(20));
    let local = local.env("AWS_XRAY_DAEMON_ADDRESS", closed);
    let local = local.binary(env!("CARGO_BIN_EXE_chatty")).start().await.unwrap();
    for _ in 0..10 {
        let order = json!({"together": 1, "number": 1, "lines": 4});
        let outcome = local.invocation(&order).trace_header(sampled()).send().await.unwrap();
        assert_eq!(outcome.function_error, None);
    }
    let lines = local.function_lines();
    let warnings = lines.iter().filter(|line| line.starts_with("powertools: "));
    let warnings: Vec<_> = warnings.collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

#[test]
fn failed_export_names_the_address_and_the_remedy() {
    let closed = UdpSocket::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string();
    let sink = UdpSink::new(&closed);
    let error = (0..10).find_map(|_| {
        std::thread::sleep(Duration::from_millis(20));
        sink.send(b"{}").err()
    });
    let error = error.expect("the port is closed").to_string();
    assert!(error.starts_with(&format!("sending to {closed} over UDP failed")), "{error}");
    assert!(error.ends_with("is the X-Ray daemon there?"), "{error}");
}

#[test]
fn panicking_exporter_does_not_affect_the_handler() {
    struct Broken;
    impl powertools_tracer::Exporter for Broken {
        fn export(
            &self,
            _: &powertools_tracer::Batch,
        ) -> Result<(), powertools_tracer::ExportError> {
            panic!("on purpose")
        }
    }
    let tracer = Tracer::builder().environment(Environment::empty()).exporter(Broken).build();
    let subscriber = tracing_subscriber::registry().with(tracer.layer());
    tracing::subscriber::with_default(subscriber, || {
        let invocation = Invocation::builder("r-1").trace_header(sampled()).build();
        tracer.open(&invocation);
        invocation.in_scope(|| info_span!("a span").in_scope(|| ()));
        tracer.close(&invocation);
    });
}
