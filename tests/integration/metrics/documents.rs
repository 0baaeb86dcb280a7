//! What documents look like.

use std::time::{Duration, SystemTime};

use powertools_metrics::{
    Environment, ManualClock, Metric, MetricError, Metrics, MetricsBuilder, Namespace, Unit,
    testing::Captured,
};
use serde_json::{Value, json};

use super::{LATENCY, ORDERS, documents, validated};

const SHOP: Namespace = Namespace::new("Shop");

fn shop(metrics: MetricsBuilder) -> MetricsBuilder {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_174_331_945);
    metrics.namespace(SHOP).service("checkout").clock(ManualClock::at(time))
}

#[test]
fn document_equals_the_expected_bytes() {
    let captured = Captured::with(shop);
    let recorder = captured.metrics().recorder();
    recorder.dimension("environment", "prod").unwrap();
    recorder.metadata("order_id", "17").unwrap();
    recorder.try_record(&ORDERS, 1).unwrap();
    recorder.try_record(&ORDERS, 2).unwrap();
    recorder.try_record(&LATENCY.high_resolution(), Duration::from_micros(3500)).unwrap();
    drop(recorder);
    let expected = concat!(
        r#"{"_aws":{"Timestamp":1795174331945,"CloudWatchMetrics":[{"Namespace":"Shop","#,
        r#""Dimensions":[["service","environment"]],"Metrics":[{"Name":"OrdersPlaced","Unit":"Count"},"#,
        r#"{"Name":"Latency","Unit":"Milliseconds","StorageResolution":1}]}]},"#,
        r#""service":"checkout","environment":"prod","order_id":"17","OrdersPlaced":[3.0],"Latency":[3.5]}"#,
    );
    assert_eq!(captured.lines(), [expected]);
    validated(expected);
}

