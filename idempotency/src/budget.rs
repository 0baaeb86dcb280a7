//! How the time of an invocation is divided.

use std::time::Duration;

/// How much time before the deadline no call of the store uses, so that the function can answer and flush.
const DEFAULT_RESERVE: Duration = Duration::from_millis(200);

/// How long claiming may take, however far away the deadline is.
const DEFAULT_CLAIM_TIMEOUT: Duration = Duration::from_secs(10);

/// How long releasing may delay the operation's own error. A claim that is not released ends by itself.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long recording may take after the deadline, where Lambda does not end the function at it. The caller has had its
/// answer, but another delivery would repeat an effect that is not recorded.
const RECORD_AFTER_DEADLINE: Duration = Duration::from_secs(5);

/// How long one attempt at a call of the store may take. DynamoDB answers in milliseconds.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(2);

/// What a builder sets about time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimits {
    /// How long before the deadline every call of the store has ended.
    pub(crate) reserve: Duration,
    pub(crate) claim_timeout: Duration,
    /// How long a lease lasts where the deadline is unknown.
    pub(crate) default_lease: Duration,
}

impl TimeLimits {
    pub(crate) const fn new(default_lease: Duration) -> Self {
        Self { reserve: DEFAULT_RESERVE, claim_timeout: DEFAULT_CLAIM_TIMEOUT, default_lease }
    }

    /// Divides the time that remains before the invocation's deadline; `None` if the deadline is unknown.
    pub(crate) fn divide(self, remaining: Option<Duration>) -> TimeBudget {
        TimeBudget { limits: self, remaining }
    }
}

/// The time of a call at one moment.
///
/// Every limit is derived from the deadline minus the reserve. It is a value of that moment, and a new one is made for
/// each step: what one step has used up is then missing in the next, and no step has to hand its rest on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeBudget {
    limits: TimeLimits,
    remaining: Option<Duration>,
}

impl TimeBudget {
    /// How long the lease of a claim lasts: until the deadline, because Lambda ends the operation then.
    pub(crate) fn lease(self) -> Duration {
        self.remaining.unwrap_or(self.limits.default_lease)
    }

    /// How much time is missing to start an operation that holds a lease for `lease`; `None` if nothing is.
    ///
    /// An operation that starts in the reserve could not record its result.
    pub(crate) fn missing_to_start(self, lease: Duration) -> Option<Duration> {
        let needed = match self.remaining {
            Some(_) => self.limits.reserve,
            // Without a deadline a short lease was configured.
            None => self.limits.reserve.min(self.limits.default_lease / 2),
        };
        (lease <= needed).then(|| needed - lease)
    }

    /// How long a call may wait for another attempt, of the time that it is allowed to.
    pub(crate) fn wait(self, limit: Duration) -> Duration {
        self.remaining.map_or(limit, |_| limit.min(self.before_reserve()))
    }

    /// How long claiming may take: the operation needs time as well.
    pub(crate) fn claim(self) -> Duration {
        self.limits.claim_timeout.min(self.before_reserve() / 2)
    }

    /// How long recording may take. An operation that ended in the reserve has half of what remains of it, because
    /// an unrecorded result costs more than a late answer.
    pub(crate) fn record(self) -> Duration {
        if self.remaining == Some(Duration::ZERO) {
            return RECORD_AFTER_DEADLINE;
        }
        self.before_reserve().max(self.lease() / 2)
    }

    /// How long releasing may take.
    pub(crate) fn release(self) -> Duration {
        RELEASE_TIMEOUT.min(self.record())
    }

    fn before_reserve(self) -> Duration {
        self.remaining.map_or(self.limits.default_lease, |remaining| {
            remaining.saturating_sub(self.limits.reserve)
        })
    }
}

/// Returns how long one attempt may take of the `budget` for a call: twice as long fits in, so that a connection that
/// went silent costs one retry.
pub(crate) fn attempt_timeout(budget: Duration) -> Duration {
    LONGEST_ATTEMPT.min(budget * 2 / 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn budget(remaining: Option<Duration>) -> TimeBudget {
        TimeLimits::new(300 * SECOND).divide(remaining)
    }

    #[test]
    fn every_step_ends_before_the_reserve_at_any_deadline() {
        for millis in [0, 1, 5, 199, 200, 201, 1000, 3000, 29_000, 900_000] {
            let remaining = Duration::from_millis(millis);
            let budget = budget(Some(remaining));
            let usable = remaining.saturating_sub(DEFAULT_RESERVE);
            assert!(budget.claim() <= usable && budget.claim() <= DEFAULT_CLAIM_TIMEOUT);
            assert!(budget.wait(Duration::MAX) == usable);
            let is_past = remaining.is_zero();
            let record = if is_past { RECORD_AFTER_DEADLINE } else { usable.max(remaining / 2) };
            assert!(budget.record() <= record);
            assert!(budget.release() <= RELEASE_TIMEOUT);
            assert!(2 * attempt_timeout(budget.claim()) <= budget.claim());
        }
    }

    #[test]
    fn nothing_starts_in_the_reserve() {
        let missing = |left: Duration| budget(Some(left)).missing_to_start(left);
        assert_eq!(missing(Duration::ZERO), Some(DEFAULT_RESERVE));
        assert_eq!(missing(Duration::from_millis(5)), Some(Duration::from_millis(195)));
        assert_eq!(missing(Duration::from_millis(201)), None);
    }

    #[test]
    fn without_a_deadline_the_default_lease_counts() {
        let budget = budget(None);
        assert_eq!((budget.lease(), budget.claim()), (300 * SECOND, DEFAULT_CLAIM_TIMEOUT));
        assert_eq!((budget.record(), budget.wait(7 * SECOND)), (300 * SECOND, 7 * SECOND));
        assert_eq!(budget.missing_to_start(300 * SECOND), None);
    }
}
