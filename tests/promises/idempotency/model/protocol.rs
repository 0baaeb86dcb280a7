//! The steps that attempts, clocks, the network and death can take.

use powertools_idempotency::{
    Claim, Claimed, Fenced, Lease, Owner,
    machine::{Aftermath, Request, Verdict, aftermath, expires_at, judge, looks_again},
};
use stateright::{Model, Property};

use super::{
    properties,
    state::{End, Phase, Sent, State},
};

/// When clocks start, in seconds.
const START: u64 = 100;

/// Some attempts at one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Protocol {
    pub(super) rules: Rules,
    pub(super) attempts: usize,
    /// How many seconds clocks advance.
    pub(super) horizon: u64,
    /// By how many seconds clocks may differ.
    pub(super) apart: u64,
    /// How many whole seconds a lease lasts.
    pub(super) lease: u64,
    /// How many whole seconds a result is kept.
    pub(super) period: u64,
    /// How many requests are asked again, or given up, without an answer.
    pub(super) losses: u8,
    /// How many attempts die.
    pub(super) crashes: u8,
    /// How often an attempt waits for another.
    pub(super) waits: u8,
    /// How often an attempt asks for a longer lease.
    pub(super) extensions: u8,
}

/// By whose rules a record is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    Ours,
    /// Ours, with leases told apart by their ends, as Powertools for Python writes them.
    WithoutOwners,
    /// Whoever completes or releases does so, whether it has the lease or not.
    Unfenced,
    /// A call that is refused deletes the record.
    RefusedRelease,
    /// Whose claim is granted starts, however late it hears of it.
    LateStart,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    AllClocks,
    Clock(usize),
    Claim(usize),
    /// The store executes the request.
    Execute(usize),
    ExecuteStray(usize),
    /// The answer arrives and is acted on.
    Receive(usize),
    /// As `Receive`, but who is refused waits and asks again.
    Wait(usize),
    /// No answer comes: the request is sent again, unless it was to extend, and the first may still arrive.
    AskAgain(usize),
    GiveUp(usize),
    Extend(usize),
    Succeed(usize),
    Fail(usize),
    Crash(usize),
    /// The store removes the record, which has expired.
    Vanish,
}

