//! The X-Ray trace header.

use uuid::Uuid;

use crate::clock;
use crate::log::Trace;

/// A header like the one that Lambda creates if the caller sent none: not sampled.
pub(crate) fn unsampled() -> String {
    let seconds = clock::epoch_ms() / 1_000;
    let random = Uuid::new_v4().simple().to_string();
    let (parent, _) = Uuid::new_v4().as_u64_pair();
    format!("Root=1-{seconds:08x}-{};Parent={parent:016x};Sampled=0", &random[..24])
}

/// The trace in the header, if it is sampled.
pub(crate) fn sampled(header: &str) -> Option<Trace> {
    let field = |wanted| {
        let mut fields = header.split(';').filter_map(|field| field.trim().split_once('='));
        fields.find_map(|(name, value)| (name == wanted).then(|| value.to_owned()))
    };
    if field("Sampled").as_deref() != Some("1") {
        return None;
    }
    Some(Trace { root: field("Root")?, parent: field("Parent"), header: header.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{sampled, unsampled};

    #[test]
    fn trace_header_members_are_read_in_any_order() {
        let trace = sampled("Sampled=1; Lineage=25:a87bd80c:1;Root=1-a-b").unwrap();
        assert_eq!((trace.root.as_str(), trace.parent), ("1-a-b", None));
    }

    #[test]
    fn unsampled_header_has_no_trace() {
        assert!(sampled(&unsampled()).is_none());
        assert!(sampled("Root=1-a-b;Sampled=0").is_none());
        assert!(sampled("garbage").is_none());
    }
}
