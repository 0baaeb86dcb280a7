use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use lambda_runtime::LambdaEvent;
use powertools_core::lambda::open_invocation;
use tower_service::Service;

use super::{
    HandlerError, HandlerFuture, HandlerResponse, future::Close, handler_span::HandlerSpan,
};
use crate::Tracer;

/// The service of a [`HandlerLayer`](super::HandlerLayer).
pub struct HandlerService<S, Kind, Response> {
    inner: S,
    tracer: Tracer,
    kind: PhantomData<fn() -> (Kind, Response)>,
}

impl<S, Kind, Response> HandlerService<S, Kind, Response> {
    pub(super) fn new(inner: S, tracer: Tracer) -> Self {
        Self { inner, tracer, kind: PhantomData }
    }
}

impl<S: Clone, Kind, Response> Clone for HandlerService<S, Kind, Response> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.tracer.clone())
    }
}

impl<S, Kind, Response, Payload> Service<LambdaEvent<Payload>> for HandlerService<S, Kind, Response>
where
    S: Service<LambdaEvent<Payload>>,
    S::Error: HandlerError<Kind>,
    Response: HandlerResponse<S::Response>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = HandlerFuture<S::Future, Kind, Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, event: LambdaEvent<Payload>) -> Self::Future {
        let settings = self.tracer.settings();
        let now = settings.clock.now();
        let invocation = open_invocation(&event.context, &settings.cold_start, now);
        let close = self
            .tracer
            .open(&invocation)
            .then(|| Close::new(self.tracer.clone(), invocation.clone()));
        let inner = invocation.inner_scope_with(|| {
            let span = HandlerSpan::open(&self.tracer, &invocation);
            // The inner service may run the handler's first steps in `call` itself.
            span.run(|| self.inner.call(event))
        });
        HandlerFuture::new(inner, close)
    }
}

impl<S, Kind, Response> fmt::Debug for HandlerService<S, Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService").field("tracer", &self.tracer).finish_non_exhaustive()
    }
}
