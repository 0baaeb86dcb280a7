use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::completed_requests::CompletedRequests;
use super::extensions::Extensions;
use super::job::{Job, Running, Start};
use crate::log::InitPhase;
use crate::memory;
use crate::outcome::FunctionError;

/// The state of the process.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// We started no process; a manually started runtime may poll at any time.
    Idle,
    Starting {
        since: Instant,
    },
    Ready,
    /// It ended or is being killed; the next invocation starts another one.
    Gone,
    /// It ended permanently, for this reason.
    Dead(FunctionError, String),
    /// The `Local` was shut down.
    Closed,
}

pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) session: u64,
    pub(super) pid: Option<u32>,
    pub(super) restarts: bool,
    /// The number of processes that have been started.
    pub(super) starts: u32,
    /// The number of events in the log stream when the last process was started.
    pub(super) log_len: usize,
    /// The start to report with the first invocation.
    pub(super) start: Start,
    pub(super) init_error: Option<FunctionError>,
    pub(super) waiting: VecDeque<Job>,
    pub(super) running: HashMap<String, Running>,
    /// How often a runtime has polled since the oldest response that is not settled.
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

    /// Whether the process of `session` may receive invocations and respond to them.
    pub(super) fn serves(&self, session: u64) -> bool {
        self.session == session
            && !matches!(self.phase, Phase::Gone | Phase::Dead(..) | Phase::Closed)
    }

    /// Whether the process of `session` has not polled yet.
    pub(super) fn is_starting(&self, session: u64) -> bool {
        self.session == session && matches!(self.phase, Phase::Starting { .. } | Phase::Idle)
    }

    pub(super) fn is_under_way(&self, request_id: &str) -> bool {
        self.running.contains_key(request_id)
            || self.waiting.iter().any(|job| job.request_id == request_id)
    }

    /// Returns the phase in which the process was started; environments with concurrent invocations never start one
    /// within an invocation.
    pub(super) fn init_phase(&self, is_concurrent: bool) -> InitPhase {
        if self.starts > 1 && !is_concurrent { InitPhase::Invoke } else { InitPhase::Init }
    }

    /// Records that the process polls, which ends its start; returns the duration of the start.
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

    /// Removes an attempt, unless it has ended.
    pub(super) fn remove(&mut self, request_id: &str, invocation_id: &str) -> Option<Running> {
        let running = self.running.get(request_id)?;
        (running.job.invocation_id == invocation_id).then(|| self.running.remove(request_id))?
    }

    fn answered(&self) -> usize {
        self.running.values().filter(|running| running.answer.is_some()).count()
    }

    /// Removes the invocations that must be done, because a runtime has polled.
    ///
    /// Runtimes poll without saying which invocation they have finished. Once there are as many polls as responses, the
    /// worker of every response must have polled.
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

    /// The maximum memory that the process has used, if the system reports it.
    pub(super) fn max_memory_mb(&mut self) -> Option<u64> {
        let now = self.pid.and_then(memory::peak_mb);
        self.peak_mb = self.peak_mb.max(now);
        self.peak_mb
    }
}
