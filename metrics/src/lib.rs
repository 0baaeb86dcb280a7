//! Custom metrics for AWS Lambda, without an API call: CloudWatch reads them from log lines in its
//! Embedded Metric Format.
//!
//! ```no_run
//! use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
//! use powertools_metrics::{Metric, Metrics, Namespace};
//!
//! const SHOP: Namespace = Namespace::new("Shop");
//! const ORDERS: Metric = Metric::count("OrdersPlaced");
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     let metrics = Metrics::builder().namespace(SHOP).build();
//!     Runtime::new(service_fn(handler)).layer(metrics.runtime_layer()).run().await
//! }
//!
//! async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
//!     powertools_metrics::record(&ORDERS, 1);
//!     Ok(())
//! }
//! ```
//!
//! writes, after the answer was posted:
//!
//! ```json
//! {"_aws":{"Timestamp":1795174331945,"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["service"]],"Metrics":[{"Name":"OrdersPlaced","Unit":"Count"}]}]},"service":"checkout","OrdersPlaced":[1.0]}
//! ```
//!
//! # What is checked
//!
//! Names and units of constants when compiling; everything else when it is recorded. What CloudWatch
//! would drop without a word is an error that names the value and the rule, and nothing of it is
//! recorded. [`try_record`] returns that error; [`record`] logs it, so that metrics never change what a handler
//! returns.
//!
//! # What is written
//!
//! One document a line, of at most 100 metrics with at most 100 values each; more become further
//! documents with the same dimensions, metadata and timestamp. A counter is one value, however often it
//! was added to. Of a distribution up to 1,000 values are kept one by one; beyond that they are put
//! together in 100 groups, `{"Values":[…],"Counts":[…]}`, which keeps count, sum, smallest and largest.
//!
//! # How often a value counts
//!
//! CloudWatch makes metrics of log lines, and a value counts for each line that arrives: **at least once**, not
//! exactly once. It counts again where
//!
//! - the invocation runs again: Lambda retries asynchronous invocations, queues and streams deliver again what
//!   failed, callers retry after a timeout. What the first attempt recorded was written, also where it failed;
//! - Lambda delivers the log line to CloudWatch Logs twice, which is rare.
//!
//! Within an invocation a value is written once, also where it is flushed early because the deadline is near. A
//! line is lost only with the process, if that is killed before the flush. So read a sum as a tendency, not as an
//! account. What has to be exact, such as revenue, belongs into a table with an idempotent write; a metric that
//! is recorded inside an idempotent operation is not recorded by its replays, and counts most orders exactly.
//! The `function_request_id` of log lines shows retries: the template `retries` of `powertools-insights` lists
//! them.
//!
//! # Groups
//!
//! What is measured together can be a struct, a [`MetricGroup`](trait@MetricGroup), that [`write()`]
//! writes as a document with dimensions of its own, all of it or nothing. With the feature `macros`,
//! which is off by default, `#[derive(MetricGroup)]` implements it.
//!
//! # Calls
//!
//! [`CallMetrics`] record how long each call takes and whether it failed; with the feature `macros`, `#[metered]` on a
//! function does.
//!
//! # Environment
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `POWERTOOLS_METRICS_NAMESPACE` | the namespace | `default_namespace`, with a warning at the first metric |
//! | `POWERTOOLS_SERVICE_NAME` | the dimension `service` | `service_undefined` |
//! | `POWERTOOLS_METRICS_FUNCTION_NAME` | `function_name` of the cold-start metric | the function's name |
//! | `POWERTOOLS_METRICS_DISABLED` | keep nothing and write nothing | as `POWERTOOLS_DEV` |
//! | `POWERTOOLS_DEV` | disables metrics, unless the variable above says otherwise | off |
//!
//! Limits are those of the [specification of the format][spec] and of `PutMetricData`; names of
//! variables and dimensions are those of Powertools for AWS Lambda (Python).
//!
//! [spec]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

