use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use lambda_runtime::LambdaInvocation;
use tower_service::Service;

use super::{InvocationFuture, future::InvocationLifecycle, layer::Settings, open_invocation};

/// The service of an [`InvocationLayer`](super::InvocationLayer).
#[derive(Clone)]
pub struct InvocationService<S> {
    pub(super) inner: S,
    pub(super) settings: Arc<Settings>,
}

impl<S> Service<LambdaInvocation> for InvocationService<S>
where
    S: Service<LambdaInvocation>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = InvocationFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: LambdaInvocation) -> Self::Future {
        let now = self.settings.clock.now();
        let invocation = open_invocation(&request.context, &self.settings.cold_start, now);
        if self.settings.keep_event {
            invocation.keep_raw_event(request.body.clone());
        }
        let mut lifecycle = InvocationLifecycle::new(&self.settings, invocation.clone());
        // The inner service may run the first steps of the handler in `call`.
        let inner = invocation.scope_with(|| {
            lifecycle.begin(&request.body, now);
            self.inner.call(request)
        });
        InvocationFuture::new(inner, lifecycle)
    }
}

impl<S> fmt::Debug for InvocationService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvocationService").finish_non_exhaustive()
    }
}
