use powertools_core::{json::ExceptionParts, lambda::Failure};
use serde::Serialize;

use super::Traced;
use crate::{
    config::Capture,
    model::{Key, Purpose},
};

impl Traced {
    /// Keeps what the code in the span returned, as metadata `NAME response`.
    pub(crate) fn keep_response<T: Serialize + ?Sized>(
        &self,
        name: &str,
        capture: Capture<'_>,
        response: &T,
    ) {
        let mut json = Vec::new();
        capture.write_response(&mut json, response);
        // As in Powertools for Python, nothing is told of nothing.
        if json != b"null" {
            self.add(|buffer| {
                let key = buffer.key(&format!("{name} response"));
                buffer.json(Purpose::Metadata(None), key, |out| out.extend_from_slice(&json));
            });
        }
    }

    /// Makes the span a fault because of what the code in it failed with, and keeps that as metadata
    /// `NAME error` if texts of errors are kept.
    pub(crate) fn keep_error(&self, name: &str, failure: Failure<'_>) {
        let capture = self.trace.capture();
        self.add(|buffer| {
            let mut joined = Vec::new();
            capture.write_error(&mut joined, |out| failure.write(out));
            let parts = ExceptionParts::split(&joined).filter(|_| capture.error);
            if let Some(parts) = parts {
                let key = buffer.key(&format!("{name} error"));
                buffer.json(Purpose::Metadata(None), key, |out| parts.write_stack_trace(out));
            }
            buffer
                .json(Purpose::Error(None), Key::Static(""), |out| out.extend_from_slice(&joined));
            buffer.set_fault();
        });
    }
}
