use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::completed_requests::CompletedRequests;
use super::extensions::Extensions;
use super::job::{Job, Running, Start};
use crate::log::InitPhase;
use crate::memory;
use crate::outcome::FunctionError;

/// Where the process is in its life.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// Nothing was started by us; a runtime started by hand may ask at any time.
    Idle,
    Starting {
        since: Instant,
    },
    Ready,
    /// It ended or is being killed; the next invocation starts another.
    Gone,
    /// It ended for good, for this reason.
    Dead(FunctionError, String),
    /// The `Local` was shut down.
    Closed,
}

pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) session: u64,
    pub(super) pid: Option<u32>,
    pub(super) restarts: bool,
    /// How many processes have been started.
    pub(super) starts: u32,
    /// How many events the log stream had when the last one was started.
    pub(super) log_len: usize,
    /// The start to report with the first invocation.
    pub(super) start: Start,
    pub(super) init_error: Option<FunctionError>,
    pub(super) waiting: VecDeque<Job>,
    pub(super) running: HashMap<String, Running>,
    /// How often a runtime has asked for more since the oldest answer that is not settled.
    pub(super) arrivals: usize,
    pub(super) completed: CompletedRequests,
    pub(super) idle_since: Instant,
    pub(super) extensions: Extensions,
    peak_mb: Option<u64>,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Idle,
            session: 0,
            pid: None,
            restarts: false,
            starts: 0,
            log_len: 0,
            start: Start::default(),
            init_error: None,
            waiting: VecDeque::new(),
            running: HashMap::new(),
            arrivals: 0,
            completed: CompletedRequests::default(),
            idle_since: Instant::now(),
            extensions: Extensions::default(),
            peak_mb: None,
        }
    }

    /// Whether the process of `session` may get and answer invocations.
    pub(super) fn serves(&self, session: u64) -> bool {
        self.session == session
            && !matches!(self.phase, Phase::Gone | Phase::Dead(..) | Phase::Closed)
    }

    /// Whether the process of `session` has not asked for work yet.
    pub(super) fn is_starting(&self, session: u64) -> bool {
        self.session == session && matches!(self.phase, Phase::Starting { .. } | Phase::Idle)
    }

    pub(super) fn is_under_way(&self, request_id: &str) -> bool {
        self.running.contains_key(request_id)
            || self.waiting.iter().any(|job| job.request_id == request_id)
    }

    /// Tells when the process was started; environments that run many invocations at once start none
    /// within an invocation.
    pub(super) fn init_phase(&self, is_concurrent: bool) -> InitPhase {
        if self.starts > 1 && !is_concurrent { InitPhase::Invoke } else { InitPhase::Init }
    }

    /// Notes that the process asks for work, which ends its start; gives the start's duration.
    pub(super) fn ready(&mut self, on_demand: bool, phase: InitPhase) -> Option<Duration> {
        let init = match self.phase {
            Phase::Starting { since } => Some(since.elapsed()),
            Phase::Idle => None,
            _ => return None,
        };
        self.phase = Phase::Ready;
        self.start = Start {
            cold: on_demand,
            init_duration: init.filter(|_| on_demand),
            is_in_invoke: phase == InitPhase::Invoke,
        };
        init
    }

    /// Takes out one attempt, unless it has ended.
    pub(super) fn remove(&mut self, request_id: &str, invocation_id: &str) -> Option<Running> {
        let running = self.running.get(request_id)?;
        (running.job.invocation_id == invocation_id).then(|| self.running.remove(request_id))?
    }

    fn answered(&self) -> usize {
        self.running.values().filter(|running| running.answer.is_some()).count()
    }

    /// Takes out the invocations that a runtime's question for more shows to be done.
    ///
    /// Runtimes ask without saying which invocation they are done with. As soon as there are as many
    /// questions as answers, every answer's worker must have asked.
    pub(super) fn settled(&mut self) -> Vec<Running> {
        let answered = self.answered();
        self.arrivals = if answered == 0 { 0 } else { self.arrivals + 1 };
        if self.arrivals < answered {
            return Vec::new();
        }
        self.arrivals = 0;
        let done = |running: &Running| running.answer.is_some();
        let ids: Vec<_> = self
            .running
            .iter()
            .filter(|(_, running)| done(running))
            .map(|(id, _)| id.clone())
            .collect();
        ids.iter().filter_map(|id| self.running.remove(id)).collect()
    }

    /// The most memory the process has used, as far as the system tells.
    pub(super) fn max_memory_mb(&mut self) -> Option<u64> {
        let now = self.pid.and_then(memory::peak_mb);
        self.peak_mb = self.peak_mb.max(now);
        self.peak_mb
    }
}
