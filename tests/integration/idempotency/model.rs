//! The protocol in every order of events: attempts at one key that pause anywhere and for any time, with clocks
//! that differ, answers that are lost, requests that arrive late, attempts that die, operations that fail.
//!
//! Records change by the same `decide` that stores run, and attempts act by the same `on_claim_result` and
//! `on_write_rejected` that calls run. For the model, an effect starts when the attempt looks at its clock for
//! the last time before it: no lease can exclude a pause between the two.

mod answers;
mod mutants;
mod properties;
mod protocol;
mod state;
mod steps;
mod store;

use std::collections::{BTreeSet, HashMap};

use mutants::Mutant;
use properties::{
    NO_FALSE_LOSS, NO_STALE_RESULT, ONE_LEASE, ONE_LEASE_WITHIN, ONE_RESULT, OWN_CLAIM, REASON,
    RESULT_GIVEN, RESULT_STAYS,
};
use protocol::{Protocol, Step};
use state::State;
use stateright::{Checker, HasDiscoveries, Model, Path};

const TWO: Protocol = Protocol {
    owners: true,
    mutant: None,
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

/// An attempt that waits may claim once more while an earlier claim is on its way.
const LATE_CLAIMS: Protocol = Protocol { losses: 1, waits: 1, ..TWO };

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
    let violated: Vec<_> = found.violated().into_iter().map(|it| (it, found.steps(it))).collect();
    assert!(violated.is_empty(), "{violated:?}");
    assert!(found.states > at_least, "only {} states", found.states);
}

#[test]
fn two_attempts_keep_every_property_with_lost_responses_and_a_crash() {
    holds(Protocol { losses: 1, crashes: 1, ..TWO }, 100_000);
}

#[test]
fn two_attempts_keep_every_property_if_one_waits() {
    holds(Protocol { crashes: 1, waits: 1, ..TWO }, 5_000);
}

#[test]
fn two_attempts_keep_every_property_with_late_claims_of_a_waiting_call() {
    holds(LATE_CLAIMS, 10_000);
    holds(Protocol { losses: 2, horizon: 1, ..LATE_CLAIMS }, 10_000);
}

#[test]
fn two_attempts_keep_every_property_with_extended_leases() {
    holds(Protocol { losses: 1, extensions: 1, horizon: 2, ..TWO }, 25_000);
}

#[test]
fn three_attempts_keep_every_property() {
    holds(THREE, 100_000);
    holds(Protocol { losses: 1, horizon: 1, ..THREE }, 40_000);
}

#[test]
fn clock_skew_shortens_the_protection_of_a_lease() {
    let found = check(Protocol { apart: 1, lease: 2, losses: 1, ..TWO });
    assert_eq!(found.violated(), BTreeSet::from([ONE_LEASE]));
    assert!(found.steps(ONE_LEASE).iter().any(|step| matches!(step, Step::Clock(_))));
}

#[test]
fn records_without_owners_keep_every_property_without_lost_responses() {
    holds(Protocol { owners: false, horizon: 2, ..THREE }, 20_000);
}

/// The copy of a claim that arrives late is not recognised.
#[test]
fn records_without_owners_exclude_each_other_with_lost_responses() {
    let found = check(Protocol { owners: false, losses: 1, crashes: 1, ..TWO });
    assert_eq!(found.violated(), BTreeSet::from([NO_FALSE_LOSS, OWN_CLAIM]));
    assert!(found.states > 40_000, "only {} states", found.states);
}

/// An attempt fails and releases, and the answer is lost; another claims within the same millisecond, and has
/// a lease of the same end; the first releases once more, and a third starts.
#[test]
fn repeated_release_without_owners_can_free_another_lease() {
    let at_once = Protocol { owners: false, losses: 1, horizon: 0, ..THREE };
    let found = check(at_once);
    assert_eq!(found.violated(), BTreeSet::from([ONE_LEASE, ONE_LEASE_WITHIN, OWN_CLAIM]));
    let steps = found.steps(ONE_LEASE);
    assert!(steps.iter().any(|step| matches!(step, Step::Fail(_))), "{steps:?}");
    let lost = |step: &Step| matches!(step, Step::AskAgain(_) | Step::GiveUp(_));
    assert!(steps.iter().any(lost), "{steps:?}");
}

