//! What our tracer sends in the scenarios that it shares with Powertools for Python.

use std::collections::BTreeMap;

use super::problems;
use crate::compat::tracer::datagrams;

/// The `Parent` of each invocation's trace header.
const PARENTS: [&str; 2] = ["53995c3f42cd8ad8", "53995c3f42cd8ad9"];

#[test]
fn every_datagram_of_every_scenario_is_valid() {
    for (scenario, sent) in datagrams() {
        let mut invocations = BTreeMap::<usize, Vec<Vec<u8>>>::new();
        for datagram in sent {
            invocations.entry(datagram.invocation).or_default().push(datagram.bytes);
        }
        for (number, datagrams) in invocations {
            let told = problems(&datagrams, PARENTS[number]);
            assert_eq!(told, Vec::<String>::new(), "scenario `{scenario}`, invocation {number}");
        }
    }
}
