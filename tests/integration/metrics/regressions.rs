//! What other metrics get wrong and these do not, each under its number.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use lambda_runtime::{LambdaEvent, LambdaInvocation, Service, tower};
use powertools_metrics::{
    ColdStart, Environment, InitializationType, Invocation, LineSink, ManualClock, Metric,
    MetricError, Metrics, Namespace, Unit, testing::Captured,
};
use serde_json::{Value, json};
use tower_layer::Layer;

use super::{LATENCY, ORDERS, documents};

#[test]
fn nan_and_infinities_are_refused() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
        let error = recorder.try_record(&LATENCY, value).unwrap_err();
        assert!(matches!(error, MetricError::Value { .. }), "{error}");
    }
    let largest = 2_f64.powi(360);
    recorder.try_record(&ORDERS, largest).unwrap();
    assert!(recorder.try_record(&ORDERS, largest).is_err(), "the sum would be too large");
    drop(recorder);
    assert_eq!(documents(&captured)[0]["OrdersPlaced"], json!([largest]));
    assert_eq!(documents(&captured)[0].get("Latency"), None);
}

#[test]
fn magnitudes_that_cloudwatch_drops_are_refused() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    let (smallest, largest) = (2_f64.powi(-360), 2_f64.powi(360));
    let next = |value: f64, by: i64| f64::from_bits(value.to_bits().wrapping_add_signed(by));
    for magnitude in [next(smallest, -1), next(largest, 1), f64::MIN_POSITIVE, 5e-324] {
        for value in [magnitude, -magnitude] {
            let error = recorder.try_record(&LATENCY, value).unwrap_err().to_string();
            assert!(error.contains("\"Latency\"") && error.contains("2^-360"), "{error}");
        }
    }
    let accepted = [0.0, -0.0, smallest, -smallest, largest, -largest];
    accepted.iter().for_each(|value| recorder.try_record(&LATENCY, *value).unwrap());
    drop(recorder);
    let [document] = <[Value; 1]>::try_from(documents(&captured)).unwrap();
    assert_eq!(document["Latency"], json!(accepted));
}

#[test]
fn whole_milliseconds_of_a_duration_are_a_value() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    let took = Duration::from_micros(12_900);
    recorder.record(&LATENCY, took.as_millis());
    recorder.record(&LATENCY, took.as_millis() as i128);
    recorder.record(&LATENCY, u128::MAX);
    drop(recorder);
    assert_eq!(documents(&captured)[0]["Latency"], json!([12.0, 12.0, u128::MAX as f64]));
}

#[test]
fn conflicting_unit_is_an_error_naming_both() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    recorder.try_record(&LATENCY, 1).unwrap();
    let error =
        recorder.try_record(&Metric::dynamic("Latency", Unit::Seconds).unwrap(), 1).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("\"Latency\"") && text.contains("Milliseconds") && text.contains("Seconds"),
        "{text}"
    );
    drop(recorder);
    assert_eq!(documents(&captured)[0]["Latency"], json!([1.0]));
}

#[test]
fn name_is_either_a_metric_or_a_dimension() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    recorder.try_record(&ORDERS, 1).unwrap();
    recorder.dimension("environment", "prod").unwrap();
    recorder.metadata("order_id", 17).unwrap();
    let metric = |name| Metric::dynamic(name, Unit::Count).unwrap();
    let refused = [
        recorder.dimension("OrdersPlaced", "x"),
        recorder.dimension("order_id", "x"),
        recorder.metadata("OrdersPlaced", 1),
        recorder.metadata("environment", 1),
        recorder.metadata("_aws", 1),
        recorder.try_record(&metric("environment"), 1),
        recorder.try_record(&metric("order_id"), 1),
        recorder.dimension_set([("OrdersPlaced", "x")]),
    ];
    for result in refused {
        assert!(matches!(result, Err(MetricError::NameTaken { .. })), "{result:?}");
    }
    let other_value = recorder.dimension_set([("environment", "another value")]);
    assert!(
        matches!(other_value, Err(MetricError::ConflictingDimension { .. })),
        "{other_value:?}"
    );
    assert!(Metric::dynamic("_aws", Unit::Count).is_err());
    drop(recorder);
    let document = &documents(&captured)[0];
    assert_eq!(
        (&document["OrdersPlaced"], &document["environment"], &document["order_id"]),
        (&json!([1.0]), &json!("prod"), &json!(17))
    );
}

#[test]
fn timestamp_applies_to_its_flush_only() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_174_278);
    let captured = Captured::with(|metrics| metrics.clock(ManualClock::at(now)));
    let recorder = captured.metrics().recorder();
    recorder.timestamp(now - Duration::from_secs(60)).unwrap();
    recorder.try_record(&ORDERS, 1).unwrap();
    recorder.flush().unwrap();
    recorder.try_record(&ORDERS, 1).unwrap();
    recorder.flush().unwrap();
    let times: Vec<Value> =
        documents(&captured).iter().map(|it| it["_aws"]["Timestamp"].clone()).collect();
    assert_eq!(times, [1_795_174_218_000_u64, 1_795_174_278_000]);
    for refused in [now - Duration::from_secs(15 * 86_400), now + Duration::from_secs(7201)] {
        assert!(matches!(recorder.timestamp(refused), Err(MetricError::Timestamp { .. })));
    }
}

