#[cfg(feature = "lambda-runtime")]
use powertools_core::event::Pointer;
use powertools_core::{Invocation, event::show};
use serde_json::value::RawValue;
use tracing::Level;

use super::LogState;
#[cfg(feature = "lambda-runtime")]
use crate::subscriber::LogLayer;
use crate::{config::EventRedaction, value::json};

const MESSAGE: &str = "Lambda invocation event";

/// Logs the event of the current invocation at INFO, once, also if
/// [`LoggerBuilder::log_event`](crate::LoggerBuilder::log_event) logs it.
///
/// The values that these JSON pointers lead to are redacted, besides those that
/// [the logger redacts](crate::LoggerBuilder::redact). Nothing happens outside an invocation, or where the outer
/// layer does not [keep the event](crate::lambda::InvocationLayer::keep_event).
///
/// ```
/// powertools_logger::log_event(&["/headers/x-card-number", "/cards/-/number"]);
/// ```
#[cfg(feature = "lambda-runtime")]
pub fn log_event(redacted: &[&str]) {
    if let Some(invocation) = Invocation::current()
        && let Some(event) = invocation.raw_event()
        && tracing::enabled!(Level::INFO)
    {
        // As in `open_spans`, not inside of `get_default`, because this logs.
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let layer = dispatch.downcast_ref::<LogLayer>();
        let of_logger = layer.map(|layer| layer.pipeline().settings().event_redaction.clone());
        let mut shown = of_logger.unwrap_or_default();
        shown.pointers.extend(redacted.iter().map(|pointer| Pointer::new(pointer)));
        shown.log_once(&invocation, event);
    }
}

impl EventRedaction {
    /// Logs the event of an invocation, unless that was done before.
    pub(crate) fn log_once(&self, invocation: &Invocation, event: &[u8]) {
        if LogState::of(invocation).is_first_event() && tracing::enabled!(Level::INFO) {
            self.log(event);
        }
    }

    /// Logs an event; one that is not JSON as text, or not at all if pointers say what to redact.
    fn log(&self, event: &[u8]) {
        match show(event, &self.redaction, &self.pointers) {
            Ok(event) => match serde_json::from_str::<&RawValue>(&event) {
                Ok(event) => tracing::info!(event = json(event), "{MESSAGE}"),
                Err(error) => tracing::info!(%error, "{MESSAGE}, not shown"),
            },
            Err(error) if self.pointers.is_empty() => {
                let event = String::from_utf8_lossy(event);
                let event = self.redaction.text(&event);
                tracing::info!(%event, %error, "{MESSAGE}, which is not JSON");
            }
            Err(error) => {
                tracing::info!(%error, "{MESSAGE}, not shown: it is not JSON, so nothing could be redacted");
            }
        }
    }
}
