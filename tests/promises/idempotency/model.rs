//! The protocol in every order of events: attempts at one key that pause anywhere and for any time, with clocks
//! that differ, answers that are lost, requests that arrive late, attempts that die, operations that fail.
//!
//! Records change by the very `decide` that stores run, and attempts act by the very `on_claim_result` and `on_write_rejected`
//! that calls run. An effect starts, for the model, when the attempt looks at its clock for the last time
//! before it: no lease can exclude a pause between the two.

mod answers;
mod properties;
mod protocol;
mod state;
mod steps;
mod store;

use std::collections::{BTreeSet, HashMap};

use properties::{ONE_LEASE, ONE_LEASE_WITHIN, ONE_RESULT, RESULT_STAYS};
use protocol::{Protocol, Rules, Step};
use state::State;
use stateright::{Checker, Model, Path};

const TWO: Protocol = Protocol {
    rules: Rules::Ours,
    attempts: 2,
    horizon: 3,
    apart: 0,
    lease: 1,
    period: 0,
    losses: 0,
    crashes: 0,
    waits: 0,
    extensions: 0,
};

const THREE: Protocol = Protocol { attempts: 3, ..TWO };

/// What the checker found, after all states there are.
struct Found {
    paths: HashMap<&'static str, Path<State, Step>>,
    states: usize,
}

impl Found {
    fn violated(&self) -> BTreeSet<&'static str> {
        self.paths.keys().copied().collect()
    }

    fn steps(&self, property: &str) -> Vec<Step> {
        self.paths[property].clone().into_actions()
    }
}

fn check(protocol: Protocol) -> Found {
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    Found { paths: checker.discoveries(), states: checker.unique_state_count() }
}

/// Checks what should hold, and that there was something to check.
fn holds(protocol: Protocol, at_least: usize) {
    let found = check(protocol);
    assert_eq!(found.violated(), BTreeSet::new(), "{:#?}", found.paths.values().next());
    assert!(found.states > at_least, "only {} states", found.states);
}

#[test]
fn two_attempts_keep_every_promise_if_answers_are_lost_and_one_dies() {
    holds(Protocol { losses: 1, crashes: 1, ..TWO }, 100_000);
}

#[test]
fn two_attempts_keep_every_promise_if_one_waits_for_the_other() {
    holds(Protocol { crashes: 1, waits: 1, ..TWO }, 5_000);
}

#[test]
fn two_attempts_keep_every_promise_if_they_extend_their_leases() {
    holds(Protocol { losses: 1, extensions: 1, horizon: 2, ..TWO }, 25_000);
}

#[test]
fn three_attempts_keep_every_promise() {
    holds(THREE, 100_000);
    holds(Protocol { losses: 1, horizon: 1, ..THREE }, 40_000);
}

#[test]
fn with_clocks_apart_a_lease_protects_until_so_much_before_its_end() {
    let found = check(Protocol { apart: 1, lease: 2, losses: 1, ..TWO });
    assert_eq!(found.violated(), BTreeSet::from([ONE_LEASE]));
    assert!(found.steps(ONE_LEASE).iter().any(|step| matches!(step, Step::Clock(_))));
}

#[test]
fn without_owners_every_promise_holds_while_answers_come() {
    holds(Protocol { rules: Rules::WithoutOwners, horizon: 2, ..THREE }, 20_000);
    holds(Protocol { rules: Rules::WithoutOwners, losses: 1, crashes: 1, ..TWO }, 40_000);
}

/// An attempt fails and releases, and the answer is lost; another claims within the same millisecond, and has
/// a lease of the same end; the first releases once more, and a third starts.
#[test]
fn without_owners_a_release_that_is_repeated_may_free_anothers_lease() {
    let at_once = Protocol { rules: Rules::WithoutOwners, losses: 1, horizon: 0, ..THREE };
    let found = check(at_once);
    assert_eq!(found.violated(), BTreeSet::from([ONE_LEASE, ONE_LEASE_WITHIN]));
    let steps = found.steps(ONE_LEASE);
    assert!(steps.iter().any(|step| matches!(step, Step::Fail(_))), "{steps:?}");
    let lost = |step: &Step| matches!(step, Step::AskAgain(_) | Step::GiveUp(_));
    assert!(steps.iter().any(lost), "{steps:?}");
}

#[test]
fn without_owners_one_result_is_recorded_and_stays() {
    let found = check(Protocol { rules: Rules::WithoutOwners, losses: 1, horizon: 1, ..THREE });
    assert_eq!(found.violated(), BTreeSet::from([ONE_LEASE, ONE_LEASE_WITHIN]));
}

#[test]
fn i1_the_checker_finds_that_who_comes_late_overwrites_the_result() {
    let found = check(Protocol { rules: Rules::Unfenced, ..TWO });
    assert_eq!(found.violated(), BTreeSet::from([ONE_RESULT, RESULT_STAYS]));
    let steps = found.steps(ONE_RESULT);
    assert!(steps.iter().any(|step| matches!(step, Step::AllClocks)), "in time: {steps:?}");
    assert!(!steps.iter().any(|step| matches!(step, Step::Fail(_))), "{steps:?}");
}

#[test]
fn i5_the_checker_finds_that_who_is_refused_frees_the_lease_of_who_runs() {
    let found = check(Protocol { rules: Rules::RefusedRelease, horizon: 0, ..THREE });
    let every = [ONE_LEASE, ONE_LEASE_WITHIN, ONE_RESULT, RESULT_STAYS];
    assert_eq!(found.violated(), BTreeSet::from(every));
    let steps = found.steps(ONE_LEASE);
    assert!(!steps.iter().any(|step| matches!(step, Step::Fail(_))), "{steps:?}");
}

#[test]
fn the_checker_finds_that_an_answer_that_comes_late_must_start_nothing() {
    let found = check(Protocol { rules: Rules::LateStart, ..TWO });
    assert_eq!(found.violated(), BTreeSet::from([ONE_LEASE]));
}
