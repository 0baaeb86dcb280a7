//! What each step does.

use std::collections::BTreeSet;

use powertools_idempotency::{
    Claim, ClaimOutcome, Lease, Owner, WriteOutcome,
    protocol::{RejectedWrite, Request},
};

use super::{
    mutants::Mutant,
    protocol::{Protocol, Step},
    state::{End, Phase, Sent, State},
};

impl Protocol {
    /// Takes a step.
    pub(super) fn take(&self, state: &mut State, step: Step) {
        let succeeds = matches!(step, Step::Succeed(_));
        match step {
            Step::AllClocks => state.attempts.iter_mut().for_each(|attempt| attempt.clock += 1),
            Step::Clock(at) => state.attempts[at].clock += 1,
            Step::Claim(at) => self.send_claim(state, at),
            Step::Execute(at) => self.execute(state, at),
            Step::ExecuteStray(stray) => {
                let sent = state.strays.remove(stray);
                let _ = state.execute(self, &sent);
            }
            Step::Receive(at) => self.receive(state, at, false),
            Step::Wait(at) => self.receive(state, at, true),
            Step::AskAgain(at) => ask_again(state, at),
            Step::ClaimAgain(at) => self.claim_again(state, at),
            Step::GiveUp(at) => {
                state.losses -= 1;
                abandon(state, at, End::GaveUp);
            }
            Step::Extend(at) => self.send_extension(state, at),
            Step::Succeed(at) | Step::Fail(at) => {
                if let Phase::Running(lease) = state.attempts[at].phase.clone() {
                    self.settle(state, at, lease, succeeds);
                }
            }
            Step::Crash(at) => {
                state.crashes -= 1;
                abandon(state, at, End::Crashed);
            }
            Step::Vanish => state.vanish(u64::MAX),
        }
    }

    fn send_claim(&self, state: &mut State, at: usize) {
        let attempt = &mut state.attempts[at];
        let now_ms = attempt.clock * 1000;
        let until = now_ms + self.lease * 1000;
        // All claims of a call have one owner, also after it has looked again or waited.
        let owner = self.owners.then(|| Owner::from_text(at.to_string()));
        let lease = Lease { until, owner };
        let expires_at = self.expires_at(now_ms, until);
        let request = Request::Claim { lease: lease.clone(), expires_at, validation: None };
        let claim = Claim { lease, expires_at, validation: None };
        let sent = Sent { by: at, now_ms, request };
        attempt.phase = Phase::Claiming { claim, sent, answer: None };
    }

    /// Stops asking, and asks with another claim; the first is still on its way, or has arrived and its answer is lost.
    fn claim_again(&self, state: &mut State, at: usize) {
        state.losses -= 1;
        if let Phase::Claiming { claim, sent, .. } = state.attempts[at].enter(Phase::Ready) {
            if self.is(Mutant::ReleaseBetweenClaims) {
                let request = Request::Release { lease: claim.lease };
                state.strays.push(Sent { request, ..sent.clone() });
            }
            state.strays.push(sent);
        }
    }

    fn send_extension(&self, state: &mut State, at: usize) {
        let attempt = &mut state.attempts[at];
        let Phase::Running(lease) = attempt.phase.clone() else {
            return;
        };
        let now_ms = attempt.clock * 1000;
        let until = now_ms + self.lease * 1000;
        let expires_at = self.expires_at(now_ms, until);
        let request = Request::Extend { lease: lease.clone(), until, expires_at };
        attempt.phase = Phase::Extending { lease, sent: Sent { by: at, now_ms, request } };
    }

