use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use lambda_runtime::LambdaEvent;
use powertools_core::lambda::{HandlerResponse, Serialized, open_invocation};
use tower_service::Service;

use super::{Flush, HandlerFuture};
use crate::Metrics;

/// The service of a [`HandlerLayer`](super::HandlerLayer).
pub struct HandlerService<S, Response = Serialized> {
    inner: S,
    metrics: Metrics,
    response: PhantomData<fn() -> Response>,
}

impl<S, Response> HandlerService<S, Response> {
    pub(super) fn new(inner: S, metrics: Metrics) -> Self {
        Self { inner, metrics, response: PhantomData }
    }
}

impl<S: Clone, Response> Clone for HandlerService<S, Response> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.metrics.clone())
    }
}

impl<S, Response, Payload> Service<LambdaEvent<Payload>> for HandlerService<S, Response>
where
    S: Service<LambdaEvent<Payload>>,
    S::Response: HandlerResponse<Response>,
{
    type Response = <S::Response as HandlerResponse<Response>>::Watched<Flush>;
    type Error = S::Error;
    type Future = HandlerFuture<S::Future, Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, event: LambdaEvent<Payload>) -> Self::Future {
        let settings = self.metrics.settings();
        let now = settings.clock.now();
        let invocation = open_invocation(&event.context, &settings.cold_start_flag, now);
        let opened = self.metrics.open(&invocation);
        invocation.note_handler_call();
        let inner = invocation.inner_scope_with(|| self.inner.call(event));
        let metrics = opened.then(|| self.metrics.clone());
        HandlerFuture::new(inner, Flush::new(invocation, metrics))
    }
}

impl<S, Response> fmt::Debug for HandlerService<S, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService").field("metrics", &self.metrics).finish_non_exhaustive()
    }
}
