//! The real code of a call in simulated environments: paused time, a network and clocks that fail, one seed.
//!
//! A seed decides everything that is random, so that the same seed plays the same round again: set
//! `POWERTOOLS_SEED` to play only that one. [`plan`] says what a round may contain, [`properties`] what must hold.

mod delivery;
mod ledger;
mod network;
mod plan;
mod properties;
mod round;
mod time;
#[cfg(feature = "dynamodb")]
mod transactions;

use std::{collections::BTreeMap, env, ops::Range, sync::Mutex, thread, time::Duration};

use network::SimulatedStore;
use properties::Violation;
use round::{Round, play};

use crate::IdempotencyBuilder;

/// Changes the settings of all operations in a round.
type Configure = fn(IdempotencyBuilder<SimulatedStore>) -> IdempotencyBuilder<SimulatedStore>;

const SECOND: Duration = Duration::from_secs(1);

/// How many seeds an ordinary test run plays.
const SEEDS: u64 = 2500;

/// How many seeds `cargo xtask slow` plays.
const MANY_SEEDS: u64 = 1_000_000;

const DEFAULT: Configure = |it| it;

/// Plays these seeds on that many threads; panics with the first one that violates a property.
fn check(seeds: Range<u64>, threads: u64) -> BTreeMap<&'static str, u64> {
    let counts = Mutex::new(BTreeMap::new());
    let share = |part: u64| seeds.clone().skip(usize::try_from(part).unwrap_or(0));
    let step = usize::try_from(threads).unwrap_or(1);
    thread::scope(|scope| {
        for part in 0..threads {
            let (counts, seeds) = (&counts, share(part).step_by(step));
            scope.spawn(move || {
                for seed in seeds {
                    let round = play(seed, DEFAULT, false);
                    assert!(round.violations.is_empty(), "{}", explained(seed));
                    let mut counts = counts.lock().unwrap();
                    for (what, count) in round.counts {
                        *counts.entry(what).or_default() += count;
                    }
                }
            });
        }
    });
    counts.into_inner().unwrap()
}

fn explained(seed: u64) -> String {
    let Round { violations, history, .. } = play(seed, DEFAULT, true);
    let violations: Vec<_> = violations.iter().map(Violation::to_string).collect();
    let (violations, history) = (violations.join("\n"), history.join("\n"));
    format!("{violations}\n\nthe round of POWERTOOLS_SEED={seed}:\n{history}")
}

/// Returns the first of `seeds` whose round violates the property.
fn violating(property: &str, seeds: Range<u64>, configure: Configure) -> Option<u64> {
    seeds.into_iter().find(|seed| {
        let round = play(*seed, configure, false);
        round.violations.iter().any(|violation| violation.property == property)
    })
}

#[test]
fn calls_keep_every_promise_on_time_and_late_with_answers_lost_and_environments_frozen() {
    if let Some(seed) = env::var("POWERTOOLS_SEED").ok().and_then(|seed| seed.parse().ok()) {
        let round = play(seed, DEFAULT, false);
        assert!(round.violations.is_empty(), "{}", explained(seed));
        return;
    }
    let counts = check(0..SEEDS, 1);
    for what in [
        "Fresh",
        "Replayed",
        "OperationFailed",
        "Panicked",
        "AlreadyInProgress",
        "Store",
        "NotRecorded",
        "LeaseLost",
        "TooLate",
        "LeaseEnded",
        "Died",
        "extended",
        "frozen",
        #[cfg(feature = "dynamodb")]
        "transacted",
        #[cfg(feature = "dynamodb")]
        "transaction failed",
        "late request",
        "lost request",
    ] {
        assert!(counts.get(what).is_some_and(|count| *count > 5), "{what} is rare in {counts:?}");
    }
}

#[test]
#[ignore = "needs minutes for a million seeds: run `cargo xtask slow`"]
fn calls_keep_every_promise_in_a_million_rounds() {
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    check(SEEDS..MANY_SEEDS, threads);
}

#[test]
fn seed_plays_the_same_round_each_time() {
    for seed in 0..50 {
        let history = || play(seed, DEFAULT, true).history;
        assert_eq!(history(), history(), "seed {seed}");
    }
}

#[test]
fn without_a_reserve_answers_come_too_late_and_operations_start_too_late() {
    let configure: Configure = |it| it.reserve(Duration::ZERO);
    for property in [properties::IN_TIME, properties::TIME_TO_RUN] {
        assert!(violating(property, 0..SEEDS, configure).is_some(), "{property}");
    }
}

#[test]
fn without_a_limit_claiming_takes_minutes_while_the_store_is_away() {
    let configure: Configure = |it| it.claim_timeout(3600 * SECOND);
    assert!(violating(properties::CLAIMING_ENDS, 0..SEEDS, configure).is_some());
}

#[test]
fn operations_that_are_not_stopped_outlast_their_leases() {
    let configure: Configure = |it| it.stop_at_lease_end(false);
    assert!(violating(properties::STOPPED, 0..SEEDS, configure).is_some());
}
