//! The end of invocations: the outcome for the caller, and the lines in the log stream.

use std::time::{Duration, Instant};

use super::Sandbox;
use super::job::{Answer, Job, Running, Start};
use super::state::{Phase, State};
use crate::log::{Ended, Status};
use crate::outcome::{FunctionError, Outcome};
use crate::trace;

/// An ended invocation, ready to be reported.
struct End {
    answer: Answer,
    status: Status,
    detail: Option<String>,
    duration: Duration,
}

impl Sandbox {
    /// Ends an invocation with a response.
    pub(super) fn settle(&self, state: &mut State, mut running: Running) {
        let Some((answer, answered)) = running.answer.take() else {
            return;
        };
        let status = match &answer {
            Answer::Payload(_) => Status::Success,
            Answer::Error(error) | Answer::Broken(_, error) => {
                Status::Error(error.error_type.clone())
            }
        };
        // With concurrent invocations, the time between a worker's response and its next poll is unknown.
        let until = if self.settings.is_concurrent() { answered } else { Instant::now() };
        let duration = until.duration_since(running.started);
        self.end(state, running, End { answer, status, detail: None, duration });
    }

    /// Ends an invocation at its deadline.
    pub(super) fn end_at_deadline(&self, state: &mut State, running: Running) {
        if self.settings.is_concurrent() && running.answer.is_some() {
            return self.settle(state, running);
        }
        let timeout = running.job.timeout;
        let message = format!(
            "RequestId: {} Error: Task timed out after {:.2} seconds",
            running.job.request_id,
            timeout.as_secs_f64()
        );
        let answer = Answer::Error(FunctionError::new("Sandbox.Timedout", message));
        let end = End { answer, status: Status::Timeout, detail: None, duration: timeout };
        self.end(state, running, end);
        if !self.settings.is_concurrent() {
            self.evict(state);
        }
    }

    /// Ends the invocations that ran in a process that ended.
    pub(super) fn fail_running(&self, state: &mut State, error: &FunctionError, detail: &str) {
        let running: Vec<_> = state.running.drain().map(|(_, running)| running).collect();
        for mut running in running {
            let elapsed = running.started.elapsed();
            let mut end = End::failure(error, &running.job.request_id, detail, elapsed);
            if let Some((answer, _)) = running.answer.take() {
                end.keep(answer);
            }
            self.end(state, running, end);
        }
    }

    /// Ends the invocations that waited for a process that failed to start.
    pub(super) fn fail_start(
        &self,
        state: &mut State,
        since: Instant,
        error: &FunctionError,
        detail: &str,
    ) {
        let phase = state.init_phase(self.settings.is_concurrent());
        let elapsed = since.elapsed();
        self.platform.init_failed(phase, elapsed, Some(&error.error_type));
        let is_tried_again = state.restarts && state.starts == 1;
        if !is_tried_again {
            let waiting: Vec<_> = state.waiting.drain(..).collect();
            for job in waiting {
                self.fail_job(state, job, error, detail, elapsed);
            }
        }
    }

    pub(super) fn fail_waiting_if_dead(&self, state: &mut State) {
        if let Phase::Dead(error, detail) = state.phase.clone() {
            let waiting: Vec<_> = state.waiting.drain(..).collect();
            for job in waiting {
                self.fail_job(state, job, &error, &detail, Duration::ZERO);
            }
        }
    }

    fn fail_job(
        &self,
        state: &mut State,
        job: Job,
        error: &FunctionError,
        detail: &str,
        duration: Duration,
    ) {
        self.platform.start(&job.request_id);
        let end = match &state.init_error {
            Some(reported) => End::reported(reported.clone(), duration),
            None => End::failure(error, &job.request_id, detail, duration),
        };
        self.tell(state, job, Start::default(), end);
    }

    fn end(&self, state: &mut State, running: Running, end: End) {
        running.timer.abort();
        state.idle_since = Instant::now();
        self.tell(state, running.job, running.start, end);
        self.changed.notify_waiters();
    }

    fn tell(&self, state: &mut State, job: Job, start: Start, end: End) {
        state.completed.remember(&job.request_id);
        let timed_out = matches!(end.status, Status::Timeout);
        // A start within the invocation is part of its duration and not reported separately.
        let in_invoke = start.init_duration.filter(|_| start.is_in_invoke);
        self.platform.end(&Ended {
            request_id: &job.request_id,
            duration: end.duration + in_invoke.unwrap_or_default(),
            init_duration: start.init_duration.filter(|_| !start.is_in_invoke),
            max_memory_mb: state.max_memory_mb().unwrap_or(self.settings.memory_mb.into()),
            timeout: job.timeout,
            status: end.status,
            detail: end.detail,
            trace: trace::sampled(&job.trace_header),
        });
        let (chunks, function_error) = end.answer.into_parts();
        let outcome = Outcome {
            payload: joined(&chunks),
            chunks,
            function_error,
            request_id: job.request_id,
            invocation_id: job.invocation_id,
            duration: end.duration,
            init_duration: start.init_duration,
            cold_start: start.cold,
            timed_out,
        };
        // The caller may have stopped waiting.
        let _ = job.done.send(outcome);
    }
}

impl End {
    fn failure(error: &FunctionError, request_id: &str, detail: &str, duration: Duration) -> Self {
        let message = format!("RequestId: {request_id} Error: {detail}");
        let written_at_start = error.written_at_start.clone();
        let told =
            FunctionError { written_at_start, ..FunctionError::new(&error.error_type, message) };
        Self {
            answer: Answer::Error(told),
            status: Status::Failure(error.error_type.clone()),
            detail: Some(detail.to_owned()),
            duration,
        }
    }

    /// Gives the caller the response that was sent before the process ended.
    fn keep(&mut self, answer: Answer) {
        let (chunks, _) = answer.into_parts();
        if let Answer::Error(error) = &self.answer {
            self.answer = Answer::Broken(chunks, error.clone());
        }
    }

    /// The reported error of the start takes precedence over the exit that followed.
    fn reported(error: FunctionError, duration: Duration) -> Self {
        Self {
            status: Status::Failure(error.error_type.clone()),
            detail: Some(error.error_message.clone()),
            answer: Answer::Error(error),
            duration,
        }
    }
}

fn joined(chunks: &[bytes::Bytes]) -> bytes::Bytes {
    match chunks {
        [one] => one.clone(),
        many => many.concat().into(),
    }
}
