use std::{
    fmt,
    hash::BuildHasher,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::UNIX_EPOCH,
};

use powertools_core::{BuilderDefaults, Clock, FieldRules, Invocation, Levels, warn_on_stderr};
use rustc_hash::FxBuildHasher;

use crate::{
    TraceLayer, TracerBuilder,
    batch::Batch,
    capture::SpanIndex,
    capture_policy::{Capture, Redact},
    export::{Exporter, reentrancy},
    record::Arena,
    trace::Trace,
};

/// How many arenas are kept to be used again.
const SPARE: usize = 8;

/// What one huge invocation may leave behind, in spans and in bytes of text.
const KEPT_SPANS: usize = 1000;
const KEPT_TEXT: usize = 64 * 1024;

/// A configured tracer; a clone is cheap and shares everything.
///
/// It has three parts: [`layer`](Self::layer) collects spans and belongs to the subscriber,
/// [`runtime_layer`](Self::runtime_layer) tells it of invocations, and
/// [`handler_layer`](Self::handler_layer) makes the handler's own span.
#[derive(Clone)]
pub struct Tracer(Arc<Settings>);

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
    /// Whether responses are kept even if the event is about somebody's identity.
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
    /// How many traces there are; where there are none, spans cost nothing.
    pub(crate) traces: AtomicUsize,
    pub(crate) span_index: SpanIndex,
    pub(crate) spare: Mutex<Vec<Arena>>,
    /// Hashes of what was said of tracing itself, each thing once; 0 where there is room for more.
    pub(crate) said: [AtomicU64; 4],
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

    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    /// Returns the layer to add to a `tracing_subscriber` registry.
    ///
    /// To one at a time: spans are told apart by ids that each registry counts by itself.
    pub fn layer(&self) -> TraceLayer {
        TraceLayer::new(self.0.clone())
    }

    /// Begins to trace an invocation, if its trace header says that it is sampled; tells whether this
    /// call began it.
    ///
    /// The tower layers do this; who opens invocations by hand calls it before anything else happens in
    /// the invocation, and [`close`](Self::close) at its end.
    pub fn open(&self, invocation: &Invocation) -> bool {
        let mut began = false;
        invocation.extension_or_init(|| {
            began = true;
            (!self.0.disabled).then(|| Trace::begin(&self.0, invocation)).flatten()
        });
        if began && trace_of(invocation).is_some() {
            invocation.set_span_ids(self.0.clone());
        }
        began
    }

    /// Hands on what an invocation has traced; spans that are not over are marked as such.
    ///
    /// Those that end later are handed on then.
    pub fn close(&self, invocation: &Invocation) {
        if let Some(trace) = trace_of(invocation) {
            let dropped = trace.close();
            if dropped > 0 {
                let limit = self.0.max_spans;
                tracing::warn!(
                    spans_left_out = dropped,
                    spans_limit = limit,
                    "too many spans in one invocation; some were not traced"
                );
            }
        }
    }

    /// Hands on the spans of an invocation that are over, before it ends.
    pub fn flush(&self, invocation: &Invocation) {
        if let Some(trace) = trace_of(invocation) {
            trace.send(false);
        }
    }

    /// Hands on all spans of an invocation, because it may not live to see them end.
    #[cfg_attr(not(feature = "lambda-runtime"), expect(dead_code, reason = "called by a layer"))]
    pub(crate) fn flush_all(&self, invocation: &Invocation) {
        if let Some(trace) = trace_of(invocation) {
            trace.send(true);
        }
    }

    #[cfg_attr(not(feature = "lambda-runtime"), expect(dead_code, reason = "asked by a layer"))]
    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }
}

/// Returns the trace of an invocation that is sampled.
pub(crate) fn trace_of(invocation: &Invocation) -> Option<&Arc<Trace>> {
    invocation.extension::<Option<Arc<Trace>>>()?.as_ref()
}

impl Settings {
    /// Returns what is captured where nobody says otherwise.
    pub(crate) fn capture(&self) -> Capture<'_> {
        Capture {
            response: self.capture_response,
            error: self.capture_error,
            redact: self.redact.as_deref(),
            redaction: self.fields.redaction(),
        }
    }

    /// Tells whether a field is an annotation.
    pub(crate) fn annotates(&self, field: &str) -> bool {
        self.annotated.iter().any(|annotated| annotated == field)
    }

    #[inline]
    pub(crate) fn traces_any(&self) -> bool {
        self.traces.load(Ordering::Relaxed) > 0
    }

    /// Tells whether the exporter has spans of its own to hand on when an invocation ends.
    pub(crate) fn wants_empty_batches(&self) -> bool {
        #[cfg(feature = "otel")]
        return self.attaches_contexts;
        #[cfg(not(feature = "otel"))]
        false
    }

    /// Returns nanoseconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        let since = self.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // Enough until the year 2554.
        since.as_secs().saturating_mul(1_000_000_000).saturating_add(since.subsec_nanos().into())
    }

    pub(crate) fn count_trace(&self) {
        self.traces.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn uncount_trace(&self) {
        self.traces.fetch_sub(1, Ordering::Relaxed);
    }

    /// Hands a batch on; whatever comes of it, the function goes on.
    pub(crate) fn export(&self, batch: &Batch) {
        let export = || self.exporter.export(batch);
        let exported = catch_unwind(AssertUnwindSafe(|| reentrancy::run(export)));
        let problem = match exported {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the exporter panicked".to_owned(),
        };
        self.warn_once(&format!("spans were not handed on: {problem}"));
    }

    /// Says on stderr what is wrong with tracing, the first time; of different problems only some.
    pub(crate) fn warn_once(&self, problem: &str) {
        let hash = FxBuildHasher.hash_one(problem);
        for place in &self.said {
            match place.compare_exchange(0, hash, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => {
                    let once = format_args!("powertools: {problem}; this is said once");
                    return warn_on_stderr(once);
                }
                Err(said) if said == hash => return,
                Err(_) => {}
            }
        }
    }

    pub(crate) fn spare_arena(&self) -> Arena {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    pub(crate) fn keep_arena(&self, mut arena: Arena) {
        arena.clear();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let is_huge = arena.spans.capacity() > KEPT_SPANS || arena.text.capacity() > KEPT_TEXT;
        if arena.has_room() && !is_huge && spare.len() < SPARE {
            spare.push(arena);
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("service", &self.service).finish_non_exhaustive()
    }
}

impl fmt::Debug for Tracer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracer").field("service", &self.0.service).finish_non_exhaustive()
    }
}
