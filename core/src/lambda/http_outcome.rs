use std::sync::{
    OnceLock,
    atomic::{AtomicU16, Ordering},
};

use super::{HandlerResponse, http_event::HttpEvent};
use crate::Invocation;

/// The outcome of an HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpOutcome {
    /// The handler returned a response with this status.
    Status(u16),
    /// The handler failed, panicked, or was cancelled; the client receives a 5xx from the service in between.
    Failed,
}

/// The state of one invocation's response, kept only if a utility has asked for it.
#[derive(Default)]
struct Response {
    state: AtomicU16,
    event: OnceLock<HttpEvent>,
}

/// The special states of a [`Response`]; all other values are statuses.
const UNSEEN: u16 = 0;
const RUNNING: u16 = 1;
const FAILED: u16 = 2;
const WITHOUT_STATUS: u16 = 3;

impl Invocation {
    /// Requests that the HTTP status of the response is recorded; layers around the handler look for it only in such
    /// invocations.
    pub fn watch_http_status(&self) {
        self.extension_or_init(Response::default);
    }

    /// Notes that the handler has been called.
    pub fn note_handler_call(&self) {
        if let Some(response) = self.extension::<Response>() {
            response.note(UNSEEN, RUNNING);
        }
    }

    /// Notes the result of the handler.
    pub fn note_handler_result<T, E, Kind>(&self, result: &Result<T, E>)
    where
        T: HandlerResponse<Kind>,
    {
        let Some(response) = self.extension::<Response>().filter(|it| it.is_running()) else {
            return;
        };
        let state = match result {
            Ok(value) => value.http_status().unwrap_or(WITHOUT_STATUS),
            Err(_) => FAILED,
        };
        response.note(RUNNING, state);
    }

    /// Returns the HTTP status of the handler's response, if the event is an HTTP request.
    ///
    /// The status is known after the handler has returned, if [`watch_http_status`](Self::watch_http_status) was
    /// called, the layer of a utility is around the handler, and an [`InvocationLayer`](super::InvocationLayer) [keeps
    /// the event](super::InvocationLayer::keep_event).
    pub fn http_status(&self) -> Option<u16> {
        let response = self.extension::<Response>()?;
        let status = response.status()?;
        response.event(self).is_http.then_some(status)
    }

    /// Returns the outcome of an HTTP request at the end of an invocation, under the same conditions as
    /// [`http_status`](Self::http_status).
    ///
    /// If a response to an HTTP API or a function URL has no status, the outcome is 200, because that is how these
    /// services interpret it.
    pub fn http_outcome(&self) -> Option<HttpOutcome> {
        let response = self.extension::<Response>()?;
        let state = response.state.load(Ordering::Relaxed);
        if state == UNSEEN || !response.event(self).is_http {
            return None;
        }
        match state {
            RUNNING | FAILED => Some(HttpOutcome::Failed),
            WITHOUT_STATUS => response.event(self).implies_ok.then_some(HttpOutcome::Status(200)),
            status => Some(HttpOutcome::Status(status)),
        }
    }
}

impl Response {
    fn is_running(&self) -> bool {
        self.state.load(Ordering::Relaxed) == RUNNING
    }

    fn note(&self, before: u16, state: u16) {
        let (success, failure) = (Ordering::Relaxed, Ordering::Relaxed);
        // If several layers are around the handler, the first one to note a state wins.
        let _ = self.state.compare_exchange(before, state, success, failure);
    }

    fn status(&self) -> Option<u16> {
        Some(self.state.load(Ordering::Relaxed)).filter(|state| *state > WITHOUT_STATUS)
    }

    fn event(&self, invocation: &Invocation) -> HttpEvent {
        *self.event.get_or_init(|| invocation.raw_event().map(HttpEvent::of).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const REST: &str = r#"{"httpMethod": "GET", "requestContext": {}}"#;
    const HTTP: &str = r#"{"version": "2.0", "requestContext": {"http": {"method": "GET"}}}"#;

    fn after(event: &'static str, result: Option<Result<Value, &str>>) -> Invocation {
        let invocation = Invocation::builder("r").build();
        invocation.keep_raw_event(event.as_bytes());
        invocation.watch_http_status();
        invocation.note_handler_call();
        if let Some(result) = result {
            invocation.note_handler_result(&result);
        }
        invocation
    }

    #[test]
    fn status_of_an_http_response_is_known() {
        let invocation = after(REST, Some(Ok(json!({"statusCode": 503}))));
        assert_eq!(invocation.http_status(), Some(503));
        assert_eq!(invocation.http_outcome(), Some(HttpOutcome::Status(503)));
    }

    #[test]
    fn status_code_of_a_response_to_another_event_is_none() {
        let invocation = after("{}", Some(Ok(json!({"statusCode": 503}))));
        assert_eq!((invocation.http_status(), invocation.http_outcome()), (None, None));
    }

    #[test]
    fn failed_or_unfinished_handler_is_a_failure() {
        for result in [None, Some(Err("broken"))] {
            let invocation = after(REST, result);
            assert_eq!(invocation.http_status(), None);
            assert_eq!(invocation.http_outcome(), Some(HttpOutcome::Failed));
        }
    }

    #[test]
    fn response_without_a_status_is_ok_if_the_service_accepts_it() {
        assert_eq!(after(REST, Some(Ok(json!("x")))).http_outcome(), None);
        let outcome = after(HTTP, Some(Ok(json!("x")))).http_outcome();
        assert_eq!(outcome, Some(HttpOutcome::Status(200)));
    }

    #[test]
    fn status_is_not_read_unless_requested() {
        let invocation = Invocation::builder("r").build();
        invocation.keep_raw_event(REST.as_bytes());
        invocation.note_handler_call();
        invocation.note_handler_result(&Ok::<_, ()>(json!({"statusCode": 503})));
        assert_eq!((invocation.http_status(), invocation.http_outcome()), (None, None));
    }
}
