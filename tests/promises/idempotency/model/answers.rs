//! What an attempt does with an answer.

use powertools_idempotency::{
    ClaimOutcome, Lease,
    protocol::{NextStep, RejectedWrite, Request, looks_again, on_claim_result, on_write_rejected},
};

use super::{
    protocol::{Protocol, Rules},
    state::{End, Phase, Sent, State},
};

impl Protocol {
    /// Acts on an answer; who is refused may wait.
    pub(super) fn receive(&self, state: &mut State, at: usize, waits: bool) {
        let now_ms = state.attempts[at].clock * 1000;
        let phase = match state.attempts[at].phase.clone() {
            Phase::Claiming { claim, answer: Some(answer), .. } => {
                let is_granted = answer == ClaimOutcome::Granted;
                let ignores_clock = self.rules == Rules::LateStart && is_granted;
                let now_ms = if ignores_clock { claim.lease.until } else { now_ms };
                match on_claim_result(&claim, answer, now_ms) {
                    NextStep::Run => {
                        self.see_start(state, at, claim.lease.until);
                        Phase::Running(claim.lease)
                    }
                    NextStep::Replay(record) => {
                        let of = record.data.and_then(|data| data.parse().ok());
                        Phase::Ended(End::Replayed(of.expect("each result names its attempt")))
                    }
                    NextStep::Blocked { is_held, .. } => {
                        self.blocked(state, at, is_held, waits, claim.lease)
                    }
                    NextStep::Mismatch => unreachable!("nothing is validated"),
                }
            }
            Phase::Reading { lease, succeeded } => {
                let data = succeeded.then(|| at.to_string());
                match on_write_rejected(&lease, data.as_deref(), state.record.as_ref()) {
                    RejectedWrite::Held(lease) => {
                        state.attempts[at].finds += 1;
                        return self.settle(state, at, lease, succeeded);
                    }
                    RejectedWrite::Completed if succeeded => Phase::Ended(End::Fresh),
                    RejectedWrite::Gone if !succeeded => Phase::Ended(End::Failed),
                    _ => Phase::Ended(End::LeaseLost),
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
        if self.rules != Rules::RefusedRelease {
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
