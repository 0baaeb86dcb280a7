use std::{
    fmt,
    task::{Context, Poll},
};

use lambda_runtime::LambdaEvent;
use powertools_core::lambda::open_invocation;
use tower_service::Service;

use super::{HandlerFuture, future::Flush};
use crate::Metrics;

/// The service of a [`HandlerLayer`](super::HandlerLayer).
#[derive(Clone)]
pub struct HandlerService<S> {
    inner: S,
    metrics: Metrics,
}

impl<S> HandlerService<S> {
    pub(super) fn new(inner: S, metrics: Metrics) -> Self {
        Self { inner, metrics }
    }
}

impl<S, Payload> Service<LambdaEvent<Payload>> for HandlerService<S>
where
    S: Service<LambdaEvent<Payload>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = HandlerFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, event: LambdaEvent<Payload>) -> Self::Future {
        let settings = self.metrics.settings();
        let now = settings.clock.now();
        let invocation = open_invocation(&event.context, &settings.cold_start_flag, now);
        let opened = self.metrics.open(&invocation);
        let inner = invocation.inner_scope_with(|| self.inner.call(event));
        HandlerFuture::new(inner, opened.then(|| Flush::new(self.metrics.clone(), invocation)))
    }
}

impl<S> fmt::Debug for HandlerService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService").field("metrics", &self.metrics).finish_non_exhaustive()
    }
}
