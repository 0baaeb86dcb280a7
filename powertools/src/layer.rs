use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use lambda_runtime::{Diagnostic, LambdaEvent};
use powertools_core::lambda::{HandlerError, HandlerResponse, Serialized};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    Powertools,
    handler::{CatchPanic, MapErrorType, OfMapped},
};

#[cfg(not(feature = "logger"))]
use crate::handler::{Passthrough as Logged, PassthroughBody as LoggedBody};
#[cfg(not(feature = "tracer"))]
use crate::handler::{Passthrough as Traced, PassthroughBody as TracedBody};
#[cfg(feature = "logger")]
use crate::logger::lambda::{Body as LoggedBody, HandlerService as Logged};
#[cfg(feature = "tracer")]
use crate::tracer::lambda::{Body as TracedBody, HandlerService as Traced};

/// Wraps a handler in the utilities; created by [`Powertools::handler_layer`].
pub struct HandlerLayer<Kind, Response = Serialized> {
    powertools: Powertools,
    captures_response: bool,
    kinds: PhantomData<fn() -> (Kind, Response)>,
}

impl<Kind, Response> HandlerLayer<Kind, Response> {
    pub(crate) fn new(powertools: Powertools) -> Self {
        Self { powertools, captures_response: true, kinds: PhantomData }
    }

    /// Does not capture the response, even if the tracer is configured to.
    #[must_use]
    pub fn without_response(self) -> Self {
        Self { captures_response: false, ..self }
    }
}

impl<S, Kind, Response> Layer<S> for HandlerLayer<Kind, Response> {
    type Service = HandlerService<S, Kind, Response>;

    fn layer(&self, inner: S) -> Self::Service {
        let service = MapErrorType::new(inner, self.powertools.clone());
        #[cfg(feature = "logger")]
        let service = self.powertools.logger().handler_layer().layer(service);
        #[cfg(not(feature = "logger"))]
        let service = Logged::new(service, self.powertools.clone());
        #[cfg(feature = "tracer")]
        let service = {
            let layer = self.powertools.tracer().handler_layer();
            let layer = if self.captures_response { layer } else { layer.without_response() };
            layer.layer(service)
        };
        #[cfg(not(feature = "tracer"))]
        let service = Traced::new(service, self.powertools.clone());
        HandlerService(CatchPanic::new(service, self.powertools.settings().redaction.clone()))
    }
}
type Logging<S, Kind, Response> = Logged<MapErrorType<S, Kind>, OfMapped<Kind>, Response>;
type Tracing<S, Kind, Response> = Traced<Logging<S, Kind, Response>, OfMapped<Kind>, Response>;

/// The type of a handler's response after both the logger and the tracer have wrapped it.
type Passed<T, Response> = Watched<Watched<T, Response, LoggedBody>, Response, TracedBody>;

type Watched<T, Response, W> = <T as HandlerResponse<Response>>::Watched<W>;

/// The service of a [`HandlerLayer`].
pub struct HandlerService<S, Kind, Response>(
    CatchPanic<Tracing<S, Kind, Response>, OfMapped<Kind>>,
);

impl<S, Kind, Response, Payload> Service<LambdaEvent<Payload>> for HandlerService<S, Kind, Response>
where
    S: Service<LambdaEvent<Payload>>,
    S::Error: HandlerError<Kind>,
    S::Response: HandlerResponse<Response>,
{
    type Response = Passed<S::Response, Response>;
    type Error = Diagnostic;
    type Future = <CatchPanic<Tracing<S, Kind, Response>, OfMapped<Kind>> as Service<
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
        let Self { captures_response, .. } = *self;
        Self { powertools: self.powertools.clone(), captures_response, kinds: PhantomData }
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
