//! Metrics on the real Runtime API.

use std::{sync::Arc, time::Duration};

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_core::testing::enable_all_callsites;
use powertools_local::Local;
use powertools_metrics::{
    ColdStart, Environment, InitializationType, Metrics, MetricsBuilder, Namespace, WriterSink,
};
use serde_json::{Value, json};
use tokio::{sync::Barrier, task::JoinSet};
use tower_layer::Layer;
use tracing::Instrument;

use super::{LATENCY, ORDERS, validated};

fn metrics(local: &Local, configure: impl FnOnce(MetricsBuilder) -> MetricsBuilder) -> Metrics {
    let builder = Metrics::builder()
        .environment(Environment::empty())
        .namespace(const { Namespace::new("Shop") })
        .cold_start(ColdStart::own(InitializationType::OnDemand))
        .sink(WriterSink::new(local.log_writer()));
    configure(builder).build()
}

fn documents(local: &Local) -> Vec<Value> {
    local.function_lines().iter().map(|line| validated(line)).collect()
}

/// Records, then ends as the event says.
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    powertools_metrics::try_record(&ORDERS, 1)?;
    powertools_metrics::dimension("how", event.payload.as_str().unwrap_or_default())?;
    match event.payload.as_str() {
        Some("fail") => Err("broken".into()),
        Some("panic") => panic!("on purpose"),
        Some("sleep") => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Ok(Value::Null)
        }
        _ => Ok(json!("ok")),
    }
}

#[tokio::test]
async fn metrics_are_flushed_however_the_handler_ends() {
    let local = Local::builder("orders").timeout(Duration::from_secs(20)).start().await.unwrap();
    let layer = metrics(&local, |it| it.cold_start_metric(true)).runtime_layer();
    local.serve(|| Runtime::new(service_fn(handler)).layer(layer)).unwrap();
    for how in ["succeed", "fail", "panic"] {
        local.invoke(&json!(how)).await.unwrap();
    }
    let timeout = Duration::from_millis(700);
    let outcome = local.invocation(&json!("sleep")).timeout(timeout).send().await.unwrap();
    assert!(outcome.timed_out);
    let documents = documents(&local);
    assert_eq!(documents[0]["ColdStart"], json!([1.0]));
    let how: Vec<_> = documents[1..].iter().map(|it| it["how"].clone()).collect();
    assert_eq!(how, ["succeed", "fail", "panic", "sleep"]);
    assert!(documents[1..].iter().all(|it| it["OrdersPlaced"] == json!([1.0])), "{documents:?}");
}

#[tokio::test]
async fn handler_layer_alone_flushes_before_the_response() {
    let local = Local::builder("orders").timeout(Duration::from_secs(20)).start().await.unwrap();
    let layer = metrics(&local, |it| it.cold_start_metric(true)).handler_layer();
    local.serve(|| Runtime::new(layer.layer(service_fn(handler)))).unwrap();
    for how in ["succeed", "fail", "panic"] {
        local.invoke(&json!(how)).await.unwrap();
    }
    let how: Vec<_> = documents(&local).iter().map(|it| it["how"].clone()).collect();
    assert_eq!(how, [json!(null), json!("succeed"), json!("fail"), json!("panic")]);
}

#[tokio::test]
async fn both_layers_record_the_cold_start_once() {
    let local = Local::builder("orders").timeout(Duration::from_secs(20)).start().await.unwrap();
    let metrics = metrics(&local, |it| it.cold_start_metric(true));
    let (inner, outer) = (metrics.handler_layer(), metrics.runtime_layer());
    local.serve(|| Runtime::new(inner.layer(service_fn(handler))).layer(outer)).unwrap();
    local.invoke(&json!("succeed")).await.unwrap();
    let documents = documents(&local);
    assert_eq!(documents.iter().filter(|it| it.get("ColdStart").is_some()).count(), 1);
    assert_eq!(documents.len(), 2);
}

#[tokio::test]
async fn concurrent_invocations_never_mix_their_metrics() {
    const AT_ONCE: u32 = 64;
    let local = Local::builder("busy").concurrency(AT_ONCE).timeout(Duration::from_secs(30));
    let local = local.start().await.unwrap();
    let layer = metrics(&local, |it| it).runtime_layer();
    enable_all_callsites();
    // Without a registry there are no spans to find an invocation by.
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry());
    let together = Arc::new(Barrier::new(AT_ONCE as usize));
    let handler = move |event: LambdaEvent<u32>| record_everywhere(event.payload, together.clone());
    local.serve_concurrent(|| Runtime::new(service_fn(handler)).layer(layer)).unwrap();
    let mut all = JoinSet::new();
    (0..AT_ONCE).for_each(|number| {
        all.spawn(local.invocation(&number).send());
    });
    while let Some(result) = all.join_next().await {
        assert_eq!(result.unwrap().unwrap().function_error, None);
    }
    let documents = documents(&local);
    assert_eq!(documents.len(), AT_ONCE as usize);
    for document in documents {
        let number = document["number"].as_f64().unwrap();
        assert_eq!(document["OrdersPlaced"], json!([10.0]));
        assert_eq!(document["Latency"], json!(vec![number; 10]));
    }
}

/// Records from the handler and from tasks it spawns.
async fn record_everywhere(number: u32, together: Arc<Barrier>) -> Result<(), Error> {
    together.wait().await;
    powertools_metrics::metadata("number", number)?;
    for _ in 0..10 {
        powertools_metrics::try_record(&ORDERS, 1)?;
        let task = async move { powertools_metrics::try_record(&LATENCY, number) };
        tokio::spawn(task.in_current_span()).await??;
        tokio::task::yield_now().await;
    }
    Ok(())
}
