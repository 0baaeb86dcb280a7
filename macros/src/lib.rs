//! The macros of Powertools for AWS Lambda.
//!
//! Use them through the crate that exports them: what they expand to are a few calls of its public API,
//! which can be written by hand as well.
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
//! Those of a utility are there twice, for those who depend on the one crate and for those who depend on
//! `powertools`: an expansion names the crate that its user has. `powertools` exports the second
//! under the name of the first.

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

/// Makes a struct a group of metrics, dimensions and metadata that is written in one call.
///
/// # Options
///
/// Each field says what it is:
///
/// | option | the field is | of type |
/// |---|---|---|
/// | `dimension` | a dimension of the group's metrics | any `Display`, or an `Option` of one |
/// | `count` | a counter, in `Count` | a number, or several |
/// | `unit = Milliseconds` | a metric in this unit, one of `Unit`'s | a number, a `Duration`, or several |
/// | `metadata` | logged with the metrics, and no metric | any `Serialize` |
/// | `skip` | none of these | any |
///
/// Several numbers are an `Option`, of which `None` records nothing, a `Vec`, a slice or an array.
///
/// A dimension that is `None` is left out of the group's dimensions. To CloudWatch a metric with fewer
/// dimensions is another metric, so a graph of one does not include the other; where it should, give the
/// dimension a value such as `"none"`. The type must be written as `Option<…>`, because a macro does not see
/// through an alias.
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

/// Runs a function, asynchronous or not, once a key, and gives its result to every other call with that key.
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
/// releases the key, and `E` is `From<IdempotencyProblem>` for what goes wrong with idempotency. One that is not
/// async blocks its thread while the store is asked, as `Idempotency::run_blocking` does.
#[proc_macro_attribute]
pub fn idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::attribute(options.into(), item.into(), &quote!(::powertools_idempotency)).into()
}

/// [`macro@idempotent`] for users of `powertools`, which exports it under that name.
#[proc_macro_attribute]
pub fn facade_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::attribute(options.into(), item.into(), &quote!(::powertools::idempotency)).into()
}

/// Puts before a handler what belongs to an invocation: the event's log line, the correlation id, the cold-start
/// metric.
///
/// # Options
///
/// | option | meaning | needs the feature |
/// |---|---|---|
/// | `log_event` | logs the event at INFO, once an invocation, as it came but for values with names such as `authorization` | `logger` |
/// | `redact = ["/body/card"]` | JSON pointers to what else that line does not show; `-` is any element of an array | `logger` |
/// | `correlation_id = ApiGatewayHttp` | where the correlation id is: one of `CorrelationId`'s variants | `logger` |
/// | `correlation_id = "/detail/id"` | or a JSON pointer | `logger` |
/// | `correlation_id = ["/headers/x-id", ApiGatewayHttp]` | or the first of several places that has an id | `logger` |
/// | `correlation_id = \|event\| find(event)` | or a closure from the event's bytes to an `Option<String>` | `logger` |
/// | `cold_start_metric` | writes the metric `ColdStart` if this is one | `metrics` |
/// | `capture_response = false` | whether the trace keeps this handler's response; else the tracer's settings say | `tracer` |
/// | `capture_error = false` | whether the trace keeps the texts of errors | `tracer` |
/// | `error_types = [OrderError]` | errors of these types choose their names, as their `ErrorType` says, also in a box | |
/// | `idempotent(store = ORDERS, key = event.payload.id)` | runs the body once a key, with the options of [`macro@idempotent`] | `idempotency` |
/// | `timeout_margin = "500ms"` | how long before the deadline everything is flushed, in `ms` or `s` | |
///
/// `log_event` and `cold_start_metric` take `= false` too. No option is needed: the attribute alone checks the types of
/// event, response and error, so that the compiler shows an error about them at the function, and does nothing else.
///
/// The function is async, and may be a method, generic, take and return `impl Trait`. It keeps its signature, and
/// outside an invocation it does what it would do without the attribute.
///
/// An event that is not what the function takes never reaches it, nor what the attribute puts before its body. What
/// such an event should have too, its line, its correlation id, the cold-start metric, belongs in
/// `Powertools::builder()`.
///
/// There is one exception: if the payload of its `LambdaEvent` borrows, and its type says so (`LambdaEvent<&str>`,
/// `LambdaEvent<Order<'_>>`), the argument becomes `LambdaEvent<RawEvent>`, and the payload is read after the calls
/// above. What can't be read is an `EventError`, which becomes the function's error by `From`.
#[proc_macro_attribute]
pub fn handler(options: TokenStream, item: TokenStream) -> TokenStream {
    handler::attribute(options.into(), item.into(), &quote!(::powertools)).into()
}

