//! Keys that belong to an invocation, or to a part of it.

use std::future::Future;

use powertools_core::{FieldRules, Invocation, json::write_serialize};
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::{Instrument, Span, instrument::Instrumented};
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::{LogState, state::Keys};
#[cfg(feature = "lambda-runtime")]
use crate::CorrelationId;
use crate::{
    model::{Members, set_visible},
    subscriber::{LogLayer, SpanFields},
    targets::KEYS_TARGET,
};

/// Adds a key to all further lines of the current invocation; the latest value of a key wins.
///
/// The value may be anything serialisable and is rendered at once. Outside an invocation there is
/// nothing to add to: nothing happens but a WARN line that names the key.
///
/// ```
/// powertools_logger::append_key("order_id", 17);
/// powertools_logger::append_key("items", ["tea", "cups"]);
/// ```
pub fn append_key(key: &str, value: impl Serialize) {
    // Rendered before the lock is taken: serialising is somebody else's code.
    let mut one = Members::default();
    set_here(&mut one, key, &value);
    let added = with_keys(|keys| keys.appended.update(&one));
    if added.is_none() {
        warn_of_lost(key);
    }
}

/// Removes a key that was appended to the current invocation; standard keys can't be removed.
pub fn remove_key(key: &str) {
    let key = key.into();
    with_keys(|keys| keys.appended.remove(&key));
}

/// Removes all keys that were appended to the current invocation.
pub fn clear_keys() {
    with_keys(|keys| keys.appended.clear());
}

/// Returns the keys that were appended to the current invocation.
pub fn current_keys() -> Map<String, Value> {
    let object = with_keys(|keys| keys.appended.to_object()).unwrap_or_default();
    serde_json::from_slice(&object).unwrap_or_default()
}

/// Sets the correlation id of the current invocation.
pub fn set_correlation_id(id: impl Into<String>) {
    if with_keys(|keys| keys.set_correlation_id(Some(id.into()))).is_none() {
        warn_of_lost("correlation_id");
    }
}

/// Sets the correlation id of the current invocation to what its event has in a place; if the event has nothing
/// there, the id stays as it is.
///
/// Nothing happens outside an invocation, or where the outer layer does not
/// [keep the event](crate::lambda::InvocationLayer::keep_event).
///
/// ```
/// use powertools_logger::{CorrelationId, find_correlation_id};
///
/// find_correlation_id(&CorrelationId::EventBridge);
/// ```
#[cfg(feature = "lambda-runtime")]
pub fn find_correlation_id(place: &CorrelationId) {
    if let Some(invocation) = Invocation::current()
        && let Some(id) = invocation.raw_event().and_then(|event| place.find_in(event))
    {
        LogState::of(&invocation).keys().set_correlation_id(Some(id));
    }
}

/// Removes the correlation id of the current invocation.
pub fn clear_correlation_id() {
    with_keys(|keys| keys.set_correlation_id(None));
}

/// Returns the correlation id of the current invocation.
pub fn correlation_id() -> Option<String> {
    with_keys(|keys| keys.correlation_id.clone()).flatten()
}

/// Adds a member as far as the logger that is installed here shows it.
fn set_here(members: &mut Members, key: &str, value: &impl Serialize) {
    let pipeline = tracing::dispatcher::get_default(|dispatch| {
        Some(dispatch.downcast_ref::<LogLayer>()?.pipeline().clone())
    });
    let default = FieldRules::default();
    let rules = pipeline.as_ref().map_or(&default, |pipeline| &pipeline.settings().fields);
    set_visible(members, key, &key.into(), rules, |out| write_serialize(out, value));
}

fn warn_of_lost(key: &str) {
    tracing::warn!(
        log_key = key,
        "key not set: no invocation is open here; a spawned task needs `.in_current_span()`"
    );
}

fn with_keys<R>(f: impl FnOnce(&mut Keys) -> R) -> Option<R> {
    Invocation::current().map(|invocation| f(&mut LogState::of(&invocation).keys()))
}

/// Keys for a part of an invocation: the lines inside carry them, and the lines after it do not.
///
/// Inside, they hide keys of the same name from further out; those come back at the end. They follow
/// tasks that are spawned with the current span, and may be used outside an invocation too.
///
/// ```
/// use powertools_logger::ScopedKeys;
///
/// ScopedKeys::new().with("attempt", 2).in_scope(|| tracing::info!("trying again"));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ScopedKeys(Members);

impl ScopedKeys {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key with any serialisable value.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        set_here(&mut self.0, key, &value);
        self
    }

    /// Runs `f` with these keys.
    pub fn in_scope<R>(self, f: impl FnOnce() -> R) -> R {
        self.span().in_scope(f)
    }

    /// Runs `future` with these keys.
    pub fn scope<F: Future>(self, future: F) -> Instrumented<F> {
        future.instrument(self.span())
    }

    /// Returns a span that carries these keys.
    pub fn span(self) -> Span {
        let span = tracing::error_span!(target: KEYS_TARGET, "keys");
        span.with_subscriber(|(id, dispatch)| {
            if let Some(span) = dispatch.downcast_ref::<Registry>().and_then(|it| it.span(id)) {
                span.extensions_mut().replace(SpanFields(self.0));
            }
        });
        span
    }
}

#[cfg(all(test, feature = "lambda-runtime"))]
mod tests {
    use super::*;
    use crate::{
        REDACTED,
        testing::{Captured, capture},
    };

    #[test]
    fn correlation_id_is_found_in_the_kept_event() {
        let captured = capture();
        let invocation = Invocation::builder("a").build();
        invocation.keep_raw_event(r#"{"id":"e-1","detail":{}}"#);
        invocation.in_scope(|| {
            find_correlation_id(&CorrelationId::EventBridge);
            find_correlation_id(&CorrelationId::pointer("/detail/id"));
            tracing::info!("found");
        });
        assert_eq!(captured.last()["correlation_id"], "e-1");
        find_correlation_id(&CorrelationId::EventBridge);
        assert_eq!(captured.lines().len(), 1, "no warning outside an invocation");
    }

    #[test]
    fn event_is_logged_once_if_the_logger_and_code_ask_for_it() {
        for by_settings in [false, true] {
            let captured = Captured::with(|logger| logger.log_event(by_settings));
            let invocation = Invocation::builder("a").build();
            let event = r#"{"headers":{"x-card":"4242","accept":"*"}}"#;
            invocation.keep_raw_event(event);
            invocation.in_scope(|| {
                captured.logger().receive(&invocation, event.as_bytes());
                crate::log_event(&["/headers/X-Card"]);
                crate::log_event(&[]);
            });
            crate::log_event(&[]);
            assert_eq!(captured.lines().len(), 1);
            let shown = if by_settings { "4242" } else { REDACTED };
            assert_eq!(captured.last()["event"]["headers"]["x-card"], shown);
        }
    }

    #[test]
    fn log_event_applies_the_loggers_redaction() {
        let redaction = crate::Redaction::default().with_names(["iban"]);
        let captured = Captured::with(|it| it.redact("/card").redaction(redaction));
        let invocation = Invocation::builder("a").build();
        let event = r#"{"card":"s3cr3t","iban":"s3cr3t","id":"s3cr3t","n":1.50}"#;
        invocation.keep_raw_event(event);
        captured.logger().receive(&invocation, event.as_bytes());
        invocation.in_scope(|| crate::log_event(&["/id"]));
        let expected =
            r#""event":{"card":"[redacted]","iban":"[redacted]","id":"[redacted]","n":1.50}"#;
        assert!(captured.lines()[0].contains(expected), "{:?}", captured.lines());
    }
}
