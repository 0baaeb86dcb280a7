use std::{
    fmt,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use opentelemetry_sdk::{error::OTelSdkResult, trace::SpanData};

use super::problem::NotExported;

/// How many spans are exported at once, as in OpenTelemetry's batch processor.
pub(super) const MOST_AT_ONCE: usize = 512;

/// How long spans lie without a flush, as in OpenTelemetry's batch processor.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// What lies between those who have spans and the thread that exports them.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Told when there may be something to export.
    filled: Condvar,
    /// Told when something was exported, or the thread has ended.
    finished: Condvar,
    most: usize,
}

struct State {
    spans: Vec<SpanData>,
    /// How many spans found no room since that was told.
    lost: usize,
    /// How many flushes were asked for, and which of them are done.
    asked: u64,
    done: u64,
    exporting: bool,
    /// Whether the last export worked; whether one will is not known before the first.
    works: bool,
    /// Why spans were not exported, until that was told.
    problem: Option<NotExported>,
    closed: bool,
    ended: bool,
}

/// What is to be exported, and the flush that asked for it.
pub(super) struct Taken {
    pub(super) spans: Vec<SpanData>,
    pub(super) ticket: u64,
}

/// How long a flush may take.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Wait {
    /// It is not waited for.
    Never,
    /// It is waited for unless the last export failed or took too long: then no flush is waited for until
    /// an export has worked.
    WhileItWorks(Duration),
    /// It is waited for in any case.
    Always(Duration),
}

impl Queue {
    pub(super) fn new(most: usize) -> Self {
        let state = State {
            spans: Vec::new(),
            lost: 0,
            asked: 0,
            done: 0,
            exporting: false,
            works: true,
            problem: None,
            closed: false,
            ended: false,
        };
        Self { state: Mutex::new(state), filled: Condvar::new(), finished: Condvar::new(), most }
    }

    pub(super) fn add(&self, mut spans: Vec<SpanData>) {
        let mut state = self.lock();
        let room = self.most.saturating_sub(state.spans.len());
        state.lost += spans.len().saturating_sub(room);
        spans.truncate(room);
        let was_empty = state.spans.is_empty();
        state.spans.append(&mut spans);
        if was_empty || state.spans.len() >= MOST_AT_ONCE {
            self.filled.notify_one();
        }
    }

    /// Has everything exported that lies here; returns a problem that nobody was told yet.
    pub(super) fn flush(&self, wait: Wait) -> Result<(), NotExported> {
        let mut state = self.lock();
        state.asked += 1;
        let ticket = state.asked;
        self.filled.notify_one();
        let patience = match wait {
            Wait::Always(patience) => Some(patience),
            Wait::WhileItWorks(patience) => Some(patience).filter(|_| state.works),
            Wait::Never => None,
        };
        if let Some(patience) = patience.filter(|_| !state.is_idle()) {
            let is_open = |state: &mut State| state.done < ticket && !state.ended;
            let waited = self.finished.wait_timeout_while(state, patience, is_open);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if is_open(&mut state) {
                state.works = false;
                state.problem.get_or_insert(NotExported::TimedOut(patience));
            }
        }
        state.tell()
    }

    /// Waits for something to export; `None` when the queue is closed and empty.
    pub(super) fn take(&self) -> Option<Taken> {
        let mut state = self.lock();
        let mut resting_since = None;
        loop {
            if state.asked > state.done || state.spans.len() >= MOST_AT_ONCE || state.closed {
                break;
            }
            if state.spans.is_empty() {
                resting_since = None;
                state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let rested = resting_since.get_or_insert_with(Instant::now).elapsed();
            let Some(left) = LONGEST_REST.checked_sub(rested).filter(|left| !left.is_zero()) else {
                break;
            };
            let waited = self.filled.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let spans = std::mem::take(&mut state.spans);
        let goes_on = !state.closed || !spans.is_empty();
        state.exporting = goes_on;
        goes_on.then_some(Taken { spans, ticket: state.asked })
    }

    /// Notes what came of an export; `None` if there was nothing to export.
    pub(super) fn finish(&self, ticket: u64, result: Option<OTelSdkResult>) {
        let mut state = self.lock();
        (state.done, state.exporting) = (ticket, false);
        if let Some(result) = result {
            state.works = result.is_ok();
            if let Err(error) = result {
                state.problem = Some(NotExported::Failed(error.to_string()));
            }
        }
        self.finished.notify_all();
    }

    /// Has the thread export what is left and end, and waits for that.
    pub(super) fn close(&self, patience: Duration) {
        let mut state = self.lock();
        state.closed = true;
        self.filled.notify_one();
        let patience = if state.works { patience } else { Duration::ZERO };
        drop(self.finished.wait_timeout_while(state, patience, |state| !state.ended));
    }

    /// Notes that the thread has ended, or never began.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.finished.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Tells whether there is nothing that a flush would have to wait for.
    fn is_idle(&self) -> bool {
        self.spans.is_empty() && !self.exporting
    }

    fn tell(&mut self) -> Result<(), NotExported> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        match std::mem::take(&mut self.lost) {
            0 => Ok(()),
            lost => Err(NotExported::NoRoom(lost)),
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queued = self.lock().spans.len();
        f.debug_struct("Queue").field("queued", &queued).finish_non_exhaustive()
    }
}
