use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use lambda_runtime::LambdaEvent;
use powertools_core::lambda::open_invocation;
use tower_service::Service;

use super::{
    HandlerError, HandlerFuture, HandlerResponse, body::Body, close::Close,
    handler_span::HandlerSpan,
};
use crate::Tracer;

/// The service of a [`HandlerLayer`](super::HandlerLayer).
pub struct HandlerService<S, Kind, Response> {
    inner: S,
    tracer: Tracer,
    captures_response: bool,
    kind: PhantomData<fn() -> (Kind, Response)>,
}

impl<S, Kind, Response> HandlerService<S, Kind, Response> {
    pub(super) fn new(inner: S, tracer: Tracer, captures_response: bool) -> Self {
        Self { inner, tracer, captures_response, kind: PhantomData }
    }
}

impl<S: Clone, Kind, Response> Clone for HandlerService<S, Kind, Response> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.tracer.clone(), self.captures_response)
    }
}

impl<S, Kind, Response, Payload> Service<LambdaEvent<Payload>> for HandlerService<S, Kind, Response>
where
    S: Service<LambdaEvent<Payload>>,
    S::Error: HandlerError<Kind>,
    S::Response: HandlerResponse<Response>,
{
    type Response = <S::Response as HandlerResponse<Response>>::Watched<Body>;
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
        if let Some(trace) = crate::context::trace_of(&invocation) {
            invocation.watch_http_status();
            if !self.captures_response {
                trace.handler_overrides().set_response(false);
            }
        }
        invocation.note_handler_call();
        HandlerFuture::new(invocation.inner_scope_with(|| {
            let span = HandlerSpan::open(&self.tracer, &invocation);
            // The inner service may run the handler's first steps in `call` itself.
            span.run(&invocation, close, || self.inner.call(event))
        }))
    }
}

impl<S, Kind, Response> fmt::Debug for HandlerService<S, Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService").field("tracer", &self.tracer).finish_non_exhaustive()
    }
}
