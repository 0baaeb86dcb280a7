use std::{fmt, marker::PhantomData};

use tower_layer::Layer;

use super::{HandlerService, Serialized};
use crate::Tracer;

/// Makes the handler's span; made by [`Tracer::handler_layer`].
pub struct HandlerLayer<Kind, Response = Serialized> {
    tracer: Tracer,
    captures_response: bool,
    kind: PhantomData<fn() -> (Kind, Response)>,
}

impl Tracer {
    /// Returns the tower layer for the handler itself, inside `lambda_runtime::Runtime::new`.
    ///
    /// It opens a span that all others of the invocation hang under, `## handler` in X-Ray, with the
    /// annotations `ColdStart` and `Service`. The response is kept as metadata `handler response`, an
    /// error or a panic makes it a fault with its cause. It ends with the handler, even if what was spawned in it
    /// goes on. Without [`Tracer::runtime_layer`] further out, it
    /// opens the invocation too, and exports spans before the answer is posted; then a timeout loses them, and
    /// the trace does not say what triggered the invocation.
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
    /// The span of a response that is a stream ends with the stream's body: spans of what happens while the body is
    /// sent hang under it, and an error in the body makes it a fault. Nothing is captured of a stream.
    ///
    /// Names are those of Powertools for Python's Tracer.
    pub fn handler_layer<Kind, Response>(&self) -> HandlerLayer<Kind, Response> {
        HandlerLayer { tracer: self.clone(), captures_response: true, kind: PhantomData }
    }
}

impl<Kind, Response> HandlerLayer<Kind, Response> {
    /// Captures no response, even if the tracer's settings say so.
    #[must_use]
    pub fn without_response(self) -> Self {
        Self { captures_response: false, ..self }
    }
}

impl<S, Kind, Response> Layer<S> for HandlerLayer<Kind, Response> {
    type Service = HandlerService<S, Kind, Response>;

    fn layer(&self, inner: S) -> Self::Service {
        HandlerService::new(inner, self.tracer.clone(), self.captures_response)
    }
}

impl<Kind, Response> Clone for HandlerLayer<Kind, Response> {
    fn clone(&self) -> Self {
        let Self { captures_response, .. } = *self;
        Self { tracer: self.tracer.clone(), captures_response, kind: PhantomData }
    }
}

impl<Kind, Response> fmt::Debug for HandlerLayer<Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerLayer").field("tracer", &self.tracer).finish()
    }
}
