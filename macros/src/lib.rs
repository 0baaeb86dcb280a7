//! The macros of Powertools for AWS Lambda.
//!
//! Use them through the crate that exports them. They expand to a few calls of its public API, which you could also
//! write by hand.
//!
//! | macro | exported by |
//! |---|---|
//! | [`macro@handler`] | `powertools` |
//! | [`macro@traced`] | `powertools-tracer`, `powertools` |
//! | [`macro@metered`] | `powertools-metrics`, `powertools` |
//! | [`macro@idempotent`] | `powertools-idempotency`, `powertools` |
//! | [`MetricGroup`] | `powertools-metrics`, `powertools` |
//! | [`ErrorType`] | `powertools` |
//!
//! Each macro of a utility exists in two versions, one for users of the single crate and one for users of `powertools`,
//! because the expansion must name a crate that its user depends on. `powertools` exports its version under the name of
//! the other.

mod attribute;
mod closure;
mod diagnostic;
mod error_type;
mod function;
mod generics;
mod handler;
mod idempotent;
mod metered;
mod metric_group;
mod metric_name;
mod options;
mod spanned;
mod suggest;
mod traced;

use proc_macro::TokenStream;
use quote::quote;

/// Implements `MetricGroup`, so that the struct is a group of metrics, dimensions, and metadata that is written with
/// one call.
///
/// # Options
///
/// One of these options on each field says what the field is:
///
/// | option | meaning of the field | type |
/// |---|---|---|
/// | `dimension` | a dimension of the group's metrics | any `Display`, or an `Option` of one |
/// | `count` | a counter, in `Count` | a number, or several |
/// | `unit = Milliseconds` | a metric in this unit, which is a variant of `Unit` | a number, a `Duration`, or several |
/// | `metadata` | a value that is logged with the metrics and is not itself a metric | any `Serialize` |
/// | `skip` | not part of the group | any |
///
/// A field with several numbers is an `Option`, whose `None` records nothing, a `Vec`, a slice, or an array.
///
/// A dimension that is `None` is left out. CloudWatch treats metrics with different sets of dimensions as different
/// metrics, so a graph of one does not include the other. If it should, give the dimension a value such as `"none"`.
/// The type must be written as `Option<…>`, because a macro can't recognize an alias.
///
/// These options are also available:
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "Latency"` | the name in the document | `OrdersPlaced` for a metric `orders_placed`; others as the field |
/// | `high_resolution` | CloudWatch keeps the metric to the second | to the minute |
/// | `summed` | several values are added up, as for `count` | each value is kept |
///
/// Names that CloudWatch does not accept, duplicate names, and unknown units do not compile.
#[proc_macro_derive(MetricGroup, attributes(metric))]
pub fn metric_group(input: TokenStream) -> TokenStream {
    metric_group::derive(input.into(), &quote!(::powertools_metrics)).into()
}

/// Expands like [`MetricGroup`], for users of `powertools`, which exports it under that name.
#[proc_macro_derive(FacadeMetricGroup, attributes(metric))]
pub fn facade_metric_group(input: TokenStream) -> TokenStream {
    metric_group::derive(input.into(), &quote!(::powertools::metrics)).into()
}

/// Runs a function once for each key, and returns its recorded result to all other calls with that key.
///
/// # Options
///
/// Each option is an expression over the arguments of the function, and is evaluated before the function runs:
///
/// | option | value |
/// |---|---|
/// | `store = ORDERS` | the `Idempotency` of the operation, a reference to it, or a value that dereferences to it |
/// | `key = order.id` | the key, any `Serialize`; without it, `key_from` finds the key in the payload |
/// | `payload = order` | the payload that `validate` compares between calls with the same key, any `Serialize` |
///
/// `store` is required, and so is at least one of `key` and `payload`.
///
/// The function may be async or not. It keeps its signature, and must return a `Result<T, E>`: a `T` is recorded and
/// replayed as JSON, and an `E` releases the key. `E` must implement `From<IdempotencyProblem>` for problems with
/// idempotency itself. A function that is not async blocks its thread during calls of the store, as
/// `Idempotency::run_blocking` does.
#[proc_macro_attribute]
pub fn idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::attribute(options.into(), item.into(), &quote!(::powertools_idempotency)).into()
}

/// Expands like [`macro@idempotent`], for users of `powertools`, which exports it under that name.
#[proc_macro_attribute]
pub fn facade_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::attribute(options.into(), item.into(), &quote!(::powertools::idempotency)).into()
}

/// Adds per-invocation steps to the start of a handler: logging the event, setting the correlation id, and recording
/// the cold-start metric.
///
/// # Options
///
/// | option | meaning | required feature |
/// |---|---|---|
/// | `log_event` | logs the event as received at INFO, once for each invocation, except for the values of names such as `authorization` | `logger` |
/// | `redact = ["/body/card"]` | JSON pointers to other values that are redacted in that line; `-` matches any element of an array | `logger` |
/// | `correlation_id = ApiGatewayHttp` | the location of the correlation id: a variant of `CorrelationId` | `logger` |
/// | `correlation_id = "/detail/id"` | or a JSON pointer | `logger` |
/// | `correlation_id = ["/headers/x-id", ApiGatewayHttp]` | or the first of several locations that contains an id | `logger` |
/// | `correlation_id = \|event\| find(event)` | or a closure from the event's bytes to an `Option<String>` | `logger` |
/// | `cold_start_metric` | records the metric `ColdStart` if the invocation is a cold start | `metrics` |
/// | `capture_response = false` | whether the trace contains the response of this handler; defaults to the tracer's setting | `tracer` |
/// | `capture_error = false` | whether the trace contains the texts of errors; defaults to the tracer's setting | `tracer` |
/// | `error_types = [OrderError]` | lets errors of these types choose their names with `ErrorType`, even if they are boxed | |
/// | `idempotent(store = ORDERS, key = event.payload.id)` | runs the body once for each key, with the options of [`macro@idempotent`] | `idempotency` |
/// | `timeout_margin = "500ms"` | how long before the deadline all utilities are flushed, in `ms` or `s` | |
///
/// `log_event` and `cold_start_metric` also accept `= false`. All options are optional: without any, the attribute only
/// checks the types of the event, the response, and the error, so that the compiler reports an error about them at the
/// function.
///
/// The function must be async. It may be a method, be generic, and take and return `impl Trait`. It keeps its
/// signature, and outside an invocation it behaves as it would without the attribute.
///
/// If an event can't be deserialized, neither the function nor these steps run. If the log line, the correlation id, or
/// the cold-start metric should also cover such events, configure it with `Powertools::builder()`.
///
/// There is one exception: if the payload of the `LambdaEvent` borrows, and its type shows that (`LambdaEvent<&str>`,
/// `LambdaEvent<Order<'_>>`), the argument becomes `LambdaEvent<RawEvent>`, and the payload is deserialized after the
/// steps above. If that fails, the `EventError` is converted to the error of the function with `From`.
#[proc_macro_attribute]
pub fn handler(options: TokenStream, item: TokenStream) -> TokenStream {
    handler::attribute(options.into(), item.into(), &quote!(::powertools)).into()
}

