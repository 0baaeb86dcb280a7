//! OpenTelemetry's current context, as spans are entered and left.

use std::cell::RefCell;

use opentelemetry::{
    Context, ContextGuard,
    trace::{SpanContext, TraceContextExt},
};
use powertools_core::{INVOCATION_TARGET, Invocation};
use tracing::span::Id;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::remote::{at_span, span_context_of};
use crate::{TraceHeader, context::Traced, subscriber::SpanIndex};

thread_local! {
    /// The spans that are entered on this thread, and what was attached for them.
    static ENTERED: RefCell<Vec<(Id, Option<ContextGuard>)>> = const { RefCell::new(Vec::new()) };
}

/// The context that an invocation came with; hangs in the invocation.
struct Outer(Option<SpanContext>);

/// Makes the context of `span` the current one, unless it belongs to no invocation.
///
/// What else the current context holds, such as baggage, is kept. A span that is not traced itself has the
/// context of the nearest one that is, or the invocation's, but changes nothing inside the same trace: a span
/// of OpenTelemetry's API may be current there.
pub(crate) fn enter<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, span_index: &SpanIndex) {
    let guard = find(span, span_index).and_then(|(context, is_own)| {
        let cx = Context::map_current(|current| {
            let is_inside = current.span().span_context().trace_id() == context.trace_id();
            (is_own || !is_inside).then(|| current.with_remote_span_context(context))
        });
        // Outside of `map_current`, which borrows what this changes.
        cx.map(Context::attach)
    });
    let entry = (span.id(), guard);
    // A guard that finds no place is dropped, and detaches.
    let _ = ENTERED.try_with(|entered| entered.borrow_mut().push(entry));
}

/// Takes back what was attached when this span was entered; spans may be left in any order.
pub(crate) fn exit(id: &Id) {
    let left = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        let at = entered.iter().rposition(|(entered, _)| entered == id)?;
        Some(entered.remove(at))
    });
    // After the borrow: what the context held is dropped with it, and that may be anybody's.
    drop(left);
}

/// Finds where a span lies in OpenTelemetry's terms, and whether that is its very own place.
fn find<'a, R: LookupSpan<'a>>(
    span: &SpanRef<'a, R>,
    span_index: &SpanIndex,
) -> Option<(SpanContext, bool)> {
    for (distance, span) in span.scope().enumerate() {
        let is_own = distance == 0;
        if let Some(context) = span_index.of(&span).and_then(|traced| traced_context(&traced)) {
            return Some((context, is_own));
        }
        if span.metadata().target() == INVOCATION_TARGET {
            return Some((outer_context(&Invocation::in_span(&span)?)?, is_own));
        }
    }
    None
}

fn traced_context(traced: &Traced) -> Option<SpanContext> {
    Some(at_span(traced.trace.span_context()?, traced.id()?.value(), true))
}

/// Returns the context that an invocation came with, sampled or not.
fn outer_context(invocation: &Invocation) -> Option<SpanContext> {
    let outer = invocation.extension_or_init(|| {
        let header = invocation.trace_header().and_then(TraceHeader::parse);
        Outer(header.and_then(|header| span_context_of(&header)))
    });
    outer.0.clone()
}