#[test]
fn dimension_sets_include_default_dimensions_without_duplicates() {
    let captured = Captured::with(|it| shop(it).default_dimension("tenant", "t-1").unwrap());
    let recorder = captured.metrics().recorder();
    recorder.dimension_set([("region", "eu-west-1")]).unwrap();
    recorder.dimension_set([("region", "eu-west-1"), ("az", "a")]).unwrap();
    recorder.try_record(&ORDERS, 1).unwrap();
    drop(recorder);
    let document = &documents(&captured)[0];
    let sets = &document["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
    assert_eq!(
        *sets,
        json!([["service", "tenant"], ["tenant", "region"], ["tenant", "region", "az"]])
    );
    assert_eq!((&document["region"], &document["az"]), (&json!("eu-west-1"), &json!("a")));
}

#[test]
fn more_than_a_hundred_values_are_split_into_documents() {
    let captured = Captured::with(shop);
    let recorder = captured.metrics().recorder();
    (0..250).for_each(|n| recorder.try_record(&LATENCY, n).unwrap());
    recorder.try_record(&ORDERS, 1).unwrap();
    drop(recorder);
    let documents = documents(&captured);
    let lengths: Vec<_> =
        documents.iter().map(|it| it["Latency"].as_array().unwrap().len()).collect();
    assert_eq!(lengths, [100, 100, 50]);
    let orders = documents.iter().filter(|it| it.get("OrdersPlaced").is_some()).count();
    assert_eq!(orders, 1);
}

#[test]
fn large_distribution_is_grouped_into_values_and_counts() {
    let captured = Captured::with(shop);
    let recorder = captured.metrics().recorder();
    (0..10_000).for_each(|n| recorder.try_record(&LATENCY, n).unwrap());
    drop(recorder);
    let documents = documents(&captured);
    assert_eq!(documents.len(), 1);
    let counts = documents[0]["Latency"]["Counts"].as_array().unwrap();
    assert_eq!(counts.iter().filter_map(Value::as_u64).sum::<u64>(), 10_000);
}

#[test]
fn lambda_log_fields_are_added_if_enabled() {
    let json_at_warn = [("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("AWS_LAMBDA_LOG_LEVEL", "WARN")];
    let build = |metrics: MetricsBuilder| metrics.environment(Environment::of(json_at_warn));
    let captured = Captured::with(|it| build(shop(it)).lambda_log_fields(true));
    let recorder = captured.metrics().recorder();
    recorder.try_record(&ORDERS, 1).unwrap();
    let level = recorder.metadata("level", "mine");
    assert!(matches!(level, Err(MetricError::NameTaken { .. })), "{level:?}");
    drop(recorder);
    let document = &documents(&captured)[0];
    assert_eq!(
        (&document["level"], &document["timestamp"]),
        (&json!("WARN"), &json!("2026-11-20T11:32:11.945Z"))
    );
}

#[test]
fn environment_sets_what_code_does_not() {
    let pairs =
        [("POWERTOOLS_METRICS_NAMESPACE", "FromEnv"), ("POWERTOOLS_SERVICE_NAME", "orders")];
    let captured = Captured::with(|it| it.environment(Environment::of(pairs)));
    captured.metrics().recorder().try_record(&ORDERS, 1).unwrap();
    let document = &documents(&captured)[0];
    assert_eq!(document["service"], "orders");
    assert_eq!(document["_aws"]["CloudWatchMetrics"][0]["Namespace"], "FromEnv");
    let dev = Captured::with(|it| it.environment(Environment::of([("POWERTOOLS_DEV", "1")])));
    dev.metrics().recorder().try_record(&ORDERS, 1).unwrap();
    assert_eq!(dev.lines().len(), 0);
}

#[test]
fn value_that_cloudwatch_would_drop_is_an_error_with_the_rule() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    let long = "x".repeat(1025);
    let refused = [
        (recorder.dimension(":colon", "x"), "it begins with a colon"),
        (recorder.dimension("environment", " "), "1 to 1024 printable"),
        (recorder.dimension("environment", &long), "1 to 1024 printable"),
        (recorder.dimension("environment", "größe"), "printable ASCII"),
        (recorder.dimension("environment", "a\u{1}b"), "printable ASCII"),
        (recorder.metadata("", 1), "it is blank"),
        (recorder.metadata("huge", "x".repeat(600_000)), "too large"),
        (Metric::dynamic("größe", Unit::Count).map(|_| ()), "not ASCII"),
        (Namespace::dynamic("a\nb").map(|_| ()), "control character"),
    ];
    for (result, rule) in refused {
        let text = result.unwrap_err().to_string();
        assert!(text.contains(rule), "{text}");
    }
    (0..29).for_each(|n| recorder.dimension(&format!("d{n}"), "x").unwrap());
    let error = recorder.dimension("one too many", "x").unwrap_err();
    assert_eq!(error, MetricError::TooManyDimensions { name: "one too many".into(), count: 31 });
}

#[tokio::test]
async fn timer_and_dependency_record_their_metrics() {
    let captured = Captured::with(shop);
    let recorder = captured.metrics().recorder();
    drop(recorder.time(LATENCY));
    recorder.time(LATENCY).cancel();
    let good: Result<u8, String> =
        recorder.dependency("stock", async { Ok(1) }, |_| "unused").await;
    let bad: Result<u8, String> =
        recorder.dependency("stock", async { Err("gone".into()) }, |_| "timeout").await;
    assert_eq!((good, bad), (Ok(1), Err("gone".into())));
    let never =
        recorder.dependency("stock", std::future::pending::<Result<(), String>>(), |_| "unused");
    assert!(tokio::time::timeout(Duration::from_millis(5), never).await.is_err());
    drop(recorder);
    let documents = documents(&captured);
    let outcomes: Vec<_> = documents.iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(
        outcomes,
        ["success", "timeout", "cancelled"]
            .map(Value::from)
            .into_iter()
            .chain([Value::Null])
            .collect::<Vec<_>>()
    );
    assert_eq!(
        (&documents[0]["dependency"], &documents[0]["DependencyCalls"]),
        (&json!("stock"), &json!([1.0]))
    );
    assert_eq!(documents[3]["Latency"].as_array().unwrap().len(), 1);
}

#[test]
fn single_metric_has_separate_dimensions() {
    let captured = Captured::with(shop);
    let recorder = captured.metrics().recorder();
    recorder.try_record(&ORDERS, 1).unwrap();
    recorder.single_metric(&LATENCY, 3, [("dependency", "stock")]).unwrap();
    assert!(recorder.single_metric(&LATENCY, 3, [("", "stock")]).is_err());
    drop(recorder);
    let documents = documents(&captured);
    assert_eq!(documents.len(), 2);
    assert_eq!(
        (&documents[0]["dependency"], &documents[0]["Latency"]),
        (&json!("stock"), &json!([3.0]))
    );
    assert_eq!(
        (documents[1].get("dependency"), &documents[1]["OrdersPlaced"]),
        (None, &json!([1.0]))
    );
}

#[test]
fn largest_document_is_within_one_mebibyte() {
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    let long = |n: usize| format!("{n:0>255}");
    let until_refused = |add: &dyn Fn(usize) -> Result<(), MetricError>| {
        (0..1000).find_map(|n| add(n).err()).expect("there is a limit")
    };
    let full = until_refused(&|n| recorder.metadata(&long(n), "x".repeat(4000)));
    assert!(matches!(full, MetricError::TooLarge { what: "metadata", .. }), "{full}");
    let value = "\"".repeat(1024);
    let full = until_refused(&|n| recorder.dimension_set([(&*format!("set{n}"), &*value)]));
    assert!(matches!(full, MetricError::TooLarge { what: "dimensions", .. }), "{full}");
    let full = until_refused(&|n| recorder.dimension(&format!("d{n}"), &value));
    assert!(matches!(full, MetricError::TooLarge { what: "dimensions", .. }), "{full}");
    for n in 0..100 {
        let name = format!("\"{}", &long(n)[1..]);
        let metric = Metric::dynamic(&name, Unit::TerabytesPerSecond).unwrap();
        (0..1001)
            .for_each(|_| recorder.try_record(&metric, -1.234_567_890_123_456_7e-100).unwrap());
    }
    drop(recorder);
    let largest = captured.lines().iter().map(String::len).max().unwrap();
    assert!((800_000..1_048_576 - 26).contains(&largest), "{largest} bytes");
    documents(&captured);
}

#[test]
fn dimension_set_uses_the_current_default_dimensions() {
    let captured = Captured::with(|it| shop(it).default_dimension("environment", "prod").unwrap());
    let recorder = captured.metrics().recorder();
    recorder.dimension("environment", "test").unwrap();
    recorder.dimension_set([("tier", "gold")]).unwrap();
    recorder.try_record(&ORDERS, 1).unwrap();
    drop(recorder);
    assert_eq!(documents(&captured)[0]["environment"], "test");
}

#[test]
fn duration_is_converted_to_a_time_unit_or_refused() {
    let captured = Captured::with(shop);
    let recorder = captured.metrics().recorder();
    recorder.try_record(&LATENCY, Duration::from_micros(9)).unwrap();
    let refused = recorder.try_record(&ORDERS, Duration::from_secs(1)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "metric \"OrdersPlaced\" is in Count and can't hold a Duration; one in Seconds, Milliseconds or \
         Microseconds can, and one without a unit, in seconds"
    );
    drop(recorder);
    assert_eq!(captured.lines()[0].matches("\"Latency\":[0.009]").count(), 1);
}

#[test]
fn reused_recorder_starts_empty() {
    let captured = Captured::with(shop);
    let used = captured.metrics().recorder();
    used.dimension("environment", "prod").unwrap();
    used.dimension_set([("region", "eu-west-1")]).unwrap();
    used.metadata("order_id", 17).unwrap();
    used.timestamp(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_174_000)).unwrap();
    used.try_record(&ORDERS.high_resolution(), 1).unwrap();
    used.try_record(&LATENCY, 1).unwrap();
    drop(used);
    let next = captured.metrics().recorder();
    next.try_record(&Metric::dynamic("Latency", Unit::Seconds).unwrap(), 2).unwrap();
    drop(next);
    let expected = concat!(
        r#"{"_aws":{"Timestamp":1795174331945,"CloudWatchMetrics":[{"Namespace":"Shop","#,
        r#""Dimensions":[["service"]],"Metrics":[{"Name":"Latency","Unit":"Seconds"}]}]},"#,
        r#""service":"checkout","Latency":[2.0]}"#,
    );
    assert_eq!(captured.lines()[1], expected);
}

#[test]
fn empty_flush_is_an_error_only_if_nothing_was_written() {
    let lines = powertools_logger::testing::capture();
    let captured = Captured::with(|it| shop(it).raise_on_empty(true));
    let end_of = |work: &dyn Fn()| {
        let invocation = powertools_metrics::Invocation::builder("r").build();
        captured.metrics().open(&invocation);
        invocation.in_scope(|| {
            work();
            captured.metrics().close(&invocation);
            captured.metrics().close(&invocation);
        });
    };
    end_of(&|| powertools_metrics::single_metric(&ORDERS, 1, []).unwrap());
    end_of(&|| {
        powertools_metrics::try_record(&ORDERS, 1).unwrap();
        powertools_metrics::flush().unwrap();
    });
    assert_eq!(lines.lines().len(), 0);
    end_of(&|| assert_eq!(powertools_metrics::flush(), Err(MetricError::Empty)));
    assert_eq!(lines.values()[0]["message"], "no metric was recorded");
    let disabled = Captured::with(|it| it.raise_on_empty(true).disabled(true));
    assert_eq!(disabled.metrics().recorder().flush(), Ok(()));
}

#[test]
fn invalid_default_dimensions_do_not_break_documents() {
    assert!(Metrics::builder().default_dimension("_aws", "x").is_err());
    let captured = Captured::with(|it| {
        shop(it).lambda_log_fields(true).default_dimension("level", "x").unwrap()
    });
    captured.metrics().recorder().try_record(&ORDERS, 1).unwrap();
    assert_eq!(documents(&captured)[0]["level"], "INFO");
}

#[tokio::test]
async fn counter_by_name_warns_on_an_invalid_name() {
    let lines = powertools_logger::testing::capture();
    let captured = Captured::with(shop);
    let work = async {
        powertools_metrics::increment("OrdersPlaced", 1);
        powertools_metrics::record(&ORDERS, 2);
        powertools_metrics::increment("", 1);
    };
    captured.invoke(work).await;
    assert_eq!(documents(&captured)[0]["OrdersPlaced"], json!([3.0]));
    let warned = lines.values();
    assert_eq!((warned.len(), &warned[0]["level"]), (1, &json!("WARN")));
    assert!(warned[0]["metric_error"].as_str().unwrap().contains("it is blank"), "{}", warned[0]);
}

#[test]
fn cleared_metrics_dimensions_and_metadata_are_not_written() {
    let captured =
        Captured::with(|metrics| shop(metrics).default_dimension("stage", "prod").unwrap());
    let recorder = captured.metrics().recorder();
    assert!(recorder.is_empty());
    recorder.dimension("customer", "c-1").unwrap();
    recorder.dimension_set([("region", "eu")]).unwrap();
    recorder.metadata("order_id", "17").unwrap();
    recorder.try_record(&ORDERS, 1).unwrap();
    assert!(!recorder.is_empty());
    recorder.clear_metrics();
    assert!(recorder.is_empty());
    recorder.clear_dimensions();
    recorder.clear_metadata();
    recorder.try_record(&LATENCY, 7).unwrap();
    drop(recorder);
    let document = captured.last();
    assert_eq!(
        document["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
        json!([["service", "stage"]])
    );
    assert_eq!((&document["stage"], &document["Latency"]), (&json!("prod"), &json!([7.0])));
    for member in ["customer", "region", "order_id", "OrdersPlaced"] {
        assert_eq!(document[member], Value::Null, "{member}");
    }
    captured.clear();
    assert_eq!(captured.documents(), Vec::<Value>::new());
}
