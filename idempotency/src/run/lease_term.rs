use std::time::Duration;

use crate::{Claim, Lease, Owner, idempotency::Settings};

/// When a lease begins and ends, and when its record would expire.
///
/// All three come from one look at the clock, so that a record never expires before its lease ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeaseTerm {
    pub(super) now_ms: u64,
    pub(super) until: u64,
    pub(super) expires_at: u64,
}

impl LeaseTerm {
    /// Returns the term of a lease that begins now and lasts for `period`.
    pub(super) fn from_now(settings: &Settings, period: Duration) -> Self {
        let now_ms = settings.now_ms();
        let period_ms = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
        let until = now_ms.saturating_add(period_ms);
        Self { now_ms, until, expires_at: settings.expires_at(now_ms, until) }
    }

    /// Returns the claim with which `owner` asks for a lease of this term.
    pub(super) fn claim(self, owner: Option<Owner>, validation: Option<String>) -> Claim {
        let lease = Lease { until: self.until, owner };
        Claim { lease, expires_at: self.expires_at, validation }
    }
}