impl Model for Protocol {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self.attempts, START, self.losses, self.crashes)]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if !state.have_all_ended() {
            self.clock_steps(state, steps);
            for at in 0..self.attempts {
                self.attempt_steps(state, at, steps);
            }
        }
        steps.extend((0..state.strays.len()).map(Step::ExecuteStray));
        let clocks = state.attempts.iter().map(|attempt| attempt.clock * 1000);
        if let (Some(record), Some(earliest)) = (&state.record, clocks.min()) {
            steps.extend(record.is_expired(earliest).then_some(Step::Vanish));
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut next = last.clone();
        self.take(&mut next, step);
        assert!(next.progress() > last.progress(), "a step that leads nowhere: {last:?}");
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Protocol {
    fn clock_steps(&self, state: &State, steps: &mut Vec<Step>) {
        let clocks = || state.attempts.iter().map(|attempt| attempt.clock);
        let (first, last) = (clocks().min().unwrap_or(START), clocks().max().unwrap_or(START));
        // Until something happens, time makes no difference, but clocks may differ.
        let is_new = state.attempts[0].is_new();
        if last < START + self.horizon && !is_new {
            steps.push(Step::AllClocks);
        }
        let end = START + if is_new { self.apart } else { self.horizon };
        let may = |clock: u64| clock < end && clock + 1 - first <= self.apart;
        let alone = state.attempts.iter().enumerate().filter(|(_, attempt)| may(attempt.clock));
        steps.extend(alone.map(|(at, _)| Step::Clock(at)));
    }

    fn attempt_steps(&self, state: &State, at: usize, steps: &mut Vec<Step>) {
        let attempt = &state.attempts[at];
        let is_waited_for = match &attempt.phase {
            Phase::Ended(_) => return,
            // They are named in the order in which they begin.
            Phase::Ready if attempt.is_new() && at > 0 && state.attempts[at - 1].is_new() => return,
            Phase::Ready => {
                steps.push(Step::Claim(at));
                false
            }
            Phase::Running(_) => {
                steps.extend([Step::Succeed(at), Step::Fail(at)]);
                if attempt.extensions < self.extensions {
                    steps.push(Step::Extend(at));
                }
                false
            }
            Phase::Claiming { answer: Some(answer), .. } => {
                steps.push(Step::Receive(at));
                if matches!(answer, Claimed::Held(_)) && attempt.waits < self.waits {
                    steps.push(Step::Wait(at));
                }
                false
            }
            Phase::Reading { .. } => {
                steps.push(Step::Receive(at));
                false
            }
            Phase::Claiming { .. } | Phase::Extending { .. } | Phase::Settling { .. } => {
                steps.push(Step::Execute(at));
                true
            }
            Phase::Meddling(_) => {
                steps.push(Step::Execute(at));
                false
            }
        };
        if is_waited_for && state.losses > 0 {
            steps.extend([Step::AskAgain(at), Step::GiveUp(at)]);
        }
        if state.crashes > 0 {
            steps.push(Step::Crash(at));
        }
    }

    fn take(&self, state: &mut State, step: Step) {
        let succeeds = matches!(step, Step::Succeed(_));
        match step {
            Step::AllClocks => state.attempts.iter_mut().for_each(|attempt| attempt.clock += 1),
            Step::Clock(at) => state.attempts[at].clock += 1,
            Step::Claim(at) => self.send_claim(state, at),
            Step::Execute(at) => self.execute(state, at),
            Step::ExecuteStray(stray) => {
                let sent = state.strays.remove(stray);
                let _ = state.execute(self.rules, &sent);
            }
            Step::Receive(at) => self.receive(state, at, false),
            Step::Wait(at) => self.receive(state, at, true),
            Step::AskAgain(at) => ask_again(state, at),
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
        let name = format!("{at}.{}", attempt.looks + u32::from(attempt.waits));
        let owner = (self.rules != Rules::WithoutOwners).then(|| Owner::from_text(name));
        let lease = Lease { until, owner };
        let expires_at = expires_at(now_ms, self.period * 1000, until);
        let request = Request::Claim { lease: lease.clone(), expires_at, validation: None };
        let claim = Claim { lease, expires_at, validation: None };
        let sent = Sent { by: at, now_ms, request };
        attempt.phase = Phase::Claiming { claim, sent, answer: None };
    }

    fn send_extension(&self, state: &mut State, at: usize) {
        let attempt = &mut state.attempts[at];
        let Phase::Running(lease) = attempt.phase.clone() else {
            return;
        };
        let now_ms = attempt.clock * 1000;
        let until = now_ms + self.lease * 1000;
        let expires_at = expires_at(now_ms, self.period * 1000, until);
        let request = Request::Extend { lease: lease.clone(), until, expires_at };
        attempt.phase = Phase::Extending { lease, sent: Sent { by: at, now_ms, request } };
    }

    fn execute(&self, state: &mut State, at: usize) {
        let mut phase = state.attempts[at].phase.clone();
        match &mut phase {
            Phase::Claiming { sent, answer, .. } => *answer = Some(state.claim(self.rules, sent)),
            Phase::Settling { lease, succeeded, sent } => {
                phase = match state.execute(self.rules, sent) {
                    Fenced::Done if *succeeded => Phase::Ended(End::Fresh),
                    Fenced::Done => Phase::Ended(End::Failed),
                    Fenced::Lost => Phase::Reading { lease: lease.clone(), succeeded: *succeeded },
                }
            }
            Phase::Extending { lease, sent } => {
                state.attempts[at].extensions += 1;
                let mut lease = lease.clone();
                if let (Fenced::Done, Request::Extend { until, .. }) =
                    (state.execute(self.rules, sent), &sent.request)
                {
                    lease.until = *until;
                }
                phase = Phase::Running(lease);
            }
            Phase::Meddling(sent) => {
                let _ = state.execute(self.rules, sent);
                phase = Phase::Ended(End::Refused);
            }
            _ => {}
        }
        state.attempts[at].enter(phase);
    }

    fn receive(&self, state: &mut State, at: usize, waits: bool) {
        let now_ms = state.attempts[at].clock * 1000;
        let phase = match state.attempts[at].phase.clone() {
            Phase::Claiming { claim, answer: Some(answer), .. } => {
                let is_granted = answer == Claimed::Granted;
                let ignores_clock = self.rules == Rules::LateStart && is_granted;
                let now_ms = if ignores_clock { claim.lease.until } else { now_ms };
                match judge(&claim, answer, now_ms) {
                    Verdict::Run => {
                        self.see_start(state, at, claim.lease.until);
                        Phase::Running(claim.lease)
                    }
                    Verdict::Replay(record) => {
                        let of = record.data.and_then(|data| data.parse().ok());
                        Phase::Ended(End::Replayed(of.expect("each result names its attempt")))
                    }
                    Verdict::Blocked { is_held, .. } => {
                        self.blocked(state, at, is_held, waits, claim.lease)
                    }
                    Verdict::Mismatch => unreachable!("nothing is validated"),
                }
            }
            Phase::Reading { lease, succeeded } => {
                let data = succeeded.then(|| at.to_string());
                match aftermath(&lease, data.as_deref(), state.record.as_ref()) {
                    Aftermath::Held(lease) => {
                        state.attempts[at].finds += 1;
                        return self.settle(state, at, lease, succeeded);
                    }
                    Aftermath::Completed if succeeded => Phase::Ended(End::Fresh),
                    Aftermath::Gone if !succeeded => Phase::Ended(End::Failed),
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

    fn settle(&self, state: &mut State, at: usize, lease: Lease, succeeded: bool) {
        let attempt = &mut state.attempts[at];
        let now_ms = attempt.clock * 1000;
        let request = if succeeded {
            let expires_at = expires_at(now_ms, self.period * 1000, 0);
            Request::Complete { lease: lease.clone(), data: Some(at.to_string()), expires_at }
        } else {
            Request::Release { lease: lease.clone() }
        };
        let sent = Sent { by: at, now_ms, request };
        attempt.phase = Phase::Settling { lease, succeeded, sent };
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

/// Sends the request once more; the first is still on its way, or has arrived and its answer is lost.
fn ask_again(state: &mut State, at: usize) {
    state.losses -= 1;
    let attempt = &mut state.attempts[at];
    match &mut attempt.phase {
        Phase::Claiming { sent, .. } | Phase::Settling { sent, .. } => {
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
    let phase = state.attempts[at].enter(Phase::Ended(end));
    if let Phase::Claiming { sent, answer: None, .. } | Phase::Settling { sent, .. } = phase {
        state.strays.push(sent);
    }
}
