//! Where the rendered fields of open spans are kept.

use powertools_core::SpanStorage;
use tracing::{Subscriber, span::Id};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::model::{Members, NO_NAMES, Names};

/// The largest fields that have a slot, which keeps the memory when the span is gone.
const LARGEST: usize = 4 * 1024;

/// Fields in the extensions of their span.
pub(crate) struct SpanFields(pub(crate) Members);

/// Keeps the fields of open spans: in a slot, or if that is taken or they are large, in the extensions.
#[derive(Debug, Default)]
pub(super) struct SpanStore(SpanStorage<Members>);

impl SpanStore {
    /// Keeps the fields of a new span, and may leave other memory in their place.
    pub(super) fn insert<'a, S>(
        &self,
        id: &Id,
        fields: &mut Members,
        span: impl FnOnce() -> Option<SpanRef<'a, S>>,
    ) where
        S: Subscriber + LookupSpan<'a>,
    {
        // The slot's old memory comes back in `fields`, for the next span's fields to be rendered into: neither side
        // allocates. Large fields have no slot, or a slot would keep their memory for ever.
        if fields.len() <= LARGEST && self.0.insert(id, fields) {
            return;
        }
        if let Some(span) = span() {
            span.extensions_mut().replace(SpanFields(fields.clone()));
        }
    }

    /// Notes a new span that has no fields, if there is room.
    pub(super) fn insert_empty(&self, id: &Id) {
        self.0.insert_with(id, Members::clear);
    }

    /// Returns the open spans, except those that found no room.
    #[cfg(feature = "lambda-runtime")]
    pub(super) fn open(&self) -> impl Iterator<Item = Id> {
        self.0.owners()
    }

    /// Lets newer values win over the fields of a span.
    pub(super) fn update<'a, S>(&self, span: &SpanRef<'a, S>, newer: &Members)
    where
        S: Subscriber + LookupSpan<'a>,
    {
        if let Some(mut fields) = self.0.get(&span.id()) {
            return fields.update(newer);
        }
        let mut extensions = span.extensions_mut();
        match extensions.get_mut::<SpanFields>() {
            Some(fields) => fields.0.update(newer),
            None => extensions.insert(SpanFields(newer.clone())),
        }
    }

    /// Shows the fields of a span to `look`, which may not log, with the names that they must not have.
    #[inline]
    pub(super) fn look<'a, S>(
        &self,
        span: &SpanRef<'a, S>,
        reserved: &Names,
        look: impl FnOnce(&Members, &Names),
    ) where
        S: Subscriber + LookupSpan<'a>,
    {
        if let Some(fields) = self.0.get(&span.id()) {
            // This layer's own keys are free of reserved names since they were rendered.
            return look(&fields, &NO_NAMES);
        }
        if let Some(fields) = span.extensions().get::<SpanFields>() {
            look(&fields.0, reserved);
        }
    }

    /// Frees the slot of a span that closes.
    pub(super) fn remove(&self, id: &Id) {
        self.0.free(id);
    }
}
