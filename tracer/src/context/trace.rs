//! The spans of one invocation as they begin and end.

use std::{
    collections::VecDeque,
    fmt,
    hash::{Hash, Hasher},
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use powertools_core::{Invocation, SpanId, TraceHeader};
use rustc_hash::FxHasher;
use tracing::Metadata;

#[cfg(feature = "otel")]
use crate::otel::span_context_of;
use crate::{
    config::{Capture, HandlerOverrides, Settings},
    model::{Arena, Batch, Origin, SpanBuffer, SpanLocation},
    pipeline::Pipeline,
};

/// The spans of one sampled invocation.
pub(crate) struct Trace {
    pub(super) pipeline: Arc<Pipeline>,
    header: TraceHeader,
    parent: u64,
    /// The header in OpenTelemetry's terms.
    #[cfg(feature = "otel")]
    span_context: Option<opentelemetry::trace::SpanContext>,
    handler_overrides: HandlerOverrides,
    is_about_identity: AtomicBool,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) arena: Arena,
    ids: fastrand::Rng,
    /// How many spans there were, including those that were exported.
    begun: usize,
    pub(super) open: usize,
    pub(super) dropped: u64,
    /// Whether the invocation is over; a span that ends later is exported at once.
    pub(super) closed: bool,
    /// Whether a thread is exporting, and the batches that wait for it.
    pub(super) is_flushing: bool,
    pub(super) waiting: VecDeque<Box<Batch>>,
}

impl Trace {
    /// Begins to trace an invocation, if its header says that it is sampled.
    pub(crate) fn begin(pipeline: &Arc<Pipeline>, invocation: &Invocation) -> Option<Arc<Self>> {
        let header = TraceHeader::parse(invocation.trace_header()?)?;
        let parent = header.parent().filter(|_| header.sampled() == Some(true))?.value();
        pipeline.count_trace();
        let state = State {
            arena: pipeline.spare_arena(),
            ids: ids_for(invocation),
            begun: 0,
            open: 0,
            dropped: 0,
            closed: false,
            is_flushing: false,
            waiting: VecDeque::new(),
        };
        Some(Arc::new(Self {
            pipeline: pipeline.clone(),
            #[cfg(feature = "otel")]
            span_context: pipeline
                .settings
                .attaches_contexts
                .then(|| span_context_of(&header))
                .flatten(),
            header,
            parent,
            handler_overrides: HandlerOverrides::default(),
            is_about_identity: AtomicBool::new(false),
            state: Mutex::new(state),
        }))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.pipeline.settings
    }

    /// Returns what is captured of this invocation.
    pub(crate) fn capture(&self) -> Capture<'_> {
        self.handler_overrides.instead_of(self.default_capture())
    }

    /// Returns what is captured where the handler does not say otherwise.
    pub(crate) fn default_capture(&self) -> Capture<'_> {
        let capture = self.pipeline.settings.capture();
        let is_about_identity = self.is_about_identity.load(Ordering::Relaxed);
        Capture { response: capture.response && !is_about_identity, ..capture }
    }

    /// Notes that the event is about somebody's identity: responses are not kept unless code says so.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn set_about_identity(&self) {
        self.is_about_identity
            .store(!self.pipeline.settings.captures_identities, Ordering::Relaxed);
    }

    pub(crate) fn handler_overrides(&self) -> &HandlerOverrides {
        &self.handler_overrides
    }

    pub(crate) fn header(&self) -> &TraceHeader {
        &self.header
    }

    #[cfg(feature = "otel")]
    pub(crate) fn span_context(&self) -> Option<&opentelemetry::trace::SpanContext> {
        self.span_context.as_ref()
    }

    /// Adds a span that begins, unless there are too many already.
    pub(crate) fn open_span(
        &self,
        metadata: &'static Metadata<'static>,
        parent: Option<SpanLocation>,
        buffer: &SpanBuffer,
    ) -> Option<SpanLocation> {
        let now = self.pipeline.now();
        let mut state = self.lock();
        if state.begun >= self.pipeline.settings.max_spans {
            state.dropped += 1;
            return None;
        }
        state.begun += 1;
        let id = state.ids.u64(1..);
        let parent_id = parent.map_or(self.parent, |parent| parent.id.value());
        let parent = parent.map(|parent| parent.index);
        let index = state.arena.begin(metadata, (id, parent_id), parent, now);
        state.arena.add(index, buffer);
        state.open += 1;
        Some(SpanLocation { index, id: SpanId::new(id) })
    }

    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn has_error(&self, place: SpanLocation) -> bool {
        let state = self.lock();
        state.arena.spans.get(place.index as usize).is_some_and(|record| record.has.errors)
    }

    /// Adds to what a span carries.
    pub(crate) fn add(&self, place: SpanLocation, buffer: &SpanBuffer) {
        self.lock().arena.add(place.index, buffer);
    }

    /// Ends a span, though what was spawned in it may keep it open.
    #[cfg(any(feature = "http-client", feature = "lambda-runtime"))]
    pub(crate) fn end_span(self: &Arc<Self>, place: SpanLocation) {
        let now = self.pipeline.now();
        let is_late = self.lock().end(place, now);
        if is_late {
            self.flush_spans(false, true);
        }
    }

    /// Ends a span whose last handle is gone, now unless it ended before.
    pub(crate) fn close_span(self: &Arc<Self>, place: SpanLocation, end: Option<u64>) {
        let end = end.unwrap_or_else(|| self.pipeline.now());
        let mut state = self.lock();
        let is_late = state.end(place, end);
        state.open = state.open.saturating_sub(1);
        drop(state);
        if is_late {
            self.flush_spans(false, true);
        }
    }

    /// Locks the state; no code of a user may run under this lock, because it may open a span.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Ends a span, and returns whether it must be exported because the invocation was over before it.
    fn end(&mut self, place: SpanLocation, end: u64) -> bool {
        let record = self.arena.spans.get_mut(place.index as usize);
        record.is_some_and(|record| record.set_end(end)) && self.closed
    }

    /// Ends the spans whose functions have returned, though something holds them.
    pub(super) fn assume_ends(&mut self, ends: &[(SpanLocation, u64)]) {
        for (place, end) in ends {
            if let Some(record) = self.arena.spans.get_mut(place.index as usize) {
                record.assume_end(*end);
            }
        }
    }
}

impl Origin for Trace {
    fn header(&self) -> &TraceHeader {
        &self.header
    }

    fn service(&self) -> &str {
        &self.pipeline.settings.service
    }

    fn namespace(&self) -> &str {
        &self.pipeline.settings.namespace
    }

    fn now(&self) -> SystemTime {
        self.pipeline.settings.clock.now()
    }
}

/// Returns the trace of an invocation that is sampled.
pub(crate) fn trace_of(invocation: &Invocation) -> Option<&Arc<Trace>> {
    invocation.extension::<Option<Arc<Trace>>>()?.as_ref()
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.pipeline.uncount_trace();
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.pipeline.keep_arena(mem::take(&mut state.arena));
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace").field("header", &self.header).finish_non_exhaustive()
    }
}

/// Returns where the ids of an invocation's spans come from.
///
/// Environments restored from one snapshot begin with the same random state, so the invocation's own ids
/// are mixed in.
fn ids_for(invocation: &Invocation) -> fastrand::Rng {
    let mut hasher = FxHasher::default();
    (invocation.request_id(), invocation.trace_header(), fastrand::u64(..)).hash(&mut hasher);
    fastrand::Rng::with_seed(hasher.finish())
}
