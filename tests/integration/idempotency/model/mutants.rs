//! The protocol with one change, to show that some property notices it.
//!
//! Most mutants run the real functions on another input, or change the output, so that they follow the code.

use powertools_idempotency::{
    Claim, ClaimOutcome, Lease, Record, Status,
    protocol::{
        Decision, NextStep, RejectedWrite, Request, decide, expires_at, on_claim_result,
        on_write_rejected,
    },
};

use super::{protocol::Protocol, state::Sent};

/// One change to the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutant {
    // Of `decide`:
    /// A claim is granted during the lease of another attempt.
    ClaimDuringLease,
    /// A claim is granted in the last millisecond of a lease.
    ClaimInLastMillisecond,
    /// A claim is granted although a result stands.
    ClaimOverResult,
    /// A claim is refused although the lease in the way has ended.
    ClaimRefusedAfterLease,
    /// A claim is refused although the result in the way has expired.
    ClaimRefusedAfterExpiry,
    /// Every attempt completes the record, whether it has the lease or not.
    CompleteUnfenced,
    /// Every attempt deletes the record, whether it has the lease or not.
    ReleaseUnfenced,
    /// Every attempt gets the lease that it asks to extend.
    ExtendUnfenced,
    /// Leases with the same end count as the same.
    OwnerIgnored,
    /// A completed record is changed by the attempt that completed it.
    StatusIgnored,
    /// A release leaves the record as it is.
    ReleaseRefused,
    /// A completed record remains in progress.
    CompleteLeavesInProgress,
    /// A completed record does not say who completed it.
    CompleteForgetsLease,
    /// A longer lease does not change when the record expires.
    ExtendKeepsExpiry,
    // Of `expires_at`:
    /// A record may expire before its lease ends.
    ExpiryBeforeLeaseEnd,
    // Of `on_claim_result`:
    /// The operation starts however late the attempt hears of its claim.
    StartAfterLease,
    /// The operation starts although the claim was refused.
    StartWhileHeld,
    /// A claim whose answer was lost is not recognised when it is repeated.
    OwnClaimIgnored,
    /// An earlier claim of the same call is not recognised, because its lease has another end.
    OwnEarlierClaimIgnored,
    /// A lease of the same end is taken for the attempt's own.
    AnyClaimOfSameEndIsOwn,
    /// A result is replayed after it has expired.
    ReplayAfterExpiry,
    /// A result that stands is not replayed.
    ResultRefused,
    // Of `on_write_rejected`:
    /// A lease that the attempt still holds counts as lost.
    HeldCountsAsLost,
    /// The attempt's own completion counts as lost.
    CompletionCountsAsLost,
    /// The lease of another attempt counts as the own one.
    LostCountsAsHeld,
    /// The result of another attempt counts as the own one.
    LostCountsAsCompleted,
    /// A record that is gone counts as completed.
    GoneCountsAsCompleted,
    // Of the call:
    /// A call that is refused deletes the record.
    ReleaseWhenRefused,
    /// A call that waits releases a claim without an answer before it claims once more.
    ReleaseBetweenClaims,
}

impl Protocol {
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// Decides what becomes of a record.
    pub(super) fn decide(&self, record: Option<&Record>, sent: &Sent) -> Decision {
        let request = &sent.request;
        let Some(mutant) = self.mutant else {
            return decide(record, sent.now_ms, request.clone());
        };
        if mutant.refuses(record, request) {
            return Decision::Refuse;
        }
        let is_early = mutant == Mutant::ClaimInLastMillisecond;
        let now_ms = sent.now_ms + u64::from(is_early);
        let seen = mutant.seen(record, request);
        match decide(seen.as_ref(), now_ms, request.clone()) {
            Decision::Write(written) => Decision::Write(mutant.written(record, request, written)),
            other => other,
        }
    }

    /// Returns when a record expires that is written at `now_ms`.
    pub(super) fn expires_at(&self, now_ms: u64, lease_until: u64) -> u64 {
        let is_short = self.is(Mutant::ExpiryBeforeLeaseEnd);
        expires_at(now_ms, self.period * 1000, if is_short { 0 } else { lease_until })
    }