#[test]
fn disabled_metrics_write_and_keep_nothing() {
    let captured = Captured::with(|metrics| metrics.disabled(true));
    let recorder = captured.metrics().recorder();
    let work = || {
        for n in 0..300 {
            recorder.try_record(&Metric::dynamic("Latency", Unit::Seconds).unwrap(), n).unwrap();
            recorder.dimension("environment", "prod").unwrap();
        }
    };
    assert_eq!(allocation_counter::measure(work).count_total, 0);
    recorder.flush().unwrap();
    drop(recorder);
    assert_eq!(captured.lines(), [""; 0]);
}

#[test]
fn dimensions_and_metadata_are_in_every_document() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    recorder.dimension("environment", "prod").unwrap();
    recorder.metadata("order_id", 17).unwrap();
    for n in 0..250 {
        recorder
            .try_record(&Metric::dynamic(&format!("Metric{n}"), Unit::Count).unwrap(), n)
            .unwrap();
    }
    recorder.flush().unwrap();
    recorder.try_record(&ORDERS, 1).unwrap();
    drop(recorder);
    let documents = documents(&captured);
    assert_eq!(documents.len(), 4);
    for document in documents {
        assert_eq!((&document["environment"], &document["order_id"]), (&json!("prod"), &json!(17)));
        assert_eq!(
            document["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
            json!([["service", "environment"]])
        );
    }
}

#[tokio::test]
async fn cold_start_is_recorded_once_however_the_invocation_ends() {
    let flag = ColdStart::own(InitializationType::OnDemand);
    let captured = Captured::with(|metrics| {
        metrics.service("checkout").cold_start_metric(true).cold_start(flag)
    });
    let fails = |_: LambdaInvocation| std::future::ready(Err::<(), _>("broken"));
    let mut service = captured.metrics().runtime_layer().layer(tower::service_fn(fails));
    for request_id in ["r-1", "r-2"] {
        assert!(service.call(raw(request_id)).await.is_err());
    }
    let documents = documents(&captured);
    assert_eq!(documents.len(), 1);
    assert_eq!(
        (&documents[0]["ColdStart"], &documents[0]["function_name"]),
        (&json!([1.0]), &json!("orders"))
    );
    let directive = &documents[0]["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Dimensions"], json!([["function_name", "service"]]));
}

fn raw(request_id: &str) -> LambdaInvocation {
    let (parts, ()) = http::Response::new(()).into_parts();
    let mut context = lambda_runtime::Context::default();
    context.request_id = request_id.to_owned();
    context.env_config = Arc::new(lambda_runtime::Config {
        function_name: "orders".to_owned(),
        ..Default::default()
    });
    LambdaInvocation { parts, body: "{}".into(), context }
}

#[test]
fn refused_value_changes_nothing_else() {
    let captured = Captured::with(|metrics| metrics.raise_on_empty(true));
    let invocation = Invocation::builder("r").build();
    captured.metrics().open(&invocation);
    let answer = invocation.in_scope(|| {
        let _ = powertools_metrics::try_record(&LATENCY, f64::NAN);
        let _ = powertools_metrics::dimension("", "");
        assert_eq!(powertools_metrics::flush(), Err(MetricError::Empty));
        "the handler's answer"
    });
    captured.metrics().close(&invocation);
    assert_eq!((answer, captured.lines().len()), ("the handler's answer", 0));
    assert_eq!(powertools_metrics::try_record(&ORDERS, 1), Err(MetricError::NoInvocation));
}

#[tokio::test]
async fn failing_sink_does_not_affect_the_handler() {
    struct Broken(AtomicUsize);
    impl LineSink for Broken {
        fn write_line(&self, _: &[u8]) {
            self.0.fetch_add(1, Ordering::Relaxed);
            std::panic::resume_unwind(Box::new("the sink is broken"));
        }
    }
    let sink = Arc::new(Broken(AtomicUsize::new(0)));
    let metrics = Metrics::builder()
        .environment(Environment::empty())
        .namespace(const { Namespace::new("Test") })
        .sink(sink.clone())
        .build();
    let handler = |_: LambdaEvent<Value>| async {
        powertools_metrics::try_record(&ORDERS, 1).unwrap();
        powertools_metrics::flush().unwrap();
        powertools_metrics::try_record(&ORDERS, 1).unwrap();
        Ok::<_, Infallible>("the handler's answer")
    };
    let mut service = metrics.handler_layer().layer(tower::service_fn(handler));
    let event = LambdaEvent::new(Value::Null, lambda_runtime::Context::default());
    assert_eq!(service.call(event).await, Ok("the handler's answer"));
    assert_eq!(sink.0.load(Ordering::Relaxed), 2);
}
