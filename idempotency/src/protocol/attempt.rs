//! What an attempt makes of the answers that it gets: the course of a call without its waiting.

use crate::{
    record::{Lease, Record, Status},
    store::{Claim, ClaimOutcome},
};

/// How often a call asks again after a record without a valid lease has refused it, even if it does not wait: the
/// record was about to expire, or the clocks of two environments differ.
const MOST_LOOKS: u32 = 3;

/// How often a write is repeated under a lease that was found again: it was extended without an answer, or by
/// another clone of the attempt.
const MOST_REPEATED_WRITES: u32 = 3;

/// What an attempt does after it has asked for the right to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// It runs the operation, at once, under this lease: the one it has just asked for, or that of an earlier claim of
    /// the same call.
    Run(Lease),
    /// It replays this.
    Replay(Record),
    /// It stops: the key was used with another payload.
    Mismatch,
    /// It asks again after a pause, or gives up.
    Blocked {
        /// When the lease in the way ends, in milliseconds since 1970; `None` if there is none.
        until: Option<u64>,
        /// Whether somebody else has the right to run.
        is_held: bool,
    },
}

/// Decides what an attempt does, at `now_ms` by its own clock, with the answer to its claim.
///
/// An answer that arrives after the lease has ended gives no right to run: others may have taken over.
///
/// All claims of one call have the same owner, and each has another end. If the answer to one of them is lost, or a
/// copy of it reaches the store only after the next was sent, a later claim finds a record with its own owner. The
/// attempt then holds the lease of the record, not the one it asked for, because stores compare owner and end.
/// Without owners, the attempt's own record looks like that of another attempt, and blocks it until the lease ends.
pub fn on_claim_result(claim: &Claim, answer: ClaimOutcome, now_ms: u64) -> NextStep {
    let lease = match answer {
        ClaimOutcome::Granted => claim.lease.clone(),
        ClaimOutcome::Held(record) => match own_lease(&claim.lease, &record) {
            Some(lease) => lease.clone(),
            None => return on_record(claim.validation.as_deref(), record, now_ms),
        },
    };
    if now_ms <= lease.until {
        NextStep::Run(lease)
    } else {
        NextStep::Blocked { until: Some(lease.until), is_held: false }
    }
}

/// Returns whether a call with this validation digest must not get the result of `record`. A call that validates nothing
/// gets any result.
pub fn differs(validation: Option<&str>, record: &Record) -> bool {
    validation.is_some() && record.validation.as_deref() != validation
}

/// Returns whether a call asks again after it was refused `looks` times, even if it does not wait for other attempts.
pub fn looks_again(looks: u32, is_held: bool) -> bool {
    !is_held && looks < MOST_LOOKS
}

/// Returns whether a rejected write is repeated under the lease that was found, after so many repetitions.
pub fn writes_again(repeated: u32) -> bool {
    repeated < MOST_REPEATED_WRITES
}

/// Returns when a record expires that is written now, in seconds since 1970: not before its lease.
pub fn expires_at(now_ms: u64, period_ms: u64, lease_until: u64) -> u64 {
    (now_ms.saturating_add(period_ms) / 1000).max(lease_until / 1000 + 1)
}

/// What an attempt finds when it reads the record after the store has rejected its write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RejectedWrite {
    /// The record holds its result: only the answer had been lost.
    Completed,
    /// It still has the right to run, under this lease: the answer to an extension had been lost, or a copy of its
    /// claim arrived late.
    Held(Lease),
    /// The record no longer exists.
    Gone,
    /// The record is another's.
    Lost,
}

/// Decides what a rejected write means, from the record as it is now; `data` is the result that was to be recorded.
///
/// A store rejects a write for two reasons that it can't tell apart: another attempt has the record, or an earlier copy
/// of this write, whose answer was lost, has changed it. Hence the read after each rejection. The owner in the record
/// decides: a completed record with the own owner holds the own result, because nobody else completes under it.
///
/// Without an owner, a record that was completed under a lease of the same end is taken for its own if it has
/// the same result, so that all calls agree; an extended lease is not recognised.
pub fn on_write_rejected(
    lease: &Lease,
    data: Option<&str>,
    record: Option<&Record>,
) -> RejectedWrite {
    let Some(record) = record else {
        return RejectedWrite::Gone;
    };
    let Some(theirs) = record.lease.as_ref().filter(|theirs| theirs.owner == lease.owner) else {
        return RejectedWrite::Lost;
    };
    let (is_owned, is_same) = (lease.owner.is_some(), theirs.until == lease.until);
    match record.status {
        Status::Completed if is_owned || (is_same && record.data.as_deref() == data) => {
            RejectedWrite::Completed
        }
        // Also under the same end: a copy of its claim may have arrived late, when the record was gone.
        Status::InProgress if is_owned => RejectedWrite::Held(theirs.clone()),
        _ => RejectedWrite::Lost,
    }
}

