use std::{any::type_name, fmt, thread};

use powertools_core::{json::write_text_exception, lambda::HandlerError};
use serde::Serialize;
use tracing::{Instrument, Span};

use crate::{
    Annotation,
    context::{Traced, panics},
};

/// A call in a span of its own, which keeps what the call returned; what `#[traced]` expands to.
///
/// ```
/// use powertools_tracer::TracedCall;
///
/// # #[derive(serde::Serialize)] struct Order;
/// # async fn find(id: u32) -> Result<Order, std::io::Error> { Ok(Order) }
/// async fn look_up(id: u32) -> Result<Order, std::io::Error> {
///     let call = TracedCall::new(tracing::info_span!("look_up", id));
///     let found = call.run(async || find(id).await).await;
///     match &found {
///         Ok(order) => call.keep_response(order),
///         Err(error) => call.keep_error(error),
///     }
///     found
/// }
/// ```
///
/// The span ends with this value. If a panic drops it, it is a fault. Outside a sampled invocation nothing is
/// kept, and nothing is rendered.
#[must_use = "the span ends when this is dropped"]
pub struct TracedCall {
    span: Span,
    traced: Option<Traced>,
    /// Whether a panic was on its way already.
    panicking: bool,
}

impl TracedCall {
    /// Begins a call whose span this is.
    pub fn new(span: Span) -> Self {
        Self { traced: Traced::of(&span), span, panicking: thread::panicking() }
    }

    /// Tells whether the span is traced, and so whether anything is kept.
    pub fn is_traced(&self) -> bool {
        self.traced.is_some()
    }

    /// Awaits code inside the span.
    pub async fn run<T>(&self, code: impl AsyncFnOnce() -> T) -> T {
        async { code().await }.instrument(self.span.clone()).await
    }

    /// Runs code inside the span.
    pub fn run_sync<T>(&self, code: impl FnOnce() -> T) -> T {
        self.span.in_scope(code)
    }

    /// Adds an annotation to the span, as [`annotation`](crate::annotation) does.
    pub fn annotate<'a>(&self, key: &str, value: impl Into<Annotation<'a>>) {
        if let Some(traced) = &self.traced {
            let value = value.into();
            traced.add(|buffer| value.put(buffer, key));
        }
    }

    /// Keeps what the call returned as metadata `NAME response`, up to 16 KiB of JSON, unless the tracer is told
    /// to [capture no responses](crate::TracerBuilder::capture_response).
    ///
    /// The name is that of the span, as X-Ray shows it.
    pub fn keep_response<T: Serialize + ?Sized>(&self, response: &T) {
        if let Some(traced) = &self.traced {
            // What a handler says of its own response says nothing of this one.
            let capture = traced.trace.default_capture();
            if capture.response {
                traced.keep_response(&self.name(), capture, response);
            }
        }
    }

    /// Makes the span a fault because of an error, with its sources as causes, and keeps it as metadata
    /// `NAME error`.
    pub fn keep_error<Kind, E: HandlerError<Kind>>(&self, error: &E) {
        if let Some(traced) = &self.traced {
            let _entered = self.span.enter();
            traced.keep_error(&self.name(), error.describe());
        }
    }

    /// Makes the span a fault, and keeps of the error no more than the name of its type.
    pub fn keep_fault<E>(&self, _: &E) {
        if let Some(traced) = &self.traced {
            let path = type_name::<E>().split('<').next().unwrap_or_default();
            let name = path.rsplit("::").next().unwrap_or(path);
            traced.fail(None, |out| write_text_exception(out, name, "", None));
        }
    }

    /// Returns the span's name: `module::function` for that of a function.
    fn name(&self) -> String {
        let Some(metadata) = self.span.metadata() else {
            return String::new();
        };
        let name = metadata.name();
        let is_function = name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
        match metadata.module_path().filter(|_| is_function) {
            Some(module) => format!("{module}::{name}"),
            None => name.to_owned(),
        }
    }
}

impl Drop for TracedCall {
    fn drop(&mut self) {
        let Some(traced) = &self.traced else {
            return;
        };
        if thread::panicking() && !self.panicking {
            panics::record(traced, "the function panicked");
        }
        // What was spawned in it may hold the span open for long.
        traced.end();
    }
}

impl fmt::Debug for TracedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracedCall").field("span", &self.span).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
