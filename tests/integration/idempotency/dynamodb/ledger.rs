//! Effects, counted outside of what is tested.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use powertools_idempotency::Lease;

/// What has happened in the world, and what must not have.
#[derive(Default)]
pub(super) struct Ledger(Mutex<Book>);

#[derive(Default)]
struct Book {
    effects: HashMap<String, Vec<Effect>>,
    /// The results that calls were given.
    given: HashMap<String, u64>,
    last: u64,
    violations: Vec<String>,
}

struct Effect {
    number: u64,
    lease: Lease,
    end: End,
}

/// How an effect ended, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    /// Not at all: it runs, or its environment died.
    Open,
    /// With an error, so that its claim is given back.
    Failed,
    /// With a result.
    Succeeded,
}

impl Ledger {
    /// Has an effect happen under `lease`, at `now_ms` by the clock of its environment; returns its number.
    pub(super) fn begin(&self, key: &str, lease: Lease, now_ms: u64) -> u64 {
        let mut book = self.lock();
        book.last += 1;
        let number = book.last;
        if let Some(result) = book.given.get(key) {
            let violation = format!("{key}: effect {number} after the result {result} was given");
            book.violations.push(violation);
        }
        let effects = book.effects.entry(key.to_owned()).or_default();
        let held =
            effects.iter().find(|effect| effect.end != End::Failed && effect.lease.until >= now_ms);
        let violation = held.map(|held| {
            let (other, until) = (held.number, held.lease.until);
            format!("{key}: effect {number} at {now_ms} during the lease of {other} until {until}")
        });
        effects.push(Effect { number, lease, end: End::Open });
        book.violations.extend(violation);
        number
    }

    pub(super) fn end(&self, key: &str, number: u64, end: End) {
        let mut book = self.lock();
        let effects = book.effects.get_mut(key).into_iter().flatten();
        effects.filter(|effect| effect.number == number).for_each(|effect| effect.end = end);
    }

    /// A call was given this result.
    pub(super) fn give(&self, key: &str, result: u64) {
        let mut book = self.lock();
        let is_real = book.effects.get(key).is_some_and(|effects| {
            effects.iter().any(|it| it.number == result && it.end == End::Succeeded)
        });
        let first = *book.given.entry(key.to_owned()).or_insert(result);
        if first != result {
            book.violations.push(format!("{key}: the results {first} and {result} were given"));
        }
        if !is_real {
            book.violations.push(format!("{key}: {result} is no result of an effect"));
        }
    }

    pub(super) fn note(&self, violation: String) {
        self.lock().violations.push(violation);
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.lock().violations.clone()
    }

    /// How many effects there were, each of which has its own number.
    pub(super) fn effects(&self) -> u64 {
        self.lock().last
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap()
    }
}

fn lease(until: u64) -> Lease {
    Lease { until, owner: None }
}

#[test]
fn ledger_finds_effects_during_a_lease_and_after_a_result() {
    let ledger = Ledger::default();
    let first = ledger.begin("k", lease(10), 1);
    ledger.begin("k", lease(20), 10);
    assert_eq!(ledger.violations(), ["k: effect 2 at 10 during the lease of 1 until 10"]);
    ledger.end("k", first, End::Succeeded);
    ledger.give("k", first);
    ledger.begin("k", lease(40), 30);
    ledger.give("k", 2);
    assert_eq!(
        ledger.violations()[1..],
        [
            "k: effect 3 after the result 1 was given",
            "k: the results 1 and 2 were given",
            "k: 2 is no result of an effect",
        ]
    );
}

#[test]
fn ledger_accepts_effects_after_a_failure_or_a_lease() {
    let ledger = Ledger::default();
    let failed = ledger.begin("k", lease(10), 1);
    ledger.end("k", failed, End::Failed);
    ledger.begin("k", lease(20), 2);
    let third = ledger.begin("k", lease(30), 21);
    ledger.end("k", third, End::Succeeded);
    ledger.give("k", third);
    ledger.give("k", third);
    assert_eq!((ledger.violations(), ledger.effects()), (vec![], 3));
}
