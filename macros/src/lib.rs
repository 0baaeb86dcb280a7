//! The macros of Powertools for AWS Lambda.
//!
//! Use them through the crate that exports them, `powertools-metrics` for [`MetricGroup`] and
//! `powertools-idempotency` for [`macro@idempotent`]: what they expand to are a few calls of its public API,
//! which can be written by hand as well.
//!
//! Each macro is there twice, for those who depend on the one crate and for those who depend on
//! `powertools`: an expansion names the crate that its user has. `powertools` exports the second
//! under the name of the first.

mod idempotent;
mod metric_group;
mod problem;

use proc_macro::TokenStream;
use quote::quote;

/// Makes a struct a group of metrics, dimensions and metadata that is written in one call.
///
/// # Options
///
/// Each field says what it is:
///
/// | option | the field is | of type |
/// |---|---|---|
/// | `dimension` | a dimension of the group's metrics | any `Display` |
/// | `count` | a counter, in `Count` | a number, or several |
/// | `unit = Milliseconds` | a metric in this unit, one of `Unit`'s | a number, a `Duration`, or several |
/// | `metadata` | logged with the metrics, and no metric | any `Serialize` |
/// | `skip` | none of these | any |
///
/// Several numbers are an `Option`, of which `None` records nothing, a `Vec`, a slice or an array.
///
/// And it may say more:
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "Latency"` | the name in the document | `OrdersPlaced` for a metric `orders_placed`; others as the field |
/// | `high_resolution` | CloudWatch keeps the metric to the second | to the minute |
/// | `summed` | several values are added up, as those of `count` | each is kept |
///
/// Names that CloudWatch does not accept, names given twice, and unknown units do not compile.
#[proc_macro_derive(MetricGroup, attributes(metric))]
pub fn metric_group(input: TokenStream) -> TokenStream {
    metric_group::derive(input.into(), &quote!(::powertools_metrics)).into()
}

/// [`MetricGroup`] for users of `powertools`, which exports it under that name.
#[proc_macro_derive(FacadeMetricGroup, attributes(metric))]
pub fn facade_metric_group(input: TokenStream) -> TokenStream {
    metric_group::derive(input.into(), &quote!(::powertools::metrics)).into()
}

/// Runs an asynchronous function once a key, and gives its result to every other call with that key.
///
/// # Options
///
/// Each is an expression over the function's arguments, evaluated before the function runs:
///
/// | option | is |
/// |---|---|
/// | `store = ORDERS` | the operation's `Idempotency`, a reference to it, or what dereferences to it |
/// | `key = order.id` | the key, any `Serialize`; without it, `key_from` looks into the payload |
/// | `payload = order` | what `validate` compares between calls with one key, any `Serialize` |
///
/// `store` is needed, and `key`, `payload` or both.
///
/// The function keeps its signature and returns `Result<T, E>`: `T` is recorded and replayed as JSON, an `E`
/// releases the key, and `E` is `From<IdempotencyProblem>` for what goes wrong with idempotency.
#[proc_macro_attribute]
pub fn idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::attribute(options.into(), item.into(), &quote!(::powertools_idempotency)).into()
}

/// [`macro@idempotent`] for users of `powertools`, which exports it under that name.
#[proc_macro_attribute]
pub fn facade_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::attribute(options.into(), item.into(), &quote!(::powertools::idempotency)).into()
}
