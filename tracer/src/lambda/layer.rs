use std::{fmt, marker::PhantomData};

use tower_layer::Layer;

use super::{HandlerService, Opaque, Serialized};
use crate::Tracer;

/// Makes the handler's span; made by [`Tracer::handler_layer`].
pub struct HandlerLayer<Kind, Response = Serialized> {
    tracer: Tracer,
    kind: PhantomData<fn() -> (Kind, Response)>,
}

impl Tracer {
    /// Returns the tower layer for the handler itself, inside `lambda_runtime::Runtime::new`.
    ///
    /// It opens a span that all others of the invocation hang under, `## handler` in X-Ray, with the
    /// annotations `ColdStart` and `Service`. The response is kept as metadata `handler response`, an
    /// error or a panic makes it a fault with its cause. It ends with the handler, even if what was spawned in it
    /// goes on. Without [`Tracer::runtime_layer`] further out, it
    /// opens the invocation too, and hands spans on before the answer is posted; then a timeout loses them, and
    /// what triggered the invocation is not told.
    ///
    /// ```no_run
    /// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
    /// use powertools_tracer::Tracer;
    /// use tower_layer::Layer;
    ///
    /// async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<String, Error> {
    ///     Ok("done".into())
    /// }
    ///
    /// # async fn run() -> Result<(), Error> {
    /// let tracer = Tracer::builder().build();
    /// let handler = tracer.handler_layer().layer(service_fn(handler));
    /// Runtime::new(handler).layer(tracer.runtime_layer()).run().await
    /// # }
    /// ```
    ///
    /// Names are those of Powertools for Python's Tracer.
    pub fn handler_layer<Kind>(&self) -> HandlerLayer<Kind> {
        self.handler_layer_for()
    }

    /// Returns the same layer for responses of any kind.
    pub fn handler_layer_for<Kind, Response>(&self) -> HandlerLayer<Kind, Response> {
        HandlerLayer { tracer: self.clone(), kind: PhantomData }
    }
}

impl<Kind> HandlerLayer<Kind> {
    /// Leaves responses alone: for those that are not `Serialize`, such as streams.
    pub fn without_response(self) -> HandlerLayer<Kind, Opaque> {
        HandlerLayer { tracer: self.tracer, kind: PhantomData }
    }
}

impl<S, Kind, Response> Layer<S> for HandlerLayer<Kind, Response> {
    type Service = HandlerService<S, Kind, Response>;

    fn layer(&self, inner: S) -> Self::Service {
        HandlerService::new(inner, self.tracer.clone())
    }
}

impl<Kind, Response> Clone for HandlerLayer<Kind, Response> {
    fn clone(&self) -> Self {
        Self { tracer: self.tracer.clone(), kind: PhantomData }
    }
}

impl<Kind, Response> fmt::Debug for HandlerLayer<Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerLayer").field("tracer", &self.tracer).finish()
    }
}
