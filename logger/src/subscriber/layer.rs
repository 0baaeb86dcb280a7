use std::sync::Arc;

use powertools_core::Invocation;
use tracing::{
    Dispatch, Event, Metadata, Subscriber, level_filters::LevelFilter, span, subscriber::Interest,
};
use tracing_subscriber::{
    layer::{Context, Layer},
    registry::LookupSpan,
};

use super::{
    callsite::Callsite, fields::FieldVisitor, origin::Origin, registry_lookup::RegistryLookup,
    scratch::Scratch, spans::SpanStore,
};
use crate::{
    pipeline::Pipeline,
    targets::{KEYS_TARGET, OWN_TARGETS},
};

/// Writes events as lines; created by [`Logger::layer`](crate::Logger::layer).
#[derive(Clone, Debug)]
pub struct LogLayer {
    pipeline: Pipeline,
    pub(super) spans: Arc<SpanStore>,
    registry_lookup: RegistryLookup,
    filtering: Filtering,
}

/// Which part of the subscriber leaves out what the logger does not want.
#[derive(Clone, Copy, Debug)]
enum Filtering {
    /// A filter around the layer.
    PerLayer,
    /// The layer, for the whole subscriber.
    Global,
    /// The layer, for itself; the level is what it may keep from the layer beside it.
    Inline(Option<LevelFilter>),
}

impl LogLayer {
    /// Creates a layer that writes all it is given: it needs a filter around it.
    pub(crate) fn new(pipeline: Pipeline) -> Self {
        Self {
            pipeline,
            spans: Arc::new(SpanStore::default()),
            registry_lookup: RegistryLookup::default(),
            filtering: Filtering::PerLayer,
        }
    }

    /// Creates a layer that filters for the whole subscriber, which costs spans less than a filter of
    /// its own.
    pub(crate) fn alone(pipeline: Pipeline) -> Self {
        Self { filtering: Filtering::Global, ..Self::new(pipeline) }
    }

    /// Creates a layer that leaves alone what it does not want, which costs spans less than a filter around it.
    ///
    /// `other` is the most verbose level of the layer beside it; without one, that is to see everything.
    pub(crate) fn beside(pipeline: Pipeline, other: Option<LevelFilter>) -> Self {
        let level = other.map(|_| pipeline.most_verbose());
        Self { filtering: Filtering::Inline(level), ..Self::new(pipeline) }
    }

    /// Returns the logger that writes the lines.
    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Tells whether the layer wants what reaches it.
    #[inline]
    fn wants<S>(&self, callsite: &Callsite, metadata: &Metadata<'_>, cx: &Context<'_, S>) -> bool
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        match self.filtering {
            Filtering::Inline(_) => callsite.is_shown || self.pipeline.lets_through(metadata, cx),
            Filtering::PerLayer | Filtering::Global => true,
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LogLayer {
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        self.registry_lookup.register(dispatch);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.filtering {
            Filtering::Global => self.pipeline.interest(metadata),
            Filtering::PerLayer | Filtering::Inline(_) => Interest::always(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, cx: Context<'_, S>) -> bool {
        match self.filtering {
            Filtering::Global => self.pipeline.lets_through(metadata, &cx),
            Filtering::PerLayer | Filtering::Inline(_) => true,
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        match self.filtering {
            Filtering::PerLayer => None,
            Filtering::Global => Some(self.pipeline.most_verbose()),
            Filtering::Inline(level) => level,
        }
    }

    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        let metadata = attributes.metadata();
        // Values are rendered before any lock is taken: their `Debug` may log.
        Scratch::with(|scratch| {
            let callsite = scratch.callsites.get(metadata, &self.pipeline);
            if !self.wants(&callsite, metadata, &ctx) {
                return;
            }
            if !attributes.fields().is_empty() {
                let redaction = self.pipeline.settings().fields.redaction();
                let members = &mut scratch.members;
                attributes.record(&mut FieldVisitor::span(members, &callsite, redaction));
                self.spans.insert(id, &mut scratch.members, || ctx.span(id));
            } else if metadata.target() != KEYS_TARGET {
                // Scoped keys are in the extensions, where a slot for the span would hide them.
                self.spans.insert_empty(id);
            }
        });
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else {
            return;
        };
        Scratch::with(|scratch| {
            let callsite = scratch.callsites.get(span.metadata(), &self.pipeline);
            let redaction = self.pipeline.settings().fields.redaction();
            values.record(&mut FieldVisitor::span(&mut scratch.members, &callsite, redaction));
            self.spans.update(&span, &scratch.members);
        });
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        Scratch::with(|scratch| {
            let callsite = scratch.callsites.get(event.metadata(), &self.pipeline);
            if !self.wants(&callsite, event.metadata(), &ctx) {
                return;
            }
            let origin = Origin::of(event, &callsite);
            scratch.take_event(event, &callsite, self.pipeline.settings());
            let span = ctx.event_span(event);
            if callsite.is_result
                && let Some(span) = &span
                && !span.metadata().target().starts_with(OWN_TARGETS)
            {
                scratch.set_message(span.name());
            }
            // The span comes before the scope, as in `Invocation::current`: a batcher enters the span of the invocation
            // that it works for, in the scope of another one.
            let of_span = scratch.take_spans(span, &self.spans, self.pipeline.settings());
            let invocation = of_span.or_else(Invocation::in_this_scope);
            let ids = invocation.as_ref().and_then(Invocation::span_ids);
            scratch.span_id = ids.and_then(|ids| self.registry_lookup.id_of_event(event, ids));
            if !self.pipeline.knows_failure(event.metadata(), invocation.as_ref()) {
                self.pipeline.log(&origin, invocation.as_ref(), scratch);
            }
        });
    }

    fn on_close(&self, id: span::Id, _: Context<'_, S>) {
        self.spans.remove(&id);
    }
}