/// Runs a function in its own span, and captures its result.
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "look up"` | the name of the span | the name of the function, `## module::function` in X-Ray |
/// | `fields(order_id = order.id)` | fields of the span and of log lines inside it, in the syntax of `tracing`: `?x` for `Debug`, `%x` for `Display` | none |
/// | `annotations(customer = order.customer)` | strings, numbers, or booleans by which traces can be searched | none |
/// | `skip(secret)` | arguments that `fields` and `annotations` must not use | none |
/// | `capture_response = false` | captures the response, which must be `Serialize`, as the metadata `NAME response` | `true` |
/// | `capture_error = false` | captures the text and the sources of an error; without it, only that there was one | `true` |
///
/// **Arguments are not captured** unless they are listed, because they may be secret or large, and a trace can't be
/// changed later. List an argument in `skip` to make the compiler reject fields that are added later and use it.
///
/// The function may be async or not, be a method, and be generic. A return type that is written as a `Result`, such as
/// `io::Result`, is treated as one: an `Err` marks the span as a fault, with the sources of the error as causes. The
/// names and the captured values are the same as those of `capture_method` of the Tracer in Powertools for Python.
#[proc_macro_attribute]
pub fn traced(options: TokenStream, item: TokenStream) -> TokenStream {
    traced::attribute(options.into(), item.into(), &quote!(::powertools_tracer)).into()
}

/// Expands like [`macro@traced`], for users of `powertools`, which exports it under that name.
#[proc_macro_attribute]
pub fn facade_traced(options: TokenStream, item: TokenStream) -> TokenStream {
    traced::attribute(options.into(), item.into(), &quote!(::powertools::tracer)).into()
}

/// Records the duration of each call of a function, and whether it failed.
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "PlaceOrder"` | the beginning of the metric names | the name of the function, such as `PlaceOrder` for `place_order` |
///
/// The metrics for `PlaceOrder` are `PlaceOrderLatency`, in milliseconds, and `PlaceOrderErrors`, which is 0 or 1 for
/// each call: its sum is the number of failed calls, and its average is their share. A call has failed if it returns an
/// `Err`, panics, or is cancelled because its future is dropped. A return type that is written as a `Result`, such as
/// `io::Result`, is treated as one.
///
/// The function may be async or not, be a method, and be generic. Outside an invocation nothing is recorded. Names that
/// CloudWatch does not accept do not compile.
#[proc_macro_attribute]
pub fn metered(options: TokenStream, item: TokenStream) -> TokenStream {
    metered::attribute(options.into(), item.into(), &quote!(::powertools_metrics)).into()
}

/// Expands like [`macro@metered`], for users of `powertools`, which exports it under that name.
#[proc_macro_attribute]
pub fn facade_metered(options: TokenStream, item: TokenStream) -> TokenStream {
    metered::attribute(options.into(), item.into(), &quote!(::powertools::metrics)).into()
}

/// Implements `ErrorType`, which gives an error its name for Lambda, in logs, and in traces.
///
/// # Options
///
/// | option | applies to | name of the error |
/// |---|---|---|
/// | | a struct or a variant | its identifier |
/// | `#[error_type = "OutOfStock"]` | a struct or a variant | the given name |
/// | `#[error_type = "OrderError"]` | an enum | the given name, for all variants without an option |
/// | `#[error_type(transparent)]` | a struct or a variant with one field | the name of the field, which must implement `ErrorType` |
///
/// `#[error_type("OutOfStock")]` is the same as with `=`. A name may contain letters, digits, `_`, `-`, `.`, and single
/// `:`, and has at most 128 characters. Lambda itself accepts any text, but alarms and queries search for the name
/// verbatim.
#[proc_macro_derive(ErrorType, attributes(error_type))]
pub fn error_type(input: TokenStream) -> TokenStream {
    error_type::derive(input.into(), &quote!(::powertools)).into()
}
