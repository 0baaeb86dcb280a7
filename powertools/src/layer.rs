use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use lambda_runtime::{Diagnostic, LambdaEvent};
use powertools_core::lambda::HandlerError;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    Powertools,
    handler::{Named, OfNamed, Shielded},
};

#[cfg(not(feature = "logger"))]
use crate::handler::Absent as Logged;
#[cfg(not(feature = "tracer"))]
use crate::handler::{Absent as Traced, HandlerResponse, Opaque, Serialized};
#[cfg(feature = "logger")]
use crate::logger::lambda::HandlerService as Logged;
#[cfg(feature = "tracer")]
use crate::tracer::lambda::{HandlerResponse, HandlerService as Traced, Opaque, Serialized};

/// The utilities around a handler; made by [`Powertools::handler_layer`].
pub struct HandlerLayer<Kind, Response = Serialized> {
    pub(crate) powertools: Powertools,
    pub(crate) kinds: PhantomData<fn() -> (Kind, Response)>,
}

impl<Kind> HandlerLayer<Kind> {
    /// Leaves responses alone: for those that are not `Serialize`, such as streams.
    pub fn without_response(self) -> HandlerLayer<Kind, Opaque> {
        self.of_responses()
    }

    pub(crate) fn of_responses<Response>(self) -> HandlerLayer<Kind, Response> {
        HandlerLayer { powertools: self.powertools, kinds: PhantomData }
    }
}

impl<S, Kind, Response> Layer<S> for HandlerLayer<Kind, Response> {
    type Service = HandlerService<S, Kind, Response>;

    fn layer(&self, inner: S) -> Self::Service {
        let service = Named::new(inner, self.powertools.clone());
        #[cfg(feature = "logger")]
        let service = self.powertools.logger().handler_layer().layer(service);
        #[cfg(not(feature = "logger"))]
        let service = Logged::new(service);
        #[cfg(feature = "tracer")]
        let service = self.powertools.tracer().handler_layer_for().layer(service);
        #[cfg(not(feature = "tracer"))]
        let service = Traced::new(service);
        HandlerService(Shielded::new(service, self.powertools.settings().redaction.clone()))
    }
}

type Logging<S, Kind> = Logged<Named<S, Kind>, OfNamed<Kind>>;
type Tracing<S, Kind, Response> = Traced<Logging<S, Kind>, OfNamed<Kind>, Response>;

/// The service of a [`HandlerLayer`].
pub struct HandlerService<S, Kind, Response>(Shielded<Tracing<S, Kind, Response>, OfNamed<Kind>>);

impl<S, Kind, Response, Payload> Service<LambdaEvent<Payload>> for HandlerService<S, Kind, Response>
where
    S: Service<LambdaEvent<Payload>>,
    S::Error: HandlerError<Kind>,
    Response: HandlerResponse<S::Response>,
{
    type Response = S::Response;
    type Error = Diagnostic;
    type Future = <Shielded<Tracing<S, Kind, Response>, OfNamed<Kind>> as Service<
        LambdaEvent<Payload>,
    >>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Diagnostic>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, event: LambdaEvent<Payload>) -> Self::Future {
        self.0.call(event)
    }
}

impl<S: Clone, Kind, Response> Clone for HandlerService<S, Kind, Response> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Kind, Response> Clone for HandlerLayer<Kind, Response> {
    fn clone(&self) -> Self {
        Self { powertools: self.powertools.clone(), kinds: PhantomData }
    }
}

impl<S, Kind, Response> fmt::Debug for HandlerService<S, Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService").finish_non_exhaustive()
    }
}

impl<Kind, Response> fmt::Debug for HandlerLayer<Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerLayer").finish_non_exhaustive()
    }
}
