use std::{fmt, sync::Arc};

use powertools_core::{BuilderDefaults, Invocation, Warning, warn_on_stderr};

#[cfg(feature = "lambda-runtime")]
use crate::config::Settings;
use crate::{
    TraceLayer, TracerBuilder,
    context::{Trace, trace_of},
    pipeline::Pipeline,
    subscriber::SpanIndex,
};

/// A configured tracer; a clone is cheap and shares everything.
///
/// It has three parts: [`layer`](Self::layer) collects spans and belongs to the subscriber,
/// [`runtime_layer`](Self::runtime_layer) opens and closes invocations, and
/// [`handler_layer`](Self::handler_layer) makes the handler's own span.
#[derive(Clone)]
pub struct Tracer {
    pipeline: Arc<Pipeline>,
    span_index: Arc<SpanIndex>,
}

impl Tracer {
    /// Starts to configure a tracer; what code leaves open, the environment says.
    pub fn builder() -> TracerBuilder {
        Self::builder_with(BuilderDefaults::default())
    }

    /// Starts to configure a tracer with what it shares with other utilities.
    pub fn builder_with(defaults: BuilderDefaults) -> TracerBuilder {
        TracerBuilder::new(defaults)
    }

    /// Returns the layer to add to a `tracing_subscriber` registry.
    ///
    /// Add it to one registry at a time: spans are identified by ids that each registry counts from the start.
    pub fn layer(&self) -> TraceLayer {
        TraceLayer::new(self.pipeline.clone(), self.span_index.clone())
    }

    /// Begins to trace an invocation, if its trace header says that it is sampled; returns whether this call began it.
    ///
    /// The tower layers do this. If you open invocations yourself, call it before anything else happens in the
    /// invocation, and [`close`](Self::close) at its end.
    pub fn open(&self, invocation: &Invocation) -> bool {
        let mut began = false;
        invocation.extension_or_init(|| {
            began = true;
            (!self.pipeline.settings.disabled)
                .then(|| Trace::begin(&self.pipeline, invocation))
                .flatten()
        });
        if began && trace_of(invocation).is_some() {
            invocation.set_span_ids(self.span_index.clone());
        }
        began
    }

    /// Exports what an invocation has traced; spans that are not over are marked as such.
    ///
    /// They are exported again when they end.
    pub fn close(&self, invocation: &Invocation) {
        if let Some(trace) = trace_of(invocation) {
            let dropped = trace.close();
            if dropped > 0 {
                let limit = self.pipeline.settings.max_spans;
                tracing::warn!(
                    spans_left_out = dropped,
                    spans_limit = limit,
                    "too many spans in one invocation; some were not traced"
                );
            }
        }
    }

    /// Exports the spans of an invocation that are over, before it ends.
    pub fn flush(&self, invocation: &Invocation) {
        if let Some(trace) = trace_of(invocation) {
            trace.send(false);
        }
    }

    /// Exports all spans of an invocation, because it may end before they do.
    #[cfg_attr(not(feature = "lambda-runtime"), expect(dead_code, reason = "called by a layer"))]
    pub(crate) fn flush_all(&self, invocation: &Invocation) {
        if let Some(trace) = trace_of(invocation) {
            trace.send(true);
        }
    }

    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn settings(&self) -> &Settings {
        &self.pipeline.settings
    }
}

impl TracerBuilder {
    /// Builds the tracer, and writes a line to stderr for each setting that can't be used.
    pub fn build(self) -> Tracer {
        let (tracer, warnings) = self.build_with_warnings();
        warnings.iter().for_each(warn_on_stderr);
        tracer
    }

    /// Builds the tracer and returns the warnings instead of writing them.
    pub fn build_with_warnings(self) -> (Tracer, Vec<Warning>) {
        let (settings, warnings) = self.resolve();
        let span_index = Arc::new(SpanIndex::default());
        let pipeline = Arc::new(Pipeline::new(settings, span_index.clone()));
        (Tracer { pipeline, span_index }, warnings)
    }
}

impl fmt::Debug for Tracer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracer")
            .field("service", &self.pipeline.settings.service)
            .finish_non_exhaustive()
    }
}