mod config;
mod context;
mod error;
#[cfg(feature = "lambda-runtime")]
pub mod lambda;
mod metrics;
mod model;
mod output;
mod pipeline;
pub mod testing;
mod warning;

pub use powertools_core::{
    Clock, ColdStart, Environment, InitializationType, Invocation, LineSink, ManualClock,
    MemorySink, Redaction, StdoutSink, SystemClock, Warning, WriterSink,
};

pub use config::MetricsBuilder;
pub use context::{
    CallMetrics, GroupRecorder, MetricGroup, Recorder, Timer, clear_dimensions, clear_metadata,
    clear_metrics, count_cold_start, current, dimension, dimension_set, flush, increment, metadata,
    record, single_metric, try_record, write,
};
pub use error::MetricError;
pub use metrics::Metrics;
pub use model::{Metric, MetricValue, MetricValues, Namespace, Resolution, Unit};

// Where an expansion finds it.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use serde::Serialize;

/// Implements [`MetricGroup`](trait@MetricGroup) for a struct whose fields say what they are.
///
/// ```
/// use std::time::Duration;
///
/// use powertools_metrics::{MetricGroup, testing::Captured};
///
/// #[derive(MetricGroup)]
/// struct Checkout<'a> {
///     #[metric(dimension)]
///     payment: &'a str,
///     #[metric(count)]
///     orders_placed: u32,
///     #[metric(unit = Milliseconds, name = "Latency", high_resolution)]
///     took: Duration,
///     #[metric(unit = Percent)]
///     discount: Option<f64>,
///     #[metric(metadata)]
///     order_id: &'a str,
/// }
///
/// let captured = Captured::new();
/// captured.metrics().recorder().write(&Checkout {
///     payment: "card",
///     orders_placed: 1,
///     took: Duration::from_millis(12),
///     discount: None,
///     order_id: "o-1",
/// })?;
///
/// let document = captured.last();
/// assert_eq!(document["payment"], "card");
/// assert_eq!(document["Latency"], serde_json::json!([12.0]));
/// # Ok::<_, powertools_metrics::MetricError>(())
/// ```
///
/// A dimension may be an `Option`; `None` leaves it out:
///
/// ```
/// use powertools_metrics::{MetricGroup, testing::Captured};
///
/// #[derive(MetricGroup)]
/// struct Shipment {
///     #[metric(dimension)]
///     carrier: Option<String>,
///     #[metric(count)]
///     parcels: u32,
/// }
///
/// let captured = Captured::new();
/// captured.metrics().recorder().write(&Shipment { carrier: None, parcels: 3 })?;
/// let directive = &captured.last()["_aws"]["CloudWatchMetrics"][0];
/// assert_eq!(directive["Dimensions"], serde_json::json!([["service"]]));
/// # Ok::<_, powertools_metrics::MetricError>(())
/// ```
///
/// A name that CloudWatch does not accept does not compile:
///
/// ```compile_fail
/// # use powertools_metrics::MetricGroup;
/// #[derive(MetricGroup)]
/// struct Checkout {
///     #[metric(count, name = "Größe")]
///     size: u32,
/// }
/// ```
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::MetricGroup;

/// Records how long each call of a function took, and whether it failed.
///
/// ```
/// use powertools_metrics::{metered, testing::Captured};
///
/// #[metered]
/// async fn place_order(id: u32) -> Result<u32, std::io::Error> {
///     Ok(id)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let captured = Captured::new();
/// captured.invoke(place_order(17)).await.unwrap();
/// let document = captured.last();
/// assert_eq!(document["PlaceOrderErrors"], serde_json::json!([0.0]));
/// assert!(document["PlaceOrderLatency"][0].is_number());
/// # }
/// ```
///
/// An `Err`, a panic and a future that is dropped before it ended count as errors. What it becomes is a
/// [`CallMetrics`], which says more.
///
/// A name that CloudWatch does not accept does not compile:
///
/// ```compile_fail
/// # use powertools_metrics::metered;
/// #[metered(name = "Größe")]
/// fn measure() {}
/// ```
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::metered;
