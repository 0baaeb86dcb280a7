use std::{
    fmt, mem,
    task::{Context, Poll},
};

use lambda_runtime::LambdaEvent;
use powertools_core::{ColdStart, lambda::open_invocation};
use serde::{Serialize, de::DeserializeOwned};
use tower_service::Service;

use super::{HandlerFuture, LayerError};
use crate::{Idempotency, Outcome, PersistenceStore};

/// The service of a [`HandlerLayer`](super::HandlerLayer).
pub struct HandlerService<Inner, S> {
    inner: Inner,
    idempotency: Idempotency<S>,
    cold_start: ColdStart,
}

impl<Inner, S> HandlerService<Inner, S> {
    pub(super) fn new(inner: Inner, idempotency: Idempotency<S>, cold_start: ColdStart) -> Self {
        Self { inner, idempotency, cold_start }
    }
}

impl<Inner: Clone, S> Clone for HandlerService<Inner, S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.idempotency.clone(), self.cold_start.clone())
    }
}

impl<Inner, S, P> Service<LambdaEvent<P>> for HandlerService<Inner, S>
where
    Inner: Service<LambdaEvent<P>> + Clone + Send + 'static,
    Inner::Response: Serialize + DeserializeOwned + Send,
    Inner::Error: Send,
    Inner::Future: Send,
    P: Serialize + Send + 'static,
    S: PersistenceStore,
{
    type Response = Inner::Response;
    type Error = LayerError<Inner::Error>;
    type Future = HandlerFuture<Inner::Response, Inner::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(LayerError::Handler)
    }

    fn call(&mut self, event: LambdaEvent<P>) -> Self::Future {
        let now = self.idempotency.settings().clock.now();
        let invocation = open_invocation(&event.context, &self.cold_start, now);
        // The one that is ready has to be the one that is called.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let idempotency = self.idempotency.clone();
        let own = invocation.clone();
        HandlerFuture::new(invocation.scope(async move {
            // The bytes have the digits that the payload's type may have rounded.
            let text = own.raw_event().and_then(|event| std::str::from_utf8(event).ok());
            let call = idempotency.call_of_event(&event.payload, text);
            let outcome = call.try_run(move || inner.call(event)).await;
            outcome.map(Outcome::into_inner).map_err(LayerError::from)
        }))
    }
}

impl<Inner, S> fmt::Debug for HandlerService<Inner, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService")
            .field("idempotency", &self.idempotency)
            .finish_non_exhaustive()
    }
}