    /// Decides what an attempt does with the answer to its claim.
    pub(super) fn on_claim_result(
        &self,
        claim: &Claim,
        answer: ClaimOutcome,
        now_ms: u64,
    ) -> NextStep {
        let (mut claim, mut answer, mut now_ms) = (claim.clone(), answer, now_ms);
        match (self.mutant, &answer) {
            (Some(Mutant::StartAfterLease), ClaimOutcome::Granted) => now_ms = claim.lease.until,
            (Some(Mutant::OwnClaimIgnored), _) => claim.lease.owner = None,
            (Some(Mutant::OwnEarlierClaimIgnored), ClaimOutcome::Held(record))
                if record.lease.as_ref() != Some(&claim.lease) =>
            {
                claim.lease.owner = None;
            }
            (Some(Mutant::AnyClaimOfSameEndIsOwn), ClaimOutcome::Held(record)) => {
                let until = record.lease.as_ref().map(|lease| lease.until);
                if until == Some(claim.lease.until) && record.status == Status::InProgress {
                    answer = ClaimOutcome::Granted;
                }
            }
            _ => {}
        }
        let held = match &answer {
            ClaimOutcome::Held(record) => Some(record.clone()),
            ClaimOutcome::Granted => None,
        };
        match (self.mutant, on_claim_result(&claim, answer, now_ms), held) {
            (Some(Mutant::StartWhileHeld), NextStep::Blocked { is_held: true, .. }, _) => {
                NextStep::Run(claim.lease)
            }
            (Some(Mutant::ReplayAfterExpiry), NextStep::Blocked { .. }, Some(record))
                if record.status == Status::Completed =>
            {
                NextStep::Replay(record)
            }
            (Some(Mutant::ResultRefused), NextStep::Replay(_), _) => {
                NextStep::Blocked { until: None, is_held: true }
            }
            (_, step, _) => step,
        }
    }

    /// Decides what an attempt does whose write was rejected.
    pub(super) fn on_write_rejected(
        &self,
        lease: &Lease,
        data: Option<&str>,
        record: Option<&Record>,
    ) -> RejectedWrite {
        let found = on_write_rejected(lease, data, record);
        match (self.mutant, &found, record) {
            (Some(Mutant::HeldCountsAsLost), RejectedWrite::Held(_), _)
            | (Some(Mutant::CompletionCountsAsLost), RejectedWrite::Completed, _) => {
                RejectedWrite::Lost
            }
            (Some(Mutant::GoneCountsAsCompleted), RejectedWrite::Gone, _) => {
                RejectedWrite::Completed
            }
            (Some(Mutant::LostCountsAsCompleted), RejectedWrite::Lost, Some(theirs))
                if theirs.status == Status::Completed =>
            {
                RejectedWrite::Completed
            }
            (Some(Mutant::LostCountsAsHeld), RejectedWrite::Lost, Some(theirs))
                if theirs.status == Status::InProgress =>
            {
                theirs.lease.clone().map_or(found, RejectedWrite::Held)
            }
            _ => found,
        }
    }
}

impl Mutant {
    /// Tells whether it refuses what should be granted.
    fn refuses(self, record: Option<&Record>, request: &Request) -> bool {
        let status = record.map(|record| record.status);
        match (self, request) {
            (Self::ClaimRefusedAfterLease, Request::Claim { .. }) => {
                status == Some(Status::InProgress)
            }
            (Self::ClaimRefusedAfterExpiry, Request::Claim { .. }) => {
                status == Some(Status::Completed)
            }
            (Self::ReleaseRefused, Request::Release { .. }) => true,
            _ => false,
        }
    }

    /// Returns the record as it appears to `decide`.
    fn seen(self, record: Option<&Record>, request: &Request) -> Option<Record> {
        let status = record.map(|record| record.status);
        let mut seen = record.cloned();
        match (self, request) {
            (Self::ClaimDuringLease, Request::Claim { .. })
                if status == Some(Status::InProgress) =>
            {
                seen = None;
            }
            (Self::ClaimOverResult, Request::Claim { .. }) if status == Some(Status::Completed) => {
                seen = None;
            }
            (Self::CompleteUnfenced, Request::Complete { lease, expires_at, .. })
            | (Self::ExtendUnfenced, Request::Extend { lease, expires_at, .. }) => {
                seen = Some(in_progress(lease, *expires_at));
            }
            (Self::ReleaseUnfenced | Self::ReleaseWhenRefused, Request::Release { lease }) => {
                seen = Some(in_progress(lease, u64::MAX));
            }
            (
                Self::OwnerIgnored,
                Request::Complete { lease, .. }
                | Request::Extend { lease, .. }
                | Request::Release { lease },
            ) => {
                let theirs = seen.as_mut().and_then(|record| record.lease.as_mut());
                if let Some(theirs) = theirs.filter(|theirs| theirs.until == lease.until) {
                    theirs.owner.clone_from(&lease.owner);
                }
            }
            (Self::StatusIgnored, Request::Complete { .. } | Request::Extend { .. }) => {
                if let Some(record) = &mut seen {
                    record.status = Status::InProgress;
                }
            }
            _ => {}
        }
        seen
    }

    /// Returns the record that is written instead.
    fn written(self, record: Option<&Record>, request: &Request, mut written: Record) -> Record {
        match (self, request, record) {
            (Self::CompleteLeavesInProgress, Request::Complete { .. }, _) => {
                written.status = Status::InProgress;
            }
            (Self::CompleteForgetsLease, Request::Complete { .. }, _) => written.lease = None,
            (Self::ExtendKeepsExpiry, Request::Extend { .. }, Some(record)) => {
                written.expires_at = record.expires_at;
            }
            _ => {}
        }
        written
    }
}

fn in_progress(lease: &Lease, expires_at: u64) -> Record {
    let (status, lease) = (Status::InProgress, Some(lease.clone()));
    Record { status, expires_at, lease, data: None, validation: None }
}
