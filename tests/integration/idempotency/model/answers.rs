//! What an attempt does with an answer.

use powertools_idempotency::{
    ClaimOutcome, Lease, Record, Status,
    protocol::{NextStep, RejectedWrite, Request, looks_again, writes_again},
};

use super::{
    mutants::Mutant,
    protocol::Protocol,
    state::{End, Phase, Sent, State},
};

impl Protocol {
    /// Acts on an answer; who is refused may wait.
    pub(super) fn receive(&self, state: &mut State, at: usize, waits: bool) {
        let now_ms = state.attempts[at].clock * 1000;
        let phase = match state.attempts[at].phase.clone() {
            Phase::Claiming { claim, answer: Some(answer), .. } => {
                let refusal = match &answer {
                    ClaimOutcome::Held(record) => Some(record.clone()),
                    ClaimOutcome::Granted => None,
                };
                match self.on_claim_result(&claim, answer, now_ms) {
                    NextStep::Run(lease) => {
                        self.see_start(state, at, lease.until);
                        Phase::Running(lease)
                    }
                    NextStep::Replay(record) => {
                        state.seen.replayed_expired |= record.is_expired(now_ms);
                        let of = record.data.and_then(|data| data.parse().ok());
                        Phase::Ended(End::Replayed(of.expect("each result names its attempt")))
                    }
                    NextStep::Blocked { is_held, .. } => {
                        let next = self.blocked(state, at, is_held, waits, claim.lease.clone());
                        if let (Phase::Ended(End::Refused), Some(record)) = (&next, refusal) {
                            state.see_refusal(at, &record);
                        }
                        next
                    }
                    NextStep::Mismatch => unreachable!("nothing is validated"),
                }
            }
            Phase::Reading { lease, succeeded } => {
                let data = succeeded.then(|| at.to_string());
                match self.on_write_rejected(&lease, data.as_deref(), state.record.as_ref()) {
                    RejectedWrite::Held(lease)
                        if writes_again(u32::from(state.attempts[at].finds)) =>
                    {
                        state.attempts[at].finds += 1;
                        return self.settle(state, at, lease, succeeded);
                    }
                    RejectedWrite::Completed if succeeded => Phase::Ended(End::Fresh),
                    RejectedWrite::Gone if !succeeded => Phase::Ended(End::Failed),
                    RejectedWrite::Gone if !state.attempts[at].has_restored => {
                        return self.restore(state, at, lease);
                    }
                    _ => {
                        state.seen.lost_while_held |= state.holds(at);
                        Phase::Ended(End::LeaseLost)
                    }
                }
            }
            other => other,
        };
        state.attempts[at].enter(phase);
    }

    fn blocked(
        &self,
        state: &mut State,
        at: usize,
        is_held: bool,
        waits: bool,
        lease: Lease,
    ) -> Phase {
        let attempt = &mut state.attempts[at];
        if looks_again(attempt.looks, is_held) {
            attempt.looks += 1;
            return Phase::Ready;
        }
        if waits {
            attempt.waits += 1;
            return Phase::Ready;
        }
        if !self.is(Mutant::ReleaseWhenRefused) {
            return Phase::Ended(End::Refused);
        }
        let request = Request::Release { lease };
        Phase::Meddling(Sent { by: at, now_ms: attempt.clock * 1000, request })
    }

    /// The effect starts, as far as any lease can tell, when the clock is looked at.
    fn see_start(&self, state: &mut State, at: usize, until: u64) {
        let allowance = self.apart * 1000;
        let is_valid = |clock: u64, until: u64| clock * 1000 <= until;
        let is_well_valid = |clock: u64, until: u64| clock * 1000 + allowance <= until;
        let others = state.attempts.iter().zip(&state.seen.leases).enumerate();
        let others = others.filter(|(other, _)| *other != at);
        let leases: Vec<_> =
            others.filter_map(|(_, (it, lease))| Some((it.clock, (*lease)?))).collect();
        let own = state.attempts[at].clock;
        state.seen.started_under_lease |= leases.iter().any(|it| is_valid(it.0, it.1));
        state.seen.started_well_under_lease |=
            is_well_valid(own, until) && leases.iter().any(|it| is_well_valid(it.0, it.1));
    }
}

impl State {
    /// An attempt gave up because of `record`.
    fn see_refusal(&mut self, at: usize, record: &Record) {
        let now_ms = self.attempts[at].clock * 1000;
        let is_result = record.status == Status::Completed && !record.is_expired(now_ms);
        self.seen.result_withheld |= is_result;
        // Not if the record has changed meanwhile.
        let is_own = self.holds(at) && self.record.as_ref() == Some(record);
        self.seen.refused_for_own_claim |= is_own && !is_result;
    }
}
