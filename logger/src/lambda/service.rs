use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use lambda_runtime::LambdaEvent;
use powertools_core::lambda::open_invocation;
use tower_service::Service;

use super::{HandlerError, HandlerFuture, HandlerResponse, Serialized, body::Body};
use crate::Logger;

/// The service of a [`HandlerLayer`](super::HandlerLayer).
pub struct HandlerService<S, Kind, Response = Serialized> {
    inner: S,
    logger: Logger,
    kind: PhantomData<fn() -> (Kind, Response)>,
}

impl<S, Kind, Response> HandlerService<S, Kind, Response> {
    pub(super) fn new(inner: S, logger: Logger) -> Self {
        Self { inner, logger, kind: PhantomData }
    }
}

impl<S: Clone, Kind, Response> Clone for HandlerService<S, Kind, Response> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.logger.clone())
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
        let settings = self.logger.settings();
        let invocation =
            open_invocation(&event.context, &settings.cold_start, settings.clock.now());
        invocation.note_handler_call();
        let inner = invocation.inner_scope_with(|| self.inner.call(event));
        HandlerFuture::new(inner, invocation)
    }
}

impl<S, Kind, Response> fmt::Debug for HandlerService<S, Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService").field("logger", &self.logger).finish_non_exhaustive()
    }
}
