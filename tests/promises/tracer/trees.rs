//! Any tree of spans comes back from its documents, however large datagrams may be.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tracing::{Span, info_span};

use super::{
    PARENT, Recorded,
    validator::{problems, tree},
};

/// A span to make: whose child it is, and how much it carries.
#[derive(Clone, Debug)]
struct Planned {
    parent: prop::sample::Index,
    is_root: bool,
    carries: usize,
    annotation: String,
    fails: bool,
    /// Which of the spans that are open ends next.
    ends: prop::sample::Index,
}

fn planned() -> impl Strategy<Value = Planned> {
    let carries = prop_oneof![Just(0_usize), 0..200_usize, 0..6000_usize];
    let all = (
        any::<prop::sample::Index>(),
        prop::bool::weighted(0.1),
        carries,
        ".{0,20}",
        any::<bool>(),
    );
    (all, any::<prop::sample::Index>()).prop_map(|(all, ends)| {
        let (parent, is_root, carries, annotation, fails) = all;
        Planned { parent, is_root, carries, annotation, fails, ends }
    })
}

/// Makes the spans, then ends them in any order: parents before their children too, as tasks do.
fn make(plan: &[Planned]) -> BTreeMap<String, Option<String>> {
    let mut spans: Vec<Span> = Vec::new();
    let mut expected = BTreeMap::new();
    for (number, planned) in plan.iter().enumerate() {
        let parent = if planned.is_root || spans.is_empty() {
            None
        } else {
            Some(planned.parent.index(spans.len()))
        };
        let name = format!("span {number}");
        let carries = "x".repeat(planned.carries);
        let span = match parent {
            Some(parent) => {
                info_span!(parent: &spans[parent], "planned", otel.name = name, carries)
            }
            None => info_span!("planned", otel.name = name, carries),
        };
        span.in_scope(|| {
            powertools_tracer::annotation(&planned.annotation, planned.carries as u64);
            powertools_tracer::metadata_in(&planned.annotation, "text", &planned.annotation);
            if planned.fails {
                tracing::error!(error = planned.annotation, "failed");
            }
        });
        expected.insert(name, parent.map(|parent| format!("span {parent}")));
        spans.push(span);
    }
    for planned in plan {
        spans.swap_remove(planned.ends.index(spans.len()));
    }
    expected
}

/// Reads names and parents' names back.
fn read(datagrams: &[Vec<u8>]) -> BTreeMap<String, Option<String>> {
    let spans = tree(datagrams);
    let name_of = |id: &String| spans.get(id).map(|span| span.name.clone());
    spans.values().map(|span| (span.name.clone(), name_of(&span.parent))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_comes_back_at_every_limit(
        plan in prop::collection::vec(planned(), 1..40),
        largest in prop_oneof![Just(1024_usize), 1024..9000_usize, Just(65_507_usize)],
    ) {
        let recorded = Recorded::with(largest, |tracer| tracer);
        let expected = recorded.invoke(|| make(&plan));
        let datagrams = recorded.datagrams();
        prop_assert_eq!(problems(&datagrams, PARENT), Vec::<String>::new());
        prop_assert!(datagrams.iter().all(|datagram| datagram.len() <= largest));
        prop_assert_eq!(read(&datagrams), expected);
    }
}

#[test]
fn a_chain_of_a_thousand_spans_comes_back() {
    fn descend(depth: usize) {
        if depth > 0 {
            let name = format!("span {depth}");
            info_span!("planned", otel.name = name).in_scope(|| descend(depth - 1));
        }
    }
    let recorded = Recorded::new();
    recorded.invoke(|| descend(1000));
    let read = read(&recorded.datagrams());
    assert_eq!(problems(&recorded.datagrams(), PARENT), Vec::<String>::new());
    assert_eq!(read.len(), 1000);
    for depth in 1..1000 {
        assert_eq!(read[&format!("span {depth}")], Some(format!("span {}", depth + 1)));
    }
}
