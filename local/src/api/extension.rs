//! The requests of extensions.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use super::body::{Body, MAX_BUFFERED};
use super::reply::{self, Reply};
use crate::sandbox::{Event, Session};
use crate::settings::VERSION;

const NAME: &str = "lambda-extension-name";
const IDENTIFIER: &str = "lambda-extension-identifier";
const INVOKE: &str = "INVOKE";

#[derive(Deserialize)]
struct Events {
    events: Vec<String>,
}

pub(super) async fn register(session: &Arc<Session>, request: Request<Incoming>) -> Reply {
    let (parts, incoming) = request.into_parts();
    if text(&parts.headers, NAME).is_none_or(str::is_empty) {
        return forbidden("Extension.InvalidExtensionName", "Empty extension name");
    }
    let body = Body::read(incoming, MAX_BUFFERED).await.into_bytes();
    let Ok(Events { events }) = serde_json::from_slice(&body) else {
        return forbidden("InvalidRequestFormat", "events must be a list of strings");
    };
    if let Some(event) = events.iter().find(|event| *event != INVOKE) {
        // Lambda only notifies extensions of the shutdown that it has started itself.
        let message = format!("{event}: not supported for an internal extension");
        return forbidden("Extension.InvalidEventType", &message);
    }
    match session.register(!events.is_empty()) {
        Ok(identifier) => registered(session, &identifier),
        Err(_) => {
            forbidden("Extension.RegistrationClosed", "Extension registration closed already")
        }
    }
}

pub(super) async fn next(session: &Arc<Session>, request: &Request<Incoming>) -> Reply {
    let Some(identifier) = text(request.headers(), IDENTIFIER) else {
        let message = "Missing Lambda-Extension-Identifier header";
        return forbidden("Extension.MissingExtensionIdentifier", message);
    };
    match session.extension_event(identifier).await {
        Event::Body(body) => reply::json(StatusCode::OK, &body),
        Event::UnknownExtension => {
            forbidden("Extension.UnknownExtensionIdentifier", "Unknown extension identifier")
        }
    }
}

fn registered(session: &Session, identifier: &str) -> Reply {
    let body = json!({
        "functionName": session.sandbox.settings.function_name,
        "functionVersion": VERSION,
        "handler": "bootstrap",
    });
    let mut reply = reply::json(StatusCode::OK, &body);
    if let Ok(identifier) = HeaderValue::from_str(identifier) {
        reply.headers_mut().insert(IDENTIFIER, identifier);
    }
    reply
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn forbidden(error_type: &str, message: &str) -> Reply {
    reply::error(StatusCode::FORBIDDEN, error_type, message)
}
