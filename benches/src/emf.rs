//! An EMF document: three metrics, one of them with two values, under two dimensions.

use std::{cell::RefCell, fmt::Write, hint::black_box, sync::OnceLock, time::SystemTime};

use metrics_cloudwatch_embedded::Collector;
use metrique_writer::{Entry, format::Format};
use metrique_writer_format_emf::Emf;
use powertools_core::Environment;
use powertools_metrics::{Metric, Metrics, Namespace, Recorder, Unit};
use serde::Serialize;

use crate::{
    case::Case,
    competitors::{self, Memory},
};

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, once| Case::new("emf", name, competitors::nothing, |run| run(), once);
    vec![
        case("emf/by-hand", by_hand).floor(),
        case("emf/serde-struct", serde_struct),
        case("emf/powertools-metrics", powertools),
        case("emf/metrique-no-validation", metrique_unvalidated),
        case("emf/metrique-all-validations", metrique_validated),
        case("emf/metrics-cloudwatch-embedded", cloudwatch_embedded),
        Case::new(
            "increment",
            "increment/powertools-metrics",
            competitors::nothing,
            |run| run(),
            increment,
        )
        .floor(),
    ]
}

const ORDERS: Metric = Metric::count("OrdersPlaced");
const LATENCY: Metric = Metric::new("Latency", Unit::Milliseconds);
const SIZE: Metric = Metric::new("BasketSize", Unit::None);

fn recorder() -> Recorder {
    let metrics = Metrics::builder()
        .environment(Environment::of([("POWERTOOLS_SERVICE_NAME", "checkout")]))
        .namespace(const { Namespace::new("Shop") });
    metrics.sink(Memory).build().recorder()
}

thread_local! {
    static RECORDER: Recorder = recorder();
    static COUNTER: Recorder = recorder();
    static BUFFER: RefCell<(Vec<u8>, String)> = RefCell::default();
    static METRIQUE: RefCell<[Emf; 2]> = RefCell::new([
        Emf::no_validations("Shop".into(), vec![vec!["service".into(), "environment".into()]]),
        Emf::all_validations("Shop".into(), vec![vec!["service".into(), "environment".into()]]),
    ]);
}

fn powertools() {
    RECORDER.with(|recorder| {
        let record = || {
            recorder.static_dimension("environment", black_box("prod"))?;
            recorder.try_record(&ORDERS, black_box(1_u32))?;
            recorder.try_record(&LATENCY, black_box(3.5))?;
            recorder.try_record(&LATENCY, black_box(4.25))?;
            recorder.try_record(&SIZE, black_box(3_u32))?;
            recorder.flush()
        };
        record().expect("all of it is valid");
    });
}

fn increment() {
    COUNTER.with(|recorder| recorder.try_record(&ORDERS, black_box(1_u32)).expect("it is valid"));
}

#[derive(Entry)]
struct Checkout {
    #[entry(timestamp)]
    timestamp: SystemTime,
    service: &'static str,
    environment: &'static str,
    #[entry(name = "OrdersPlaced")]
    orders_placed: u64,
    #[entry(name = "Latency")]
    latency: f64,
    #[entry(name = "BasketSize")]
    basket_size: u64,
}

fn metrique_unvalidated() {
    metrique(0);
}

fn metrique_validated() {
    metrique(1);
}

/// One value of each metric only: the derived entry has no form for two.
fn metrique(which: usize) {
    let entry = Checkout {
        timestamp: SystemTime::now(),
        service: "checkout",
        environment: black_box("prod"),
        orders_placed: black_box(1),
        latency: black_box(3.5),
        basket_size: black_box(3),
    };
    METRIQUE.with_borrow_mut(|emf| {
        BUFFER.with_borrow_mut(|(buffer, _)| {
            buffer.clear();
            emf[which].format(&entry, buffer).expect("all of it is valid");
            Memory::append(buffer);
        });
    });
}

fn cloudwatch_embedded() {
    static COLLECTOR: OnceLock<&'static Collector> = OnceLock::new();
    let collector = COLLECTOR.get_or_init(|| {
        let builder = metrics_cloudwatch_embedded::Builder::new().cloudwatch_namespace("Shop");
        builder.with_dimension("service", "checkout").init().expect("nobody else has one")
    });
    metrics::counter!("OrdersPlaced", "environment" => "prod").increment(black_box(1));
    let latency = metrics::histogram!("Latency", "environment" => "prod");
    latency.record(black_box(3.5));
    latency.record(black_box(4.25));
    metrics::histogram!("BasketSize", "environment" => "prod").record(black_box(3.0));
    collector.flush(Memory).expect("memory takes everything");
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "_aws")]
    aws: Aws<'a>,
    service: &'a str,
    environment: &'a str,
    #[serde(rename = "OrdersPlaced")]
    orders_placed: [f64; 1],
    #[serde(rename = "Latency")]
    latency: [f64; 2],
    #[serde(rename = "BasketSize")]
    basket_size: [f64; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Aws<'a> {
    timestamp: u64,
    cloud_watch_metrics: [Directive<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: [[&'a str; 2]; 1],
    metrics: [Definition<'a>; 3],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition<'a> {
    name: &'a str,
    unit: &'a str,
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

fn serde_struct() {
    let definition = |name, unit| Definition { name, unit };
    let document = Document {
        aws: Aws {
            timestamp: now_ms(),
            cloud_watch_metrics: [Directive {
                namespace: "Shop",
                dimensions: [["service", "environment"]],
                metrics: [
                    definition("OrdersPlaced", "Count"),
                    definition("Latency", "Milliseconds"),
                    definition("BasketSize", "None"),
                ],
            }],
        },
        service: "checkout",
        environment: black_box("prod"),
        orders_placed: black_box([1.0]),
        latency: black_box([3.5, 4.25]),
        basket_size: black_box([3.0]),
    };
    BUFFER.with_borrow_mut(|(buffer, _)| {
        buffer.clear();
        serde_json::to_writer(&mut *buffer, &document).expect("a Vec takes everything");
        buffer.push(b'\n');
        Memory::append(buffer);
    });
}

fn by_hand() {
    BUFFER.with_borrow_mut(|(_, line)| {
        line.clear();
        let _ = write!(line, r#"{{"_aws":{{"Timestamp":{}"#, now_ms());
        line.push_str(black_box(
            r#","CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["service","environment"]],"Metrics":[{"Name":"OrdersPlaced","Unit":"Count"},{"Name":"Latency","Unit":"Milliseconds"},{"Name":"BasketSize","Unit":"None"}]}]},"service":"checkout","environment":""#,
        ));
        line.push_str(black_box("prod"));
        let [orders, first, second, size] = black_box([1.0, 3.5, 4.25, 3.0]);
        let mut number = |before: &str, value: f64| {
            line.push_str(before);
            line.push_str(zmij::Buffer::new().format_finite(value));
        };
        number("\",\"OrdersPlaced\":[", orders);
        number("],\"Latency\":[", first);
        number(",", second);
        number("],\"BasketSize\":[", size);
        line.push_str("]}\n");
        Memory::append(line.as_bytes());
    });
}
