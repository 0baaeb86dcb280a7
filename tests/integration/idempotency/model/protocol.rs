//! The steps that attempts, clocks, the network and death can take.

use powertools_idempotency::ClaimOutcome;
use stateright::{Model, Property};

use super::{
    mutants::Mutant,
    properties,
    state::{Phase, State},
};

/// When clocks start, in seconds.
const START: u64 = 100;

/// Some attempts at one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Protocol {
    /// Whether leases have owners; Powertools for Python writes none, and tells leases apart by their ends.
    pub(super) owners: bool,
    /// What is changed about the protocol.
    pub(super) mutant: Option<Mutant>,
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
    /// No answer comes to a call that waits: it claims once more, with another lease.
    ClaimAgain(usize),
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
                if matches!(answer, ClaimOutcome::Held(_)) && attempt.waits < self.waits {
                    steps.push(Step::Wait(at));
                }
                false
            }
            Phase::Reading { .. } => {
                steps.push(Step::Receive(at));
                false
            }
            Phase::Claiming { .. }
            | Phase::Extending { .. }
            | Phase::Settling { .. }
            | Phase::Restoring { .. } => {
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
            if matches!(attempt.phase, Phase::Claiming { .. }) && attempt.waits > 0 {
                steps.push(Step::ClaimAgain(at));
            }
        }
        if state.crashes > 0 {
            steps.push(Step::Crash(at));
        }
    }
}
