//! X-Ray's trace header as OpenTelemetry's span context.

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use crate::TraceHeader;

/// Says that the decision whether to sample is open, as AWS's propagator for OpenTelemetry has it.
const OPEN: TraceFlags = TraceFlags::new(0x02);

/// Returns what AWS's propagator makes of the same header; `None` where the trace id is all zeroes.
///
/// The trace id keeps its 32 digits. Members such as `Lineage` become the trace state, from which that
/// propagator writes them again. Format: OpenTelemetry's specification, "Propagators Distribution", and
/// AWS X-Ray's developer guide, "Tracing header".
pub(crate) fn span_context_of(header: &TraceHeader) -> Option<SpanContext> {
    let (time, rest) = (header.trace_id().get(2..10)?, header.trace_id().get(11..)?);
    let trace_id = TraceId::from_hex(&format!("{time}{rest}")).ok()?;
    let parent = header.parent().map_or(SpanId::INVALID, |id| id_of(id.value()));
    let flags = match header.sampled() {
        Some(true) => TraceFlags::SAMPLED,
        Some(false) => TraceFlags::default(),
        None => OPEN,
    };
    let valid = trace_id != TraceId::INVALID;
    valid.then(|| SpanContext::new(trace_id, parent, flags, true, trace_state_of(header)))
}

/// Returns the same trace seen from one of its spans.
pub(super) fn at_span(trace: &SpanContext, span: u64, is_remote: bool) -> SpanContext {
    let (id, flags) = (trace.trace_id(), trace.trace_flags());
    SpanContext::new(id, id_of(span), flags, is_remote, trace.trace_state().clone())
}

pub(super) fn id_of(id: u64) -> SpanId {
    SpanId::from_bytes(id.to_be_bytes())
}

/// Takes the members that are no ids; all are left out if the W3C's format has no room for one of them.
fn trace_state_of(header: &TraceHeader) -> TraceState {
    let members = header.others().map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned()));
    TraceState::from_key_value(members).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";

    fn context(header: &str) -> Option<SpanContext> {
        span_context_of(&TraceHeader::parse(header)?)
    }

    #[test]
    fn ids_decision_and_lineage_are_kept() {
        let header = format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=25:a87bd80c:1");
        let context = context(&header).unwrap();
        assert_eq!(context.trace_id().to_string(), "5759e988bd862e3fe1be46a994272793");
        assert_eq!(context.span_id().to_string(), "53995c3f42cd8ad8");
        assert!(context.is_sampled() && context.is_remote());
        assert_eq!(context.trace_state().get("lineage"), Some("25:a87bd80c:1"));
    }

    #[test]
    fn an_open_decision_is_no_decision_to_sample() {
        for header in [ROOT.to_owned(), format!("{ROOT};Sampled=0"), format!("{ROOT};Sampled=?")] {
            assert!(!context(&header).unwrap().is_sampled(), "{header}");
        }
    }

    #[test]
    fn what_the_w3c_has_no_room_for_costs_no_ids() {
        let header = format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1;New=x=y");
        let context = context(&header).unwrap();
        assert_eq!((context.is_sampled(), context.trace_state().header()), (true, String::new()));
    }

    #[test]
    fn zeroes_are_no_trace() {
        assert_eq!(context("Root=1-00000000-000000000000000000000000;Sampled=1"), None);
    }
}
