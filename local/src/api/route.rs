use std::sync::Arc;

use http::{Method, Request};
use hyper::body::Incoming;

use super::reply::{self, Reply};
use super::{extension, metadata, runtime};
use crate::sandbox::Session;

/// The operation that a request's path and method select.
pub(super) enum Route {
    Next,
    Response { request_id: String },
    Error { request_id: String },
    InitError,
    RestoreNext,
    RestoreError,
    Register,
    ExtensionNext,
    Metadata,
    Ping,
    WrongMethod { allowed: Method },
    Unknown,
}

impl Route {
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        let (allowed, route) = match Self::of_path(request.uri().path()) {
            Some(found) => found,
            None => return Self::Unknown,
        };
        if *request.method() == allowed { route } else { Self::WrongMethod { allowed } }
    }

    fn of_path(path: &str) -> Option<(Method, Self)> {
        let parts: Vec<_> = path.strip_prefix('/')?.split('/').collect();
        let found = match parts.as_slice() {
            ["2018-06-01", "runtime", rest @ ..] => return Self::of_runtime_path(rest),
            ["2018-06-01", "ping"] => (Method::GET, Self::Ping),
            ["2020-01-01", "extension", "register"] => (Method::POST, Self::Register),
            ["2020-01-01", "extension", "event", "next"] => (Method::GET, Self::ExtensionNext),
            ["2026-01-15", "metadata", "execution-environment"] => (Method::GET, Self::Metadata),
            _ => return None,
        };
        Some(found)
    }

    fn of_runtime_path(parts: &[&str]) -> Option<(Method, Self)> {
        let found = match parts {
            ["invocation", "next"] => (Method::GET, Self::Next),
            ["invocation", id, "response"] => {
                (Method::POST, Self::Response { request_id: (*id).to_owned() })
            }
            ["invocation", id, "error"] => {
                (Method::POST, Self::Error { request_id: (*id).to_owned() })
            }
            ["init", "error"] => (Method::POST, Self::InitError),
            ["restore", "next"] => (Method::GET, Self::RestoreNext),
            ["restore", "error"] => (Method::POST, Self::RestoreError),
            _ => return None,
        };
        Some(found)
    }

    pub(super) async fn answer(self, session: &Arc<Session>, request: Request<Incoming>) -> Reply {
        match self {
            Self::Next => runtime::next(session).await,
            Self::Response { request_id } => runtime::response(session, &request_id, request).await,
            Self::Error { request_id } => runtime::error(session, &request_id, request).await,
            Self::InitError => runtime::init_error(session, request).await,
            Self::RestoreNext => runtime::restore_next(session),
            Self::RestoreError => runtime::restore_error(session, request).await,
            Self::Register => extension::register(session, request).await,
            Self::ExtensionNext => extension::next(session, &request).await,
            Self::Metadata => metadata::execution_environment(session, &request),
            Self::Ping => reply::text("pong"),
            Self::WrongMethod { allowed } => reply::wrong_method(&allowed),
            Self::Unknown => reply::not_found(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::Route;

    fn route(method: &str, path: &str) -> Route {
        Route::of(&Request::builder().method(method).uri(path).body(()).unwrap())
    }

    #[test]
    fn route_has_the_request_id_of_the_path() {
        let found = route("POST", "/2018-06-01/runtime/invocation/a-1/response?x=y");
        assert!(matches!(found, Route::Response { request_id } if request_id == "a-1"));
    }

    #[test]
    fn wrong_method_differs_from_wrong_path() {
        let wrong_method = route("PUT", "/2018-06-01/runtime/invocation/next");
        assert!(matches!(wrong_method, Route::WrongMethod { .. }));
        for path in ["/", "//", "*", "/2018-06-01/runtime/invocation/a/b/response", "/%ff"] {
            assert!(matches!(route("GET", path), Route::Unknown), "{path}");
        }
    }
}
