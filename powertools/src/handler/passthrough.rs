//! A substitute for utilities whose feature is disabled.

use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lambda_runtime::LambdaEvent;
use pin_project_lite::pin_project;
use powertools_core::{
    Invocation, ScopedFuture,
    lambda::{BodyWatch, HandlerResponse, open_invocation},
};
use tower_service::Service;

use crate::Powertools;

/// A service that only opens the invocation's scope, in place of a disabled utility.
#[derive(Debug)]
pub struct Passthrough<S, Kind, Response> {
    inner: S,
    powertools: Powertools,
    kinds: PhantomData<fn() -> (Kind, Response)>,
}

impl<S, Kind, Response> Passthrough<S, Kind, Response> {
    pub(crate) fn new(inner: S, powertools: Powertools) -> Self {
        Self { inner, powertools, kinds: PhantomData }
    }
}

impl<S: Clone, Kind, Response> Clone for Passthrough<S, Kind, Response> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.powertools.clone())
    }
}

impl<S, Kind, Response, Payload> Service<LambdaEvent<Payload>> for Passthrough<S, Kind, Response>
where
    S: Service<LambdaEvent<Payload>>,
    S::Response: HandlerResponse<Response>,
{
    type Response = <S::Response as HandlerResponse<Response>>::Watched<PassthroughBody>;
    type Error = S::Error;
    type Future = PassthroughFuture<S::Future, Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, event: LambdaEvent<Payload>) -> Self::Future {
        let settings = self.powertools.settings();
        let now = settings.clock.now();
        let invocation = open_invocation(&event.context, &settings.cold_start, now);
        invocation.note_handler_call();
        let inner = invocation.inner_scope_with(|| self.inner.call(event));
        PassthroughFuture { inner, invocation, kind: PhantomData }
    }
}

/// Watches the body of a streaming response in place of a disabled utility, and does nothing.
#[derive(Debug)]
pub struct PassthroughBody;

impl BodyWatch for PassthroughBody {}

pin_project! {
    /// The future of a [`Passthrough`] service.
    pub struct PassthroughFuture<F, Response> {
        #[pin]
        inner: ScopedFuture<F>,
        invocation: Invocation,
        kind: PhantomData<fn() -> Response>,
    }
}

impl<F, T, E, Response> Future for PassthroughFuture<F, Response>
where
    F: Future<Output = Result<T, E>>,
    T: HandlerResponse<Response>,
{
    type Output = Result<T::Watched<PassthroughBody>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(cx));
        this.invocation.note_handler_result(&result);
        Poll::Ready(result.map(|response| response.watch_body(this.invocation, || PassthroughBody)))
    }
}
