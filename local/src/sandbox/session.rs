use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use tokio::task::AbortHandle;

use super::job::{Job, Running};
use super::state::State;
use super::{Answer, Event, Refusal, Sandbox};
use crate::clock;
use crate::executor::Output;
use crate::outcome::FunctionError;

/// How long a response waits for its worker to poll again, if the polling worker can't be identified.
const SETTLE: Duration = Duration::from_millis(100);

const DEADLINE: &str = "lambda-runtime-deadline-ms";

/// The operations of one process in the sandbox, from its start to its end.
pub(crate) struct Session {
    pub(crate) id: u64,
    pub(crate) sandbox: Arc<Sandbox>,
    /// The output of the process, for a child.
    pub(crate) output: Option<Output>,
}

/// An invocation as a runtime receives it.
pub(crate) struct NextEvent {
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
}

impl Session {
    /// Waits for the next invocation; the invocations with earlier responses are now done.
    pub(crate) async fn next(self: &Arc<Self>) -> NextEvent {
        self.arrived().await;
        if let Some(event) = self.lost(&self.sandbox.lock()) {
            return event;
        }
        self.sandbox.until(|state| self.take(state)).await
    }

    /// Records the response to an invocation.
    pub(crate) fn answer(
        self: &Arc<Self>,
        request_id: &str,
        invocation_id: Option<&str>,
        answer: Answer,
    ) -> Result<(), Refusal> {
        let mut state = self.sandbox.lock();
        let known_past = state.completed.contains(request_id);
        let Some(running) = state.running.get_mut(request_id) else {
            return Err(if known_past { Refusal::Stale } else { Refusal::UnknownId });
        };
        if invocation_id.is_some_and(|id| id != running.job.invocation_id) {
            return Err(Refusal::Stale);
        }
        if running.answer.is_some() {
            return Err(Refusal::WrongState);
        }
        running.answer = Some((answer, Instant::now()));
        let invocation_id = running.job.invocation_id.clone();
        drop(state);
        if self.sandbox.settings.is_concurrent() {
            self.settle_soon(request_id.to_owned(), invocation_id);
        }
        Ok(())
    }

    pub(crate) fn init_failed(&self, error: FunctionError) -> Result<(), Refusal> {
        self.sandbox.init_failed(self.id, error)
    }

    /// Registers an extension, which is possible until the process polls.
    pub(crate) fn register(&self, wants_invoke: bool) -> Result<String, Refusal> {
        let mut state = self.sandbox.lock();
        if !state.is_starting(self.id) {
            return Err(Refusal::WrongState);
        }
        Ok(state.extensions.register(wants_invoke))
    }

    /// Waits for the next event of an extension.
    pub(crate) async fn extension_event(&self, identifier: &str) -> Event {
        self.sandbox.until(|state| state.extensions.next(identifier)).await
    }

    async fn arrived(self: &Arc<Self>) {
        let settled = self.ready();
        if settled.is_empty() {
            return;
        }
        let session = Arc::clone(self);
        // A separate task, because this future ends with the connection.
        let settling = tokio::spawn(async move {
            session.drain().await;
            let mut state = session.sandbox.lock();
            for running in settled {
                session.sandbox.settle(&mut state, running);
            }
        });
        // This only fails if the whole runtime fails.
        let _ = settling.await;
    }

    /// Records that the process polls; returns the invocations that it has finished.
    fn ready(&self) -> Vec<Running> {
        let mut state = self.sandbox.lock();
        if !state.serves(self.id) {
            return Vec::new();
        }
        let settings = &self.sandbox.settings;
        let on_demand = settings.initialization_type() == "on-demand";
        let phase = state.init_phase(settings.is_concurrent());
        if let Some(init) = state.ready(on_demand, phase) {
            self.sandbox.platform.init_done(phase, init);
        }
        state.settled()
    }

    /// The invocation that a runtime received before: since it polls again without a response, it has lost it.
    fn lost(&self, state: &State) -> Option<NextEvent> {
        if self.sandbox.settings.is_concurrent() || !state.serves(self.id) {
            return None;
        }
        state.running.values().next().map(Running::event)
    }

    /// Delivers the oldest waiting invocation.
    fn take(self: &Arc<Self>, state: &mut State) -> Option<NextEvent> {
        let busy = !self.sandbox.settings.is_concurrent() && !state.running.is_empty();
        if busy || !state.serves(self.id) {
            return None;
        }
        let job = state.waiting.pop_front()?;
        Some(self.start(state, job))
    }

    fn start(self: &Arc<Self>, state: &mut State, job: Job) -> NextEvent {
        self.sandbox.platform.start(&job.request_id);
        state.max_memory_mb();
        let timeout_ms = u64::try_from(job.timeout.as_millis()).unwrap_or(u64::MAX);
        let deadline_ms = clock::epoch_ms().saturating_add(timeout_ms);
        state.extensions.invoke(&job, deadline_ms, &self.sandbox.settings.arn());
        let running = Running {
            deadline_ms,
            started: Instant::now(),
            start: std::mem::take(&mut state.start),
            answer: None,
            timer: self.time_out_later(&job),
            job,
        };
        let event = running.event();
        state.running.insert(running.job.request_id.clone(), running);
        self.sandbox.changed.notify_waiters();
        event
    }

    fn time_out_later(self: &Arc<Self>, job: &Job) -> AbortHandle {
        let session = Arc::clone(self);
        let (request_id, invocation_id) = (job.request_id.clone(), job.invocation_id.clone());
        let timeout = job.timeout;
        let timer = tokio::spawn(async move {
            tokio::time::sleep(timeout).await;
            session.drain().await;
            let mut state = session.sandbox.lock();
            if let Some(running) = state.remove(&request_id, &invocation_id) {
                session.sandbox.end_at_deadline(&mut state, running);
            }
        });
        timer.abort_handle()
    }

    /// Settles a response although other workers keep polling and responding.
    fn settle_soon(self: &Arc<Self>, request_id: String, invocation_id: String) {
        let session = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(SETTLE).await;
            session.drain().await;
            let mut state = session.sandbox.lock();
            if let Some(running) = state.remove(&request_id, &invocation_id) {
                session.sandbox.settle(&mut state, running);
            }
        });
    }

    /// Waits until all output of the process so far is in the log stream.
    async fn drain(&self) {
        if let Some(output) = &self.output {
            output.drain().await;
        }
    }
}

impl Running {
    fn event(&self) -> NextEvent {
        let mut headers = self.job.headers.clone();
        headers.insert(DEADLINE, HeaderValue::from(self.deadline_ms));
        NextEvent { headers, payload: self.job.payload.clone() }
    }
}
