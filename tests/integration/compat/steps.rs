//! What the handler of a scenario does with our logger.

use powertools_logger::{
    ScopedKeys, append_key, clear_buffer, exception, flush_buffer, remove_key, set_correlation_id,
};
use serde_json::{Map, Value};

use super::scenario::{Level, Step};

/// A domain error, with what caused it.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub(super) struct OrderError {
    text: String,
    source: Option<Box<OrderError>>,
}

impl OrderError {
    /// Makes a chain from the outermost error to its root.
    fn chain(texts: &[String]) -> Option<Self> {
        let (text, causes) = texts.split_first()?;
        Some(Self { text: text.clone(), source: Self::chain(causes).map(Box::new) })
    }
}

/// Does one thing after the other, until one fails.
pub(super) fn take(steps: &[Step]) -> Result<(), OrderError> {
    steps.iter().try_for_each(take_one)
}

fn take_one(step: &Step) -> Result<(), OrderError> {
    match step {
        Step::Log { level, message, keys } => with_keys(keys, || log(*level, message)),
        Step::Error { message, causes, keys } => with_keys(keys, || log_error(message, causes)),
        Step::AppendKeys { keys } => keys.iter().for_each(|(key, value)| append_key(key, value)),
        Step::RemoveKeys { keys } => keys.iter().for_each(|key| remove_key(key)),
        Step::Scope { keys, steps } => return with_keys(keys, || take(steps)),
        Step::SetCorrelationId { value } => set_correlation_id(value),
        Step::FlushBuffer => flush_buffer(),
        Step::ClearBuffer => clear_buffer(),
        Step::Fail { message } => return Err(OrderError { text: message.clone(), source: None }),
    }
    Ok(())
}

/// Runs `then` with keys whose names a macro would have to know.
fn with_keys<T>(keys: &Map<String, Value>, then: impl FnOnce() -> T) -> T {
    let scoped = keys.iter().fold(ScopedKeys::new(), |keys, (key, value)| keys.with(key, value));
    scoped.in_scope(then)
}

fn log(level: Level, message: &str) {
    match level {
        Level::Debug => tracing::debug!("{message}"),
        Level::Info => tracing::info!("{message}"),
        Level::Warning => tracing::warn!("{message}"),
        Level::Error | Level::Critical => tracing::error!("{message}"),
    }
}

fn log_error(message: &str, causes: &[String]) {
    let error = OrderError::chain(causes).expect("an error has a text");
    tracing::error!(error = exception(&error), "{message}");
}