    fn execute(&self, state: &mut State, at: usize) {
        let mut phase = state.attempts[at].phase.clone();
        match &mut phase {
            Phase::Claiming { sent, answer, .. } => *answer = Some(state.claim(self, sent)),
            Phase::Settling { lease, succeeded, sent } => {
                phase = match state.execute(self, sent) {
                    WriteOutcome::Applied if *succeeded => Phase::Ended(End::Fresh),
                    WriteOutcome::Applied => Phase::Ended(End::Failed),
                    WriteOutcome::LeaseLost => {
                        Phase::Reading { lease: lease.clone(), succeeded: *succeeded }
                    }
                }
            }
            Phase::Restoring { claim, sent } => {
                let lease = match state.claim(self, sent) {
                    ClaimOutcome::Granted => Some(claim.lease.clone()),
                    ClaimOutcome::Held(record) => {
                        match self.on_write_rejected(&claim.lease, None, Some(&record)) {
                            RejectedWrite::Held(lease) => Some(lease),
                            _ => None,
                        }
                    }
                };
                if let Some(lease) = lease {
                    return self.settle(state, at, lease, true);
                }
                state.seen.lost_while_held |= state.holds(at);
                phase = Phase::Ended(End::LeaseLost);
            }
            Phase::Extending { lease, sent } => {
                state.attempts[at].extensions += 1;
                let mut lease = lease.clone();
                if let (WriteOutcome::Applied, Request::Extend { until, .. }) =
                    (state.execute(self, sent), &sent.request)
                {
                    lease.until = *until;
                }
                phase = Phase::Running(lease);
            }
            Phase::Meddling(sent) => {
                let _ = state.execute(self, sent);
                phase = Phase::Ended(End::Refused);
            }
            _ => {}
        }
        state.attempts[at].enter(phase);
    }

    /// Claims a record that has gone, to record a result that is known.
    pub(super) fn restore(&self, state: &mut State, at: usize, lost: Lease) {
        let attempt = &mut state.attempts[at];
        attempt.has_restored = true;
        let now_ms = attempt.clock * 1000;
        let until = now_ms + self.lease * 1000;
        let (lease, expires_at) = (Lease { until, ..lost }, self.expires_at(now_ms, until));
        let request = Request::Claim { lease: lease.clone(), expires_at, validation: None };
        let claim = Claim { lease, expires_at, validation: None };
        attempt.phase = Phase::Restoring { claim, sent: Sent { by: at, now_ms, request } };
    }

    /// Asks to complete or to release.
    pub(super) fn settle(&self, state: &mut State, at: usize, lease: Lease, succeeded: bool) {
        let attempt = &mut state.attempts[at];
        let now_ms = attempt.clock * 1000;
        let request = if succeeded {
            let expires_at = self.expires_at(now_ms, 0);
            Request::Complete { lease: lease.clone(), data: Some(at.to_string()), expires_at }
        } else {
            Request::Release { lease: lease.clone() }
        };
        let sent = Sent { by: at, now_ms, request };
        attempt.phase = Phase::Settling { lease, succeeded, sent };
    }
}

/// Sends the request once more; the first is still on its way, or has arrived and its answer is lost.
fn ask_again(state: &mut State, at: usize) {
    state.losses -= 1;
    let attempt = &mut state.attempts[at];
    match &mut attempt.phase {
        Phase::Claiming { sent, .. }
        | Phase::Settling { sent, .. }
        | Phase::Restoring { sent, .. } => {
            state.strays.push(sent.clone());
            sent.now_ms = attempt.clock * 1000;
        }
        // An extension is the operation's own affair: it goes on.
        Phase::Extending { lease, sent } => {
            state.strays.push(sent.clone());
            attempt.extensions += 1;
            attempt.phase = Phase::Running(lease.clone());
        }
        _ => {}
    }
}

/// Ends an attempt whose request may still be on its way.
fn abandon(state: &mut State, at: usize, end: End) {
    // Whoever gives up a claim releases it in the background; whoever dies does not.
    let is_given_back = end == End::GaveUp;
    let phase = state.attempts[at].enter(Phase::Ended(end));
    match phase {
        Phase::Claiming { claim, sent, answer: None } => {
            state.strays.push(sent.clone());
            if is_given_back && claim.lease.owner.is_some() {
                // Of its earlier claims as well, whose leases it finds in the store.
                let claims = state.strays.iter().filter(|stray| stray.by == at);
                let leases: BTreeSet<_> = claims.filter_map(Sent::claimed_until).collect();
                state.strays.extend(leases.into_iter().map(|until| {
                    let lease = Lease { until, ..claim.lease.clone() };
                    Sent { request: Request::Release { lease }, ..sent.clone() }
                }));
            }
        }
        Phase::Settling { sent, .. } | Phase::Restoring { sent, .. } => state.strays.push(sent),
        _ => {}
    }
}
