//! Carries the headers of an invocation to the handler, which `lambda_runtime` does not.

use std::collections::BTreeMap;
use std::task::{Context, Poll};

use lambda_runtime::LambdaInvocation;
use lambda_runtime::tower::{Layer, Service};
use serde::Deserialize;

/// The event together with the headers it came with.
#[derive(Deserialize)]
pub(crate) struct Seen<T> {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) event: T,
}

/// Wraps each payload into the JSON form of [`Seen`].
#[derive(Clone)]
pub(crate) struct HeadersInBody;

impl<S> Layer<S> for HeadersInBody {
    type Service = HeadersInBodyService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        HeadersInBodyService { inner }
    }
}

#[derive(Clone)]
pub(crate) struct HeadersInBodyService<S> {
    inner: S,
}

impl<S: Service<LambdaInvocation>> Service<LambdaInvocation> for HeadersInBodyService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut invocation: LambdaInvocation) -> Self::Future {
        invocation.body = wrapped(&invocation).into();
        self.inner.call(invocation)
    }
}

/// Puts the raw payload in place unparsed, so that a malformed one stays malformed.
fn wrapped(invocation: &LambdaInvocation) -> Vec<u8> {
    let headers: BTreeMap<&str, String> = invocation
        .parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let mut body = format!(r#"{{"headers":{},"event":"#, serde_json::json!(headers)).into_bytes();
    body.extend_from_slice(&invocation.body);
    body.push(b'}');
    body
}
