//! Any tree of spans comes back from its documents, however large datagrams may be.

mod invoked;
mod plan;
mod spawn;

use proptest::{prelude::*, sample::Index};
use tracing::{Span, info_span};

use super::{PARENT, Recorded, validator::problems};
use plan::{Planned, expected, parents, plan, read, wrong};

/// Makes the spans at one place, then ends them in any order: parents before their children too.
fn make(plan: &[Planned], ends: &[Index]) {
    let mut spans: Vec<Span> = Vec::new();
    for (number, (planned, parent)) in plan.iter().zip(parents(plan)).enumerate() {
        let span = planned.open(number, parent.map(|parent| &spans[parent]));
        span.in_scope(|| planned.fill(number));
        spans.push(span);
    }
    let mut ends = ends.iter().cycle();
    while !spans.is_empty() {
        spans.swap_remove(ends.next().map_or(0, |end| end.index(spans.len())));
    }
}

/// How large datagrams may be.
fn largest() -> impl Strategy<Value = usize> {
    prop_oneof![Just(1024_usize), 1024..9000_usize, Just(65_507_usize)]
}

/// The trace id and the parent of one of several invocations.
fn ids(number: usize) -> (String, String) {
    (format!("1-5759e988-{number:024x}"), format!("{:016x}", number + 1))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tree_of_spans_is_complete_at_every_limit(
        plan in plan(),
        ends in prop::collection::vec(any::<Index>(), 1..40),
        largest in largest(),
    ) {
        let recorded = Recorded::with(largest, |tracer| tracer);
        recorded.invoke(|| make(&plan, &ends));
        let datagrams = recorded.datagrams();
        prop_assert_eq!(problems(&datagrams, PARENT), Vec::<String>::new());
        prop_assert!(datagrams.iter().all(|datagram| datagram.len() <= largest));
        prop_assert_eq!(read(&datagrams), expected(&plan));
        prop_assert_eq!(wrong(&plan, &datagrams), Vec::<String>::new());
    }

    #[test]
    fn trees_of_tasks_and_threads_are_complete_at_every_limit(
        plans in prop::collection::vec(plan(), 1..4),
        at_once in any::<bool>(),
        workers in 1..5_usize,
        largest in largest(),
    ) {
        let recorded = Recorded::with(largest, |tracer| tracer);
        let header = |number| {
            let (trace, parent) = ids(number);
            format!("Root={trace};Parent={parent};Sampled=1")
        };
        let invocations = plans.iter().cloned().enumerate();
        let invocations = invocations.map(|(number, plan)| (header(number), plan)).collect();
        invoked::invoke(&recorded, invocations, at_once, workers);
        let datagrams = recorded.datagrams();
        prop_assert!(datagrams.iter().all(|datagram| datagram.len() <= largest));
        let mut known = 0;
        for (number, plan) in plans.iter().enumerate() {
            let (trace, parent) = ids(number);
            let is_own = |it: &&Vec<u8>| String::from_utf8_lossy(it).contains(&trace);
            let own: Vec<_> = datagrams.iter().filter(is_own).cloned().collect();
            known += own.len();
            prop_assert_eq!(problems(&own, &parent), Vec::<String>::new());
            prop_assert_eq!(read(&own), expected(plan));
            prop_assert_eq!(wrong(plan, &own), Vec::<String>::new());
        }
        prop_assert_eq!(known, datagrams.len());
    }
}

#[test]
fn chain_of_a_thousand_spans_is_complete() {
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
