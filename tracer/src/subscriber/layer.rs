use std::sync::Arc;

use powertools_core::{INVOCATION_TARGET, Invocation, PANIC_TARGET, Visibility};
use tracing::{
    Event, Level, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    layer::{Context, Layer},
    registry::LookupSpan,
};

use super::{
    callsite_filter::{CallsiteFilter, Decision},
    exits,
    span_index::{Open, SpanIndex},
    visitor::{ErrorVisitor, SpanVisitor},
};
use crate::{
    context::Traced,
    model::{Key, Purpose, SpanBuffer},
    output::reentrancy,
    pipeline::Pipeline,
    targets::{HANDLER_FAILURE_TARGET, HANDLER_TARGET, KEYS_TARGET, REPORTED_TARGET},
};

/// Collects the spans of sampled invocations; made by [`Tracer::layer`](crate::Tracer::layer).
///
/// It has no filter of `tracing_subscriber`'s kind, which would cost every span; what it does not want it
/// does not look at. Where nothing is sampled, that is everything.
#[derive(Clone, Debug)]
pub struct TraceLayer {
    pipeline: Arc<Pipeline>,
    span_index: Arc<SpanIndex>,
    wanted: Arc<CallsiteFilter>,
}

impl TraceLayer {
    pub(crate) fn new(pipeline: Arc<Pipeline>, span_index: Arc<SpanIndex>) -> Self {
        Self { pipeline, span_index, wanted: Arc::new(CallsiteFilter::new()) }
    }

    pub(super) fn span_index(&self) -> &SpanIndex {
        &self.span_index
    }

    #[cfg(any(feature = "aws-sdk", feature = "http-client"))]
    pub(super) fn traces_any(&self) -> bool {
        self.pipeline.traces_any()
    }

    /// Tells whether a span of this call site is traced, and whether all its fields are shown.
    #[inline]
    fn decide(&self, metadata: &'static Metadata<'static>) -> Decision {
        self.wanted.get(metadata, || Decision {
            is_wanted: match metadata.target() {
                HANDLER_TARGET => true,
                INVOCATION_TARGET | KEYS_TARGET => false,
                target => self.pipeline.settings.levels.shows(target, metadata.level()),
            },
            is_guarded: metadata.fields().iter().any(|field| {
                self.pipeline.settings.fields.visibility(field.name()) != Visibility::Shown
            }),
        })
    }

    /// Tells whether an ERROR event of this call site makes its span a fault.
    fn wants_error(&self, metadata: &'static Metadata<'static>) -> bool {
        let is_wanted = || match metadata.target() {
            PANIC_TARGET | REPORTED_TARGET => true,
            // The handler's layer captures it itself.
            HANDLER_FAILURE_TARGET => false,
            target => !target.starts_with("lambda_runtime") && self.shows_errors_of(target),
        };
        let decide = || Decision { is_wanted: is_wanted(), is_guarded: false };
        self.wanted.get(metadata, decide).is_wanted
    }

