//! One execution environment: the waiting and running invocations, and how each of them ends.
//!
//! [`State`](state::State) holds all of this and changes under one lock; a [`Session`] is the lifetime of one process
//! in it. This module does not depend on HTTP or processes, and on tasks only for its timers.

mod completed_requests;
mod completion;
mod extensions;
mod job;
mod lifecycle;
mod session;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::error::Error;
use crate::log::{LogStream, Platform};
use crate::settings::Settings;

pub(crate) use self::extensions::Event;
pub(crate) use self::job::{Answer, Job};
pub(crate) use self::session::Session;
use self::state::{Phase, State};

/// The reason for which the Runtime API refuses a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// No invocation ever had this request id.
    UnknownId,
    /// The invocation already has a response, or the call is not valid in this phase.
    WrongState,
    /// The attempt has ended, most likely at its deadline.
    Stale,
}

/// How long an invocation may still wait for a runtime.
pub(crate) enum Patience {
    Left(Duration),
    /// The time is over; in it, the starting process wrote these lines.
    Over(Duration, Vec<String>),
}

pub(crate) struct Sandbox {
    pub(crate) settings: Settings,
    pub(crate) log: LogStream,
    platform: Platform,
    state: Mutex<State>,
    changed: Notify,
}

impl Sandbox {
    pub(crate) fn new(settings: Settings, log: LogStream) -> Arc<Self> {
        Arc::new(Self {
            platform: Platform::new(log.clone(), &settings),
            state: Mutex::new(State::new()),
            changed: Notify::new(),
            settings,
            log,
        })
    }

    /// Adds an invocation to the queue.
    pub(crate) fn submit(&self, job: Job) -> Result<(), Error> {
        let mut state = self.lock();
        if state.phase == Phase::Closed {
            return Err(Error::ShutDown { request_id: job.request_id });
        }
        if state.is_under_way(&job.request_id) {
            return Err(Error::DuplicateRequestId { request_id: job.request_id });
        }
        state.waiting.push_back(job);
        self.fail_waiting_if_dead(&mut state);
        drop(state);
        self.changed.notify_waiters();
        Ok(())
    }

    /// Removes an invocation from the queue if no runtime has polled for long enough.
    pub(crate) fn patience(&self, request_id: &str) -> Patience {
        let mut state = self.lock();
        let limit = self.settings.init_timeout;
        let Some(place) = state.waiting.iter().position(|job| job.request_id == request_id) else {
            return Patience::Left(limit);
        };
        let idle = state.idle_since.max(state.waiting[place].submitted).elapsed();
        if !state.running.is_empty() {
            return Patience::Left(limit);
        }
        if idle < limit {
            return Patience::Left(limit - idle);
        }
        let waited = state.waiting.remove(place).map(|job| job.submitted.elapsed());
        let mut written = Vec::new();
        if let Phase::Starting { since } = state.phase {
            written = self.log.written_since(state.log_len);
            let phase = state.init_phase(self.settings.is_concurrent());
            self.platform.init_failed(phase, since.elapsed(), None);
        }
        self.evict(&mut state);
        Patience::Over(waited.unwrap_or(limit), written)
    }

    /// Waits until `look` finds something in the state.
    async fn until<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Registered before the check, so that no change in between is missed.
            changed.as_mut().enable();
            if let Some(found) = look(&mut self.lock()) {
                return found;
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
