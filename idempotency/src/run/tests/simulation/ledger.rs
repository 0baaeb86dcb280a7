//! What an observer sees who knows everything: every write of the store and every start of an operation.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

#[cfg(feature = "dynamodb")]
use super::properties::WRITES_ONCE;
use super::properties::{
    LEASED, ONE_LEASE, ONE_RESULT, RECORDED, RESULT_STAYS, TIME_TO_RUN, Violation,
};
use crate::{Lease, Record, Status};

/// What has happened in a round.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) violations: Vec<Violation>,
    pub(super) history: Vec<String>,
    pub(super) counts: BTreeMap<&'static str, u64>,
    /// By how many milliseconds clocks differ at most.
    skew_ms: u64,
    attempts: HashMap<usize, Seen>,
    /// Which delivery the record is of.
    holder: Option<usize>,
    /// How many results have expired.
    lifetime: u32,
    recorded: HashMap<u64, u32>,
    given: HashMap<u32, u64>,
    last_number: u64,
    /// How often the writes of each effect were made that are part of a transaction.
    #[cfg(feature = "dynamodb")]
    transacted: HashMap<u64, u32>,
    /// Whose writes were made in each lifetime of the record.
    #[cfg(feature = "dynamodb")]
    transacted_in: HashMap<u32, u64>,
}

/// What was seen of a delivery.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// Until when the store granted a lease that was not given back.
    lease_until: Option<u64>,
    /// Whether the record was taken from it, or removed.
    lost: bool,
    /// The number of its last effect.
    number: u64,
}

/// A change of the record.
#[derive(Debug)]
pub(super) enum Write {
    Claim { until: u64 },
    Complete { number: Option<u64> },
    Release,
    Extend { until: u64 },
}

impl Ledger {
    /// Creates one for clocks that differ by `skew` at most.
    pub(super) fn new(skew: Duration) -> Self {
        Self { skew_ms: u64::try_from(skew.as_millis()).unwrap(), ..Self::default() }
    }

    pub(super) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    pub(super) fn violate(&mut self, property: &'static str, how: String) {
        self.violations.push(Violation { property, how });
    }

    /// The store made a change that `delivery` asked for; `before` is the record as it was.
    pub(super) fn written(
        &mut self,
        delivery: usize,
        now_ms: u64,
        before: Option<&Record>,
        write: &Write,
    ) {
        if let Some(result) = before.filter(|before| before.status == Status::Completed) {
            if result.is_expired(now_ms) {
                self.lifetime += 1;
            } else {
                self.violate(RESULT_STAYS, format!("delivery {delivery} changed {result:?}"));
            }
        }
        if let Some(loser) = self.holder.filter(|holder| *holder != delivery) {
            self.seen(loser).lost = true;
        }
        self.holder = Some(delivery);
        match write {
            Write::Claim { until } => {
                let seen = self.seen(delivery);
                (seen.lease_until, seen.lost) = (Some(*until), false);
            }
            Write::Extend { until } => self.seen(delivery).lease_until = Some(*until),
            Write::Complete { number } => {
                self.seen(delivery).lease_until = None;
                // A result that is too large is recorded without its data.
                let number = number.unwrap_or(self.seen(delivery).number);
                self.recorded.insert(number, self.lifetime);
            }
            Write::Release => {
                self.seen(delivery).lease_until = None;
                self.holder = None;
            }
        }
    }

    /// An operation starts; `clocks` are those of all deliveries. Returns the number of its effect.
    pub(super) fn begin(
        &mut self,
        delivery: usize,
        lease: Option<&Lease>,
        clocks: &[u64],
        left: Option<Duration>,
        needed: Duration,
        has_owners: bool,
    ) -> u64 {
        let now_ms = clocks[delivery];
        let until = lease.map_or(0, |lease| lease.until);
        if until < now_ms {
            self.violate(LEASED, format!("delivery {delivery} started at {now_ms}, lease {until}"));
        }
        let left = left.unwrap_or(Duration::from_millis(until.saturating_sub(now_ms)));
        if left <= needed {
            self.violate(TIME_TO_RUN, format!("delivery {delivery} started with {left:?} left"));
        }
        for (other, seen) in
            self.attempts.iter().map(|(other, seen)| (*other, *seen)).collect::<Vec<_>>()
        {
            let well_within = |clock: u64, until: u64| clock + self.skew_ms <= until;
            let theirs = seen.lease_until.filter(|theirs| {
                other != delivery
                    && has_owners
                    && well_within(clocks[other], *theirs)
                    && well_within(now_ms, until)
            });
            if let Some(theirs) = theirs {
                let how =
                    format!("delivery {delivery} at {now_ms}, delivery {other} until {theirs}");
                self.violate(ONE_LEASE, how);
            }
        }
        self.last_number += 1;
        self.seen(delivery).number = self.last_number;
        self.last_number
    }

    /// A caller was given this result.
    pub(super) fn give(&mut self, delivery: usize, number: u64) {
        let Some(&lifetime) = self.recorded.get(&number) else {
            return self.violate(RECORDED, format!("delivery {delivery} gave {number}"));
        };
        let first = *self.given.entry(lifetime).or_insert(number);
        if first != number {
            self.violate(ONE_RESULT, format!("delivery {delivery} gave {number} after {first}"));
        }
    }

    /// The store made the writes of an effect, and recorded its completion in the same step.
    #[cfg(feature = "dynamodb")]
    pub(super) fn transacted(&mut self, delivery: usize, number: u64) {
        let count = self.transacted.entry(number).or_default();
        *count += 1;
        let count = *count;
        if count > 1 {
            self.violate(WRITES_ONCE, format!("{number} of delivery {delivery}: {count} times"));
        }
        let first = *self.transacted_in.entry(self.lifetime).or_insert(number);
        if first != number {
            self.violate(WRITES_ONCE, format!("those of {number} after those of {first}"));
        }
    }

    /// Checks that the writes of an effect were made so often.
    #[cfg(feature = "dynamodb")]
    pub(super) fn check_writes(&mut self, number: u64, expected: u32) {
        let count = self.transacted.get(&number).copied().unwrap_or_default();
        if count != expected {
            self.violate(WRITES_ONCE, format!("{number}: {count} times instead of {expected}"));
        }
    }

    /// Tells whether the attempt had its lease as long as it wanted it.
    pub(super) fn held_throughout(&mut self, delivery: usize) -> bool {
        !self.seen(delivery).lost
    }

    fn seen(&mut self, delivery: usize) -> &mut Seen {
        self.attempts.entry(delivery).or_default()
    }
}
