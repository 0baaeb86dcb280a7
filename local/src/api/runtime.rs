//! The requests of runtimes.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;

use super::body::{Body, ERROR_TYPE, MAX_BUFFERED, MAX_STREAMED};
use super::reply::{self, Reply};
use crate::outcome::FunctionError;
use crate::sandbox::{Answer, Session};

const INVOCATION_ID: &str = "lambda-runtime-invocation-id";
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";

pub(super) async fn next(session: &Arc<Session>) -> Reply {
    let event = session.next().await;
    let mut reply = Response::new(Full::new(event.payload));
    *reply.headers_mut() = event.headers;
    let content_type = HeaderValue::from_static("application/json");
    reply.headers_mut().insert(header::CONTENT_TYPE, content_type);
    reply
}

pub(super) async fn response(
    session: &Arc<Session>,
    request_id: &str,
    request: Request<Incoming>,
) -> Reply {
    let (parts, incoming) = request.into_parts();
    let answer = if is_streaming(&parts.headers) {
        Body::read(incoming, MAX_STREAMED).await.into_streamed()
    } else {
        let body = Body::read(incoming, MAX_BUFFERED).await;
        if body.is_too_large() {
            return too_large(session, request_id, &parts.headers);
        }
        buffered(body)
    };
    answer_with(session, request_id, &parts.headers, answer)
}

pub(super) async fn error(
    session: &Arc<Session>,
    request_id: &str,
    request: Request<Incoming>,
) -> Reply {
    let (parts, incoming) = request.into_parts();
    let body = Body::read(incoming, MAX_BUFFERED).await;
    let error = reported(body, &parts.headers);
    answer_with(session, request_id, &parts.headers, Answer::Error(error))
}

pub(super) async fn init_error(session: &Arc<Session>, request: Request<Incoming>) -> Reply {
    let (parts, incoming) = request.into_parts();
    let body = Body::read(incoming, MAX_BUFFERED).await;
    match session.init_failed(reported(body, &parts.headers)) {
        Ok(()) => reply::accepted(),
        Err(refusal) => reply::refused(refusal),
    }
}

/// Responds immediately, since nothing was frozen: only the hooks around the restore can be observed.
pub(super) fn restore_next(session: &Session) -> Reply {
    if is_snap_start(session) { reply::text("") } else { reply::not_found() }
}

pub(super) async fn restore_error(session: &Arc<Session>, request: Request<Incoming>) -> Reply {
    if is_snap_start(session) { init_error(session, request).await } else { reply::not_found() }
}

fn is_snap_start(session: &Session) -> bool {
    session.sandbox.settings.initialization_type() == "snap-start"
}

fn is_streaming(headers: &HeaderMap) -> bool {
    let mode = headers.get(RESPONSE_MODE).map(HeaderValue::as_bytes);
    mode.is_some_and(|mode| mode.eq_ignore_ascii_case(b"streaming"))
}

fn buffered(body: Body) -> Answer {
    if body.is_broken() { body.into_streamed() } else { Answer::Payload(vec![body.into_bytes()]) }
}

fn answer_with(
    session: &Arc<Session>,
    request_id: &str,
    headers: &HeaderMap,
    answer: Answer,
) -> Reply {
    let invocation_id = headers.get(INVOCATION_ID).map(|id| id.to_str().unwrap_or_default());
    match session.answer(request_id, invocation_id, answer) {
        Ok(()) => reply::accepted(),
        Err(refusal) => reply::refused(refusal),
    }
}

fn too_large(session: &Arc<Session>, request_id: &str, headers: &HeaderMap) -> Reply {
    let message = format!(
        "Response payload size exceeded maximum allowed payload size ({MAX_BUFFERED} bytes)."
    );
    let error = FunctionError::new("Function.ResponseSizeTooLarge", message);
    let reply = answer_with(session, request_id, headers, Answer::Error(error));
    if reply.status() != StatusCode::ACCEPTED {
        return reply;
    }
    let message = format!("Exceeded maximum allowed payload size ({MAX_BUFFERED} bytes).");
    reply::error(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
}

fn reported(body: Body, headers: &HeaderMap) -> FunctionError {
    let header_type = headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    FunctionError::reported(body.into_bytes(), header_type)
}
