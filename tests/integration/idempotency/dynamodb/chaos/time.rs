//! Time that tests move.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use fastrand::Rng;
use powertools_idempotency::Clock;

/// By how much clocks differ.
const SKEW_MS: i64 = 20;

/// The clock of an environment; those of a round pass together, and differ a little.
#[derive(Clone, Default)]
pub(super) struct Time {
    passed_ms: Arc<AtomicI64>,
    skew_ms: i64,
}

impl Time {
    pub(super) fn skewed(&self, random: &mut Rng) -> Self {
        Self { passed_ms: self.passed_ms.clone(), skew_ms: random.i64(-SKEW_MS..=SKEW_MS) }
    }

    pub(super) fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap();
        self.passed_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Time {
    fn now(&self) -> SystemTime {
        let ahead_ms = self.passed_ms.load(Ordering::SeqCst) + SKEW_MS + self.skew_ms;
        SystemTime::now() + Duration::from_millis(u64::try_from(ahead_ms).unwrap())
    }
}
