use tower_layer::Layer;

use super::HandlerService;
use crate::Metrics;

/// Flushes metrics when the handler is done; made by [`Metrics::handler_layer`].
#[derive(Clone, Debug)]
pub struct HandlerLayer(Metrics);

impl Metrics {
    /// Returns the tower layer for the handler itself, inside `lambda_runtime::Runtime::new`.
    ///
    /// It opens the invocation and its metrics, and flushes before the answer is posted, however the
    /// handler ends. Where a [`runtime_layer`](Self::runtime_layer) has opened them it does nothing.
    /// Prefer that one: there the caller does not wait, and a deadline is watched.
    pub fn handler_layer(&self) -> HandlerLayer {
        HandlerLayer(self.clone())
    }
}

impl<S> Layer<S> for HandlerLayer {
    type Service = HandlerService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        HandlerService::new(inner, self.0.clone())
    }
}
