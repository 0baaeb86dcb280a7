use std::sync::Arc;

use powertools_core::{Clock, FieldRules, Levels};

use super::{Capture, Redact};
use crate::output::Exporter;

/// What a tracer was built with.
pub(crate) struct Settings {
    pub(crate) service: String,
    /// Where the service's metadata lies: its name, unless X-Ray keeps that for itself.
    pub(crate) namespace: String,
    pub(crate) levels: Levels,
    pub(crate) annotated: Vec<String>,
    pub(crate) max_spans: usize,
    pub(crate) disabled: bool,
    pub(crate) capture_response: bool,
    /// Whether responses are kept even if the event is about a user's identity.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) captures_identities: bool,
    pub(crate) capture_error: bool,
    pub(crate) redact: Option<Box<dyn Redact>>,
    pub(crate) fields: FieldRules,
    #[cfg_attr(not(feature = "lambda-runtime"), expect(dead_code, reason = "asked by a layer"))]
    pub(crate) handler_name: String,
    pub(crate) exporter: Box<dyn Exporter>,
    #[cfg(feature = "otel")]
    pub(crate) attaches_contexts: bool,
    pub(crate) clock: Arc<dyn Clock>,
    #[cfg(feature = "lambda-runtime")]
    pub(crate) cold_start: powertools_core::ColdStart,
}

impl Settings {
    /// Returns what is captured unless the handler overrides it.
    pub(crate) fn capture(&self) -> Capture<'_> {
        Capture {
            response: self.capture_response,
            error: self.capture_error,
            redact: self.redact.as_deref(),
            redaction: self.fields.redaction(),
        }
    }

    /// Returns whether a field is an annotation.
    pub(crate) fn annotates(&self, field: &str) -> bool {
        self.annotated.iter().any(|annotated| annotated == field)
    }

    /// Returns whether the exporter may have other spans to export when an invocation ends.
    pub(crate) fn wants_empty_batches(&self) -> bool {
        #[cfg(feature = "otel")]
        return self.attaches_contexts;
        #[cfg(not(feature = "otel"))]
        false
    }
}