/// Runs a function in a span of its own that keeps what it returns.
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "look up"` | the span's name | the function's, `## module::function` in X-Ray |
/// | `fields(order_id = order.id)` | fields of the span, as `tracing` takes them: `?x` by `Debug`, `%x` by `Display`; log lines have them too | none |
/// | `annotations(customer = order.customer)` | what traces can be searched by: text, numbers, truth values | none |
/// | `skip(secret)` | arguments that `fields` and `annotations` may not mention | none |
/// | `capture_response = false` | keep the response, `Serialize`, as metadata `NAME response` | `true` |
/// | `capture_error = false` | keep the error's text and sources; without it, only that there was one | `true` |
///
/// **Arguments are not kept** unless they are listed: they may be secret, or large, and what has reached a trace
/// can't be taken back. `skip` has the compiler hold that against whoever adds a field later.
///
/// The function may be async or not, a method, and generic. What it returns is taken for a `Result` if its type is
/// written so, as `io::Result` is: an `Err` makes the span a fault, with the error's sources as causes. Names
/// and the capture are those of `capture_method` of Powertools for Python's Tracer.
#[proc_macro_attribute]
pub fn traced(options: TokenStream, item: TokenStream) -> TokenStream {
    traced::attribute(options.into(), item.into(), &quote!(::powertools_tracer)).into()
}

/// [`macro@traced`] for users of `powertools`, which exports it under that name.
#[proc_macro_attribute]
pub fn facade_traced(options: TokenStream, item: TokenStream) -> TokenStream {
    traced::attribute(options.into(), item.into(), &quote!(::powertools::tracer)).into()
}

/// Records how long each call of a function took, and whether it failed.
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "PlaceOrder"` | what the metrics' names begin with | the function's name, `place_order` as `PlaceOrder` |
///
/// For `PlaceOrder` these are `PlaceOrderLatency`, in milliseconds, and `PlaceOrderErrors`, 0 or 1 for each call:
/// its sum is how many failed, its average the share. An error is an `Err`, a panic, and a call whose future was
/// dropped before it ended. What a function returns is taken for a `Result` if its type is written so, as
/// `io::Result` is.
///
/// The function may be async or not, a method, and generic. Outside an invocation nothing is recorded.
/// Names that CloudWatch does not accept do not compile.
#[proc_macro_attribute]
pub fn metered(options: TokenStream, item: TokenStream) -> TokenStream {
    metered::attribute(options.into(), item.into(), &quote!(::powertools_metrics)).into()
}

/// [`macro@metered`] for users of `powertools`, which exports it under that name.
#[proc_macro_attribute]
pub fn facade_metered(options: TokenStream, item: TokenStream) -> TokenStream {
    metered::attribute(options.into(), item.into(), &quote!(::powertools::metrics)).into()
}

/// Gives an error type the name that Lambda, logs and traces know it by.
///
/// # Options
///
/// | option | on | the name is |
/// |---|---|---|
/// | | a struct, or a variant | what it is called in the code |
/// | `#[error_type = "OutOfStock"]` | a struct, or a variant | this |
/// | `#[error_type = "OrderError"]` | an enum | this, for all variants that say nothing else |
/// | `#[error_type(transparent)]` | a struct or a variant with one field | that of the field, which is an `ErrorType` |
///
/// `#[error_type("OutOfStock")]` is the same as with `=`. A name has letters, digits, `_`, `-`, `.` and single
/// `:`, and 128 characters at most. Lambda itself takes any text; alarms and queries look for it as it stands.
#[proc_macro_derive(ErrorType, attributes(error_type))]
pub fn error_type(input: TokenStream) -> TokenStream {
    error_type::derive(input.into(), &quote!(::powertools)).into()
}
