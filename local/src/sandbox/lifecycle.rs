//! The lifecycle of the process in the sandbox: how it starts, is stopped and ends.

use std::time::Instant;

use super::state::{Phase, State};
use super::{Refusal, Sandbox};
use crate::outcome::FunctionError;

impl Sandbox {
    /// Begins a start; `restarts` determines whether the next invocation may restart the process.
    pub(crate) fn starting(&self, session: u64, pid: u32, restarts: bool) {
        let mut state = self.lock();
        if state.phase == Phase::Closed {
            return;
        }
        state.session = session;
        state.pid = Some(pid);
        state.restarts = restarts;
        state.idle_since = Instant::now();
        state.phase = Phase::Starting { since: Instant::now() };
        state.init_error = None;
        state.starts = state.starts.saturating_add(1);
        state.log_len = self.log.len();
        self.platform.init_start(state.init_phase(self.settings.is_concurrent()));
    }

    /// Records the error that a process reports about its start.
    pub(crate) fn init_failed(&self, session: u64, error: FunctionError) -> Result<(), Refusal> {
        let mut state = self.lock();
        if !state.is_starting(session) {
            return Err(Refusal::WrongState);
        }
        state.init_error = Some(error);
        Ok(())
    }

    /// Ends everything: callers that wait for a response receive an error.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.phase = Phase::Closed;
        state.waiting.clear();
        for (_, running) in state.running.drain() {
            running.timer.abort();
        }
        drop(state);
        self.changed.notify_waiters();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().phase == Phase::Closed
    }

    /// Waits until an invocation waits for a process to be started, or until the end.
    pub(crate) async fn work(&self) {
        let wanted = |state: &mut State| state.phase == Phase::Closed || !state.waiting.is_empty();
        self.until(|state| wanted(state).then_some(())).await;
    }

    /// Waits until the process of `session` has to be stopped.
    pub(crate) async fn evicted(&self, session: u64) {
        self.until(|state| (!state.serves(session)).then_some(())).await;
    }

    /// Whether an extension has registered, which entitles the process to a graceful shutdown.
    pub(crate) fn has_extension(&self) -> bool {
        !self.lock().extensions.is_empty()
    }

    /// Fails the invocations left by a process that ended or failed to start.
    ///
    /// If the first process fails to start, the first invocation starts another one, as on Lambda.
    pub(crate) fn exited(&self, session: u64, error: &FunctionError, detail: &str) {
        let mut state = self.lock();
        if state.session != session || state.phase == Phase::Closed {
            return;
        }
        let mut error = error.clone();
        match state.phase {
            Phase::Starting { since } => {
                error.written_at_start = self.log.written_since(state.log_len);
                self.fail_start(&mut state, since, &error, detail);
            }
            _ => self.fail_running(&mut state, &error, detail),
        }
        state.extensions.clear();
        if state.restarts {
            state.phase = Phase::Gone;
        } else {
            state.phase = Phase::Dead(error, detail.to_owned());
            self.fail_waiting_if_dead(&mut state);
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Removes the process from service; its supervisor then kills it.
    pub(super) fn evict(&self, state: &mut State) {
        if state.restarts && state.phase != Phase::Closed {
            state.phase = Phase::Gone;
            self.changed.notify_waiters();
        }
    }
}