/// Returns the lease of a record in progress that has the same owner as `lease`, and perhaps another end.
fn own_lease<'a>(lease: &Lease, record: &'a Record) -> Option<&'a Lease> {
    let is_own = |theirs: &&Lease| theirs.owner.is_some() && theirs.owner == lease.owner;
    record.lease.as_ref().filter(is_own).filter(|_| record.status == Status::InProgress)
}

/// By the time of reading a record may have expired: then it is as if it had never been.
fn on_record(validation: Option<&str>, record: Record, now_ms: u64) -> NextStep {
    let is_expired = record.is_expired(now_ms);
    if !is_expired && differs(validation, &record) {
        return NextStep::Mismatch;
    }
    if !is_expired && record.status == Status::Completed {
        return NextStep::Replay(record);
    }
    let is_held = record.is_held(now_ms);
    NextStep::Blocked { until: record.lease.map(|lease| lease.until), is_held }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Owner;

    const NOW: u64 = 1_000_000;

    fn lease(until: u64, owner: Option<&str>) -> Lease {
        Lease { until, owner: owner.map(Owner::from_text) }
    }

    fn record(status: Status, lease: Lease, data: Option<&str>) -> Record {
        let data = data.map(str::to_owned);
        Record { status, expires_at: 2000, lease: Some(lease), data, validation: None }
    }

    fn claim(owner: Option<&str>) -> Claim {
        Claim { lease: lease(NOW, owner), expires_at: 2000, validation: None }
    }

    #[test]
    fn granted_claim_runs_until_its_lease_has_ended() {
        let run = NextStep::Run(lease(NOW, Some("a")));
        assert_eq!(on_claim_result(&claim(Some("a")), ClaimOutcome::Granted, NOW), run);
        let late = NextStep::Blocked { until: Some(NOW), is_held: false };
        assert_eq!(on_claim_result(&claim(Some("a")), ClaimOutcome::Granted, NOW + 1), late);
    }

    #[test]
    fn record_with_the_calls_own_owner_is_held_under_the_end_of_the_record() {
        let blocked = |until, is_held| NextStep::Blocked { until: Some(until), is_held };
        for (owner, theirs, expected) in [
            (Some("a"), lease(NOW, Some("a")), NextStep::Run(lease(NOW, Some("a")))),
            (Some("a"), lease(NOW + 9, Some("a")), NextStep::Run(lease(NOW + 9, Some("a")))),
            // It has ended, so that the next claim is granted.
            (Some("a"), lease(NOW - 1, Some("a")), blocked(NOW - 1, false)),
            (Some("a"), lease(NOW, Some("b")), blocked(NOW, true)),
            (None, lease(NOW, None), blocked(NOW, true)),
        ] {
            let answer = ClaimOutcome::Held(record(Status::InProgress, theirs, None));
            assert_eq!(on_claim_result(&claim(owner), answer, NOW), expected);
        }
    }

    #[test]
    fn expired_result_is_not_replayed() {
        let done = record(Status::Completed, lease(NOW, Some("b")), Some("1"));
        let replay = NextStep::Replay(done.clone());
        assert_eq!(
            on_claim_result(&claim(Some("a")), ClaimOutcome::Held(done.clone()), 2_000_999),
            replay
        );
        let blocked = NextStep::Blocked { until: Some(NOW), is_held: false };
        assert_eq!(
            on_claim_result(&claim(Some("a")), ClaimOutcome::Held(done), 2_001_000),
            blocked
        );
    }

    #[test]
    fn rejected_write_finds_the_own_lease_under_another_end() {
        let own = lease(NOW, Some("a"));
        for (status, until, owner, expected) in [
            (Status::Completed, NOW, "a", RejectedWrite::Completed),
            (Status::Completed, NOW + 9, "a", RejectedWrite::Completed),
            (Status::InProgress, NOW + 9, "a", RejectedWrite::Held(lease(NOW + 9, Some("a")))),
            (Status::InProgress, NOW, "a", RejectedWrite::Held(lease(NOW, Some("a")))),
            (Status::InProgress, NOW, "b", RejectedWrite::Lost),
            (Status::Completed, NOW, "b", RejectedWrite::Lost),
        ] {
            let record = record(status, lease(until, Some(owner)), Some("1"));
            assert_eq!(on_write_rejected(&own, Some("1"), Some(&record)), expected, "{record:?}");
        }
        assert_eq!(on_write_rejected(&own, None, None), RejectedWrite::Gone);
    }

    #[test]
    fn record_without_owner_is_own_if_end_and_result_are_the_same() {
        let own = lease(NOW, None);
        for (until, data, expected) in [
            (NOW, "1", RejectedWrite::Completed),
            (NOW, "2", RejectedWrite::Lost),
            (NOW + 1, "1", RejectedWrite::Lost),
        ] {
            let record = record(Status::Completed, lease(until, None), Some(data));
            assert_eq!(on_write_rejected(&own, Some("1"), Some(&record)), expected, "{record:?}");
        }
    }
}
