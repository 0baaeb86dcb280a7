use std::{fmt, marker::PhantomData};

use powertools_core::lambda::Serialized;
use tower_layer::Layer;

use super::HandlerService;
use crate::Metrics;

/// Flushes metrics when the handler is done; made by [`Metrics::handler_layer`].
pub struct HandlerLayer<Response = Serialized> {
    metrics: Metrics,
    response: PhantomData<fn() -> Response>,
}

impl Metrics {
    /// Returns the tower layer for the handler itself, inside `lambda_runtime::Runtime::new`.
    ///
    /// It opens the invocation and its metrics, and flushes before the answer is posted, however the
    /// handler ends; for a response that is a stream, when the stream's body has ended. Where a
    /// [`runtime_layer`](Self::runtime_layer) has opened them it leaves the flush to that one, and only makes what is
    /// recorded while a body is sent belong to the invocation. Prefer that one: there the caller does not wait, and a
    /// deadline is watched.
    pub fn handler_layer<Response>(&self) -> HandlerLayer<Response> {
        HandlerLayer { metrics: self.clone(), response: PhantomData }
    }
}

impl<S, Response> Layer<S> for HandlerLayer<Response> {
    type Service = HandlerService<S, Response>;

    fn layer(&self, inner: S) -> Self::Service {
        HandlerService::new(inner, self.metrics.clone())
    }
}

impl<Response> Clone for HandlerLayer<Response> {
    fn clone(&self) -> Self {
        self.metrics.handler_layer()
    }
}

impl<Response> fmt::Debug for HandlerLayer<Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerLayer").field("metrics", &self.metrics).finish()
    }
}
