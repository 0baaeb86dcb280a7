use powertools_core::SpanId;

/// Where a span lies in its trace, and its id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanLocation {
    pub(crate) index: u32,
    pub(crate) id: SpanId,
}
