use std::{fmt, marker::PhantomData};

use tower_layer::Layer;

use super::{HandlerService, Serialized};
use crate::Logger;

/// Logs what the handler fails with; made by [`Logger::handler_layer`].
pub struct HandlerLayer<Kind, Response = Serialized> {
    logger: Logger,
    kind: PhantomData<fn() -> (Kind, Response)>,
}

impl Logger {
    /// Returns the tower layer for the handler itself, inside `lambda_runtime::Runtime::new`.
    ///
    /// An error that the handler returns is logged once, with its type and its sources, in place of
    /// the line that `lambda_runtime` would write; what the invocation kept back is written before
    /// it. A panic writes what was kept back. The body of a streaming response belongs to the invocation until it ends;
    /// the error it fails with is logged in the same way. Without [`Logger::runtime_layer`] further out, this
    /// layer opens the invocation.
    ///
    /// ```no_run
    /// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
    /// use tower_layer::Layer;
    ///
    /// async fn handler(event: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
    ///     Err("out of tea".into())
    /// }
    ///
    /// # async fn run() -> Result<(), Error> {
    /// let logger = powertools_logger::init();
    /// let handler = logger.handler_layer().layer(service_fn(handler));
    /// Runtime::new(handler).layer(logger.runtime_layer()).run().await
    /// # }
    /// ```
    pub fn handler_layer<Kind, Response>(&self) -> HandlerLayer<Kind, Response> {
        HandlerLayer { logger: self.clone(), kind: PhantomData }
    }
}

impl<S, Kind, Response> Layer<S> for HandlerLayer<Kind, Response> {
    type Service = HandlerService<S, Kind, Response>;

    fn layer(&self, inner: S) -> Self::Service {
        HandlerService::new(inner, self.logger.clone())
    }
}

impl<Kind, Response> Clone for HandlerLayer<Kind, Response> {
    fn clone(&self) -> Self {
        Self { logger: self.logger.clone(), kind: PhantomData }
    }
}

impl<Kind, Response> fmt::Debug for HandlerLayer<Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerLayer").field("logger", &self.logger).finish()
    }
}