    fn shows_errors_of(&self, target: &str) -> bool {
        self.pipeline.settings.levels.shows(target, &Level::ERROR)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TraceLayer {
    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Invocations and handlers are ERROR spans, and of events only errors are looked at.
        Some(self.pipeline.settings.levels.most_verbose().max(LevelFilter::ERROR))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        if !self.pipeline.traces_any() {
            return;
        }
        let Decision { is_wanted: true, is_guarded } = self.decide(attributes.metadata()) else {
            return;
        };
        let Some(parent) = self.parent_of(attributes, &cx) else {
            return;
        };
        if parent.is_hidden || reentrancy::is_exporting() {
            return self.hide(id, parent, &cx);
        }
        // Rendered before any lock is taken: a value's `Debug` may log.
        let opened = SpanBuffer::with(|buffer| {
            let trace = &parent.trace;
            attributes.record(&mut SpanVisitor { buffer: &mut *buffer, trace, is_guarded });
            parent.trace.open_span(attributes.metadata(), parent.span, buffer)
        });
        if let Some(span) = opened {
            let traced = Traced { span: Some(span), ..parent };
            self.span_index.insert(id, traced, || cx.span(id));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        if !self.pipeline.traces_any() {
            return;
        }
        if let Some(span) = cx.span(id)
            && let Some(traced) = self.span_index.of(&span)
        {
            let (trace, is_guarded) = (&traced.trace, self.decide(span.metadata()).is_guarded);
            traced.add(|buffer| values.record(&mut SpanVisitor { buffer, trace, is_guarded }));
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, cx: Context<'_, S>) {
        if !self.pipeline.traces_any() {
            return;
        }
        let traced = |id| self.span_index.of(&cx.span(id)?);
        if let (Some(traced), Some(followed)) = (traced(id), traced(follows))
            && let Some(followed_id) = followed.id()
        {
            let header = followed.trace.header().clone().with_parent(followed_id).to_string();
            traced.add(|buffer| buffer.text(Purpose::Link, Key::Static(""), &header));
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let metadata = event.metadata();
        let is_error = *metadata.level() == Level::ERROR && self.pipeline.traces_any();
        if !is_error || reentrancy::is_exporting() || !self.wants_error(metadata) {
            return;
        }
        let span = cx.event_span(event);
        if let Some(traced) = span.and_then(|span| self.span_index.above(&span)) {
            let mut error = ErrorVisitor::default();
            event.record(&mut error);
            if error.log_target().is_some_and(|target| !self.shows_errors_of(target)) {
                return;
            }
            let target = metadata.target();
            let location = error.location(matches!(target, PANIC_TARGET | REPORTED_TARGET));
            traced.fail_at(&location, Some(metadata), |out| error.write(out));
            if traced.trace.capture().error {
                traced.add(|buffer| error.keep_stack_trace(buffer));
            }
            #[cfg(feature = "lambda-runtime")]
            if target == PANIC_TARGET {
                let mut parts = Vec::new();
                error.write(&mut parts);
                crate::context::panics::remember(&traced, &location, parts);
            }
        }
    }

    #[cfg(feature = "otel")]
    fn on_enter(&self, id: &Id, cx: Context<'_, S>) {
        if self.pipeline.settings.attaches_contexts
            && let Some(span) = cx.span(id)
        {
            crate::otel::context::enter(&span, &self.span_index);
        }
    }

    #[inline]
    fn on_exit(&self, id: &Id, cx: Context<'_, S>) {
        #[cfg(feature = "otel")]
        if self.pipeline.settings.attaches_contexts {
            crate::otel::context::exit(id);
        }
        if self.pipeline.traces_any() {
            self.note_exit(id, &cx);
        }
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        if !self.pipeline.traces_any() {
            return;
        }
        if let Some(Open { traced, exits }) = self.span_index.take(&id, || cx.span(&id)) {
            let is_closed_by_its_code = || {
                if exits.is_in_task() {
                    exits::is_inside_parent(&id, &cx)
                } else {
                    Invocation::is_any_in_scope()
                }
            };
            traced.close(exits.end(&id, is_closed_by_its_code));
        }
    }
}

impl TraceLayer {
    /// Notes when the code in a span was left.
    #[inline]
    fn note_exit<S>(&self, id: &Id, cx: &Context<'_, S>)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let is_double = exits::note(id);
        let span_index = &self.span_index;
        if !span_index.has(id) {
            return;
        }
        let is_in_task = !Invocation::is_any_in_scope();
        if is_in_task && !exits::is_inside_parent(id, cx) {
            return exits::note_other();
        }
        // Not under the lock: the clock may be anybody's code.
        let now = self.pipeline.now();
        span_index.with_exits(
            id,
            || cx.span(id),
            |exits| {
                if exits.is_in_task() == is_in_task {
                    exits.add(now, is_double);
                } else {
                    exits::note_other();
                }
            },
        );
    }

    /// Remembers that a span and all below it come from an exporter.
    #[cold]
    fn hide<S>(&self, id: &Id, parent: Traced, cx: &Context<'_, S>)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if let Some(span) = cx.span(id) {
            SpanIndex::hide(&span, Traced { span: None, is_hidden: true, ..parent });
        }
    }

    /// Finds whose child a new span is, unless it belongs to no sampled invocation.
    ///
    /// A span that is a root on purpose still belongs to the invocation whose scope is open.
    fn parent_of<S>(&self, attributes: &Attributes<'_>, cx: &Context<'_, S>) -> Option<Traced>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        // An explicit parent, then the current span, then the scope: as `tracing` itself would decide, and last what
        // `tracing` does not know. Slots are asked before the registry, because a look-up there takes a reference count.
        let span_index = &self.span_index;
        let of = |id: &Id| span_index.in_slot(id).or_else(|| span_index.above(&cx.span(id)?));
        if let Some(explicit) = attributes.parent() {
            return of(explicit);
        }
        match cx.current_span().id().filter(|_| attributes.is_contextual()) {
            Some(current) => of(current),
            None => Traced::invocation(&Invocation::in_this_scope()?),
        }
    }
}
