use std::sync::Arc;

use powertools_core::Invocation;
use tracing::{Event, Subscriber, span};
use tracing_subscriber::{
    layer::{Context, Layer},
    registry::LookupSpan,
};

use super::{
    callsite::Callsite, fields::FieldVisitor, origin::Origin, scratch::Scratch, spans::SpanStore,
};
use crate::logger::Logger;

/// Writes events as lines; made by [`Logger::layer`].
#[derive(Clone, Debug)]
pub struct LogLayer {
    logger: Logger,
    spans: Arc<SpanStore>,
}

impl LogLayer {
    pub(crate) fn new(logger: Logger) -> Self {
        Self { logger, spans: Arc::new(SpanStore::new()) }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LogLayer {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        if attributes.fields().is_empty() {
            return;
        }
        let callsite = Callsite::of(attributes.metadata(), &self.logger);
        // Values are rendered before any lock is taken: their `Debug` may log.
        Scratch::with(|scratch| {
            attributes.record(&mut FieldVisitor::span(&mut scratch.members, &callsite));
            self.spans.insert(id, &mut scratch.members, || ctx.span(id));
        });
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else {
            return;
        };
        let callsite = Callsite::of(span.metadata(), &self.logger);
        Scratch::with(|scratch| {
            values.record(&mut FieldVisitor::span(&mut scratch.members, &callsite));
            self.spans.update(&span, &scratch.members);
        });
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let callsite = Callsite::of(event.metadata(), &self.logger);
        let origin = Origin::of(event, &callsite);
        Scratch::with(|scratch| {
            scratch.take_event(event, &callsite, &self.logger);
            // A batcher enters the span of the invocation it works for, in the scope of another one.
            let of_span = scratch.take_spans(ctx.event_span(event), &self.spans, &self.logger);
            let invocation = of_span.or_else(Invocation::in_this_scope);
            if !self.logger.knows_failure(event.metadata(), invocation.as_ref()) {
                self.logger.log(&origin, invocation.as_ref(), scratch);
            }
        });
    }

    fn on_close(&self, id: span::Id, _: Context<'_, S>) {
        self.spans.remove(&id);
    }
}