#[test]
fn records_without_owners_keep_one_result() {
    let found = check(Protocol { owners: false, losses: 1, horizon: 1, ..THREE });
    assert_eq!(found.violated(), BTreeSet::from([ONE_LEASE, ONE_LEASE_WITHIN, OWN_CLAIM]));
}

#[test]
fn checker_finds_a_late_attempt_that_overwrites_the_result() {
    let found = check(Protocol { mutant: Some(Mutant::CompleteUnfenced), ..TWO });
    assert_eq!(found.violated(), BTreeSet::from([ONE_RESULT, RESULT_STAYS]));
    let steps = found.steps(ONE_RESULT);
    assert!(steps.iter().any(|step| matches!(step, Step::AllClocks)), "in time: {steps:?}");
    assert!(!steps.iter().any(|step| matches!(step, Step::Fail(_))), "{steps:?}");
}

#[test]
fn checker_finds_a_refused_attempt_that_frees_the_lease() {
    let found = check(Protocol { mutant: Some(Mutant::ReleaseWhenRefused), horizon: 0, ..THREE });
    let every = [ONE_LEASE, ONE_LEASE_WITHIN, ONE_RESULT, RESULT_STAYS];
    assert_eq!(found.violated(), BTreeSet::from(every));
}

#[test]
fn every_mutant_of_the_protocol_violates_a_property() {
    let lossy = Protocol { losses: 1, ..TWO };
    let extending = Protocol { extensions: 1, horizon: 2, ..lossy };
    let extending_long = Protocol { extensions: 1, lease: 3, horizon: 6, ..TWO };
    let kills = [
        (Mutant::ClaimDuringLease, ONE_LEASE_WITHIN, TWO),
        (Mutant::ClaimInLastMillisecond, ONE_LEASE, TWO),
        (Mutant::ClaimOverResult, RESULT_STAYS, TWO),
        (Mutant::ClaimRefusedAfterLease, REASON, TWO),
        (Mutant::ClaimRefusedAfterExpiry, REASON, TWO),
        (Mutant::CompleteUnfenced, ONE_RESULT, TWO),
        (Mutant::ReleaseUnfenced, RESULT_STAYS, TWO),
        (Mutant::ExtendUnfenced, ONE_LEASE_WITHIN, extending),
        (Mutant::OwnerIgnored, ONE_LEASE_WITHIN, extending),
        (Mutant::StatusIgnored, RESULT_STAYS, lossy),
        (Mutant::ReleaseRefused, NO_FALSE_LOSS, TWO),
        (Mutant::CompleteLeavesInProgress, ONE_RESULT, TWO),
        (Mutant::CompleteForgetsLease, NO_FALSE_LOSS, lossy),
        (Mutant::ExtendKeepsExpiry, ONE_LEASE_WITHIN, extending_long),
        (Mutant::ExpiryBeforeLeaseEnd, ONE_LEASE, TWO),
        (Mutant::StartAfterLease, ONE_LEASE, TWO),
        (Mutant::StartWhileHeld, ONE_LEASE_WITHIN, TWO),
        (Mutant::OwnClaimIgnored, OWN_CLAIM, lossy),
        (Mutant::OwnEarlierClaimIgnored, OWN_CLAIM, LATE_CLAIMS),
        (Mutant::AnyClaimOfSameEndIsOwn, ONE_LEASE_WITHIN, TWO),
        (Mutant::ReplayAfterExpiry, NO_STALE_RESULT, TWO),
        (Mutant::ResultRefused, RESULT_GIVEN, TWO),
        (Mutant::HeldCountsAsLost, NO_FALSE_LOSS, extending),
        (Mutant::CompletionCountsAsLost, NO_FALSE_LOSS, lossy),
        (Mutant::LostCountsAsHeld, ONE_RESULT, TWO),
        (Mutant::LostCountsAsCompleted, ONE_RESULT, TWO),
        (Mutant::GoneCountsAsCompleted, ONE_RESULT, TWO),
        (Mutant::ReleaseWhenRefused, RESULT_STAYS, TWO),
        (Mutant::ReleaseBetweenClaims, ONE_LEASE_WITHIN, LATE_CLAIMS),
    ];
    for (mutant, property, protocol) in kills {
        let until = HasDiscoveries::AnyOf(BTreeSet::from([property]));
        let mutated = Protocol { mutant: Some(mutant), ..protocol };
        let checker = mutated.checker().threads(2).finish_when(until).spawn_bfs().join();
        assert!(checker.discovery(property).is_some(), "{mutant:?} keeps: {property}");
    }
}
