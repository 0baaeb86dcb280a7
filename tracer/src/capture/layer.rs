use std::sync::Arc;

use powertools_core::{Invocation, SpanId};
use tracing::{
    Event, Level, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    layer::{Context, Layer},
    registry::{LookupSpan, SpanRef},
};

use super::{
    traced::{Parent, Traced},
    visitor::{ErrorVisitor, SpanVisitor},
};
use crate::{
    record::{Draft, Key, Purpose},
    targets::{HANDLER_FAILURE_TARGET, HANDLER_TARGET},
    tracer::Settings,
};

/// Collects the spans of sampled invocations; made by [`Tracer::layer`](crate::Tracer::layer).
///
/// It has no filter of `tracing_subscriber`'s kind, which would cost every span; what it does not want it
/// does not look at. Where nothing is sampled, that is everything.
#[derive(Clone, Debug)]
pub struct TraceLayer(Arc<Settings>);

impl TraceLayer {
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        Self(settings)
    }

    /// Tells whether a span of this call site is traced.
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        match metadata.target() {
            HANDLER_TARGET => true,
            powertools_core::INVOCATION_TARGET => false,
            target => self.0.levels.shows(target, metadata.level()),
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TraceLayer {
    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Invocations and handlers are ERROR spans, and of events only errors are looked at.
        Some(self.0.levels.most_verbose().max(LevelFilter::ERROR))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        if !self.0.traces_any() || !self.wants(attributes.metadata()) {
            return;
        }
        let (Some(span), Some(parent)) = (cx.span(id), parent_of(attributes, &cx)) else {
            return;
        };
        // Rendered before any lock is taken: a value's `Debug` may log.
        let opened = Draft::with(|draft| {
            let settings = parent.trace().settings();
            attributes.record(&mut SpanVisitor { draft: &mut *draft, settings });
            parent.trace().open_span(attributes.metadata(), parent.index(), draft)
        });
        if let Some((index, id)) = opened {
            note(&span, Traced { trace: parent.trace().clone(), index }, id);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        if let Some(traced) = self.traced(id, &cx) {
            let settings = traced.trace.settings();
            traced.add(|draft| values.record(&mut SpanVisitor { draft, settings }));
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() != Level::ERROR || !self.0.traces_any() || is_repeated(metadata) {
            return;
        }
        if let Some(traced) = cx.event_span(event).and_then(|span| Traced::of_span(&span)) {
            let mut error = ErrorVisitor::default();
            event.record(&mut error);
            traced.add(|draft| {
                let purpose = Purpose::Error(Some(metadata));
                let settings = traced.trace.settings();
                draft.json(purpose, Key::Static(""), |out| {
                    settings.capture.write_error(out, |out| error.write(out));
                });
                draft.set_fault();
            });
        }
    }

    #[cfg(feature = "otel")]
    fn on_enter(&self, id: &Id, cx: Context<'_, S>) {
        if self.0.attaches_contexts
            && let Some(span) = cx.span(id)
        {
            crate::otel::context::enter(&span);
        }
    }

    #[cfg(feature = "otel")]
    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        if self.0.attaches_contexts {
            crate::otel::context::exit(id);
        }
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        if let Some(traced) = self.traced(&id, &cx) {
            traced.trace.close_span(traced.index);
        }
    }
}

impl TraceLayer {
    fn traced<S>(&self, id: &Id, cx: &Context<'_, S>) -> Option<Traced>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if !self.0.traces_any() {
            return None;
        }
        cx.span(id)?.extensions().get::<Traced>().cloned()
    }
}

/// Finds whose child a new span is, unless it belongs to no sampled invocation.
///
/// A span that is a root on purpose still belongs to the invocation whose scope is open.
fn parent_of<S>(attributes: &Attributes<'_>, cx: &Context<'_, S>) -> Option<Parent>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let of = |span: &SpanRef<'_, S>| Parent::of(span);
    if let Some(explicit) = attributes.parent() {
        return of(&cx.span(explicit)?);
    }
    match cx.lookup_current().filter(|_| attributes.is_contextual()) {
        Some(current) => of(&current),
        None => Parent::of_invocation(&Invocation::in_this_scope()?),
    }
}

fn note<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, traced: Traced, id: SpanId) {
    let mut extensions = span.extensions_mut();
    extensions.replace(traced);
    extensions.replace(id);
}

/// Tells whether this event reports what the handler's layer captures itself.
fn is_repeated(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    target == HANDLER_FAILURE_TARGET || target.starts_with("lambda_runtime")
}
