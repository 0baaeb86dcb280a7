//! What the attempts, the store and the network are at some time.

use powertools_idempotency::{Claim, ClaimOutcome, Lease, Record, protocol::Request};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) record: Option<Record>,
    pub(super) attempts: Vec<Attempt>,
    /// Requests that nobody waits for any more and that may still reach the store.
    pub(super) strays: Vec<Sent>,
    /// How often an answer may yet fail to come.
    pub(super) losses: u8,
    /// How often an attempt may yet die.
    pub(super) crashes: u8,
    pub(super) seen: Seen,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attempt {
    pub(super) phase: Phase,
    /// What its clock shows, in seconds.
    pub(super) clock: u64,
    /// How often it looked again at a record that holds nobody up.
    pub(super) looks: u32,
    /// How often it waited for another.
    pub(super) waits: u8,
    /// How often it asked for a longer lease.
    pub(super) extensions: u8,
    /// How often it found its lease again under another end.
    pub(super) finds: u8,
    /// Whether it claimed once more to record its result.
    pub(super) has_restored: bool,
}

/// How far an attempt is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// It is about to claim.
    Ready,
    /// It has asked for the right to run.
    Claiming {
        claim: Claim,
        sent: Sent,
        answer: Option<ClaimOutcome>,
    },
    /// The effect has started.
    Running(Lease),
    /// The effect goes on, and it has asked for a longer lease.
    Extending {
        lease: Lease,
        sent: Sent,
    },
    /// It has asked to complete or to release.
    Settling {
        lease: Lease,
        succeeded: bool,
        sent: Sent,
    },
    /// It was told that it lost its lease, and looks whether that is so.
    Reading {
        lease: Lease,
        succeeded: bool,
    },
    /// Its record is gone, and it claims once more to record its result.
    Restoring {
        claim: Claim,
        sent: Sent,
    },
    /// It was refused and deletes the record, as no attempt should.
    Meddling(Sent),
    Ended(End),
}

/// A request on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sent {
    pub(super) by: usize,
    pub(super) now_ms: u64,
    pub(super) request: Request,
}

impl Sent {
    /// Returns the end of the lease that it claims, if it does.
    pub(super) fn claimed_until(&self) -> Option<u64> {
        match &self.request {
            Request::Claim { lease, .. } => Some(lease.until),
            _ => None,
        }
    }
}

/// What an attempt gives its caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    Fresh,
    /// With the attempt whose result it is.
    Replayed(usize),
    Refused,
    Failed,
    LeaseLost,
    /// The store did not answer in time.
    GaveUp,
    Crashed,
}

/// What an observer has seen who knows everything; no attempt does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    /// How many results have expired.
    pub(super) lifetime: u8,
    /// In which lifetime each attempt's result got into the record.
    pub(super) completed: Vec<Option<u8>>,
    /// The leases that the store granted and that were not given back, in milliseconds.
    pub(super) leases: Vec<Option<u64>>,
    /// Whose lease or result the record has.
    pub(super) holder: Option<usize>,
    /// A result was overwritten or deleted before it had expired.
    pub(super) result_destroyed: bool,
    /// An effect started during another attempt's lease.
    pub(super) started_under_lease: bool,
    /// The same, and neither lease was about to end.
    pub(super) started_well_under_lease: bool,
    /// A claim was rejected while neither a lease lasted nor a result stood.
    pub(super) rejected_without_reason: bool,
    /// An attempt gave up because of its own claim.
    pub(super) refused_for_own_claim: bool,
    /// An attempt gave up although there was a result.
    pub(super) result_withheld: bool,
    /// A result was replayed after it had expired.
    pub(super) replayed_expired: bool,
    /// An attempt reported a lost lease, and still had it or had completed the record.
    pub(super) lost_while_held: bool,
}

impl State {
    pub(super) fn new(attempts: usize, start: u64, losses: u8, crashes: u8) -> Self {
        let attempt = Attempt::new(start);
        Self {
            record: None,
            attempts: vec![attempt; attempts],
            strays: Vec::new(),
            losses,
            crashes,
            seen: Seen {
                completed: vec![None; attempts],
                leases: vec![None; attempts],
                ..Seen::default()
            },
        }
    }

    /// Returns the attempts whose results were given to callers as good.
    pub(super) fn given(&self) -> impl Iterator<Item = usize> {
        self.attempts.iter().enumerate().filter_map(|(at, attempt)| match attempt.phase {
            Phase::Ended(End::Fresh) => Some(at),
            Phase::Ended(End::Replayed(of)) => Some(of),
            _ => None,
        })
    }

    pub(super) fn have_all_ended(&self) -> bool {
        self.attempts.iter().all(|attempt| matches!(attempt.phase, Phase::Ended(_)))
    }

    /// Returns something that every step makes larger, so that no sequence of steps comes back.
    pub(super) fn progress(&self) -> (u64, usize, u32, usize) {
        let clocks = self.attempts.iter().map(|attempt| attempt.clock).sum();
        let spent = usize::from(u8::MAX - self.losses) + usize::from(u8::MAX - self.crashes);
        let left = usize::from(self.record.is_some()) + 2 * self.strays.len();
        (clocks, spent, self.attempts.iter().map(Attempt::progress).sum(), usize::MAX - left)
    }
}

impl Attempt {
    fn new(clock: u64) -> Self {
        Self {
            phase: Phase::Ready,
            clock,
            looks: 0,
            waits: 0,
            extensions: 0,
            finds: 0,
            has_restored: false,
        }
    }

    /// Tells whether it has not done anything yet.
    pub(super) fn is_new(&self) -> bool {
        self.phase == Phase::Ready && self.looks == 0 && self.waits == 0
    }

    /// Enters a phase and returns the last; an attempt that has ended forgets how it came there.
    pub(super) fn enter(&mut self, phase: Phase) -> Phase {
        if matches!(phase, Phase::Ended(_)) {
            *self = Self { phase: self.phase.clone(), ..Self::new(self.clock) };
        }
        std::mem::replace(&mut self.phase, phase)
    }

    fn progress(&self) -> u32 {
        let turns = [self.waits, self.extensions, self.finds, u8::from(self.has_restored)];
        let turns = turns.map(u32::from);
        10 * (self.looks + turns.iter().sum::<u32>()) + self.phase.order()
    }
}

impl Phase {
    fn order(&self) -> u32 {
        match self {
            Self::Ready => 0,
            Self::Restoring { .. } => 1,
            Self::Claiming { answer, .. } => 1 + u32::from(answer.is_some()),
            Self::Running(_) => 3,
            Self::Extending { .. } | Self::Settling { .. } => 4,
            Self::Reading { .. } => 6,
            Self::Meddling(_) => 7,
            Self::Ended(_) => 1000,
        }
    }
}
