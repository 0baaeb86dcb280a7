use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lambda_runtime::{FunctionResponse, IntoFunctionResponse, LambdaEvent};
use pin_project_lite::pin_project;
use powertools_core::{
    Invocation,
    lambda::{Failure, HandlerError},
};
use serde::{Deserialize, Deserializer};
use tower_service::Service;

use super::EventError;
use crate::Powertools;

/// A placeholder for an event that is deserialized later, from the bytes that the invocation keeps.
///
/// `lambda_runtime` deserializes events before it calls any inner layer, and posts the error itself, so that no utility
/// sees it. Deserializing this type can't fail, because it does not look at the input.
#[derive(Debug)]
pub(crate) struct Unread;

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

/// Deserializes events for a service that takes an `A`, and converts its responses to one type, whether they are
/// streamed or not.
pub(crate) struct Deserialized<S, A, Body, Stream> {
    inner: S,
    powertools: Powertools,
    types: PhantomData<fn(A) -> (Body, Stream)>,
}

/// The error of a [`Deserialized`] service.
#[derive(Debug)]
pub(crate) enum DeserializeError<E> {
    Event(EventError),
    Handler(E),
}

/// The kind of a [`DeserializeError`], given the kind of the handler's error.
#[derive(Debug)]
pub(crate) struct OfDeserialize<Kind>(PhantomData<Kind>);

impl<E: HandlerError<Kind>, Kind> HandlerError<OfDeserialize<Kind>> for DeserializeError<E> {
    fn describe(&self) -> Failure<'_> {
        match self {
            Self::Event(error) => Failure::Surrounding {
                error,
                name: EventError::NAME,
                message: "event could not be deserialized",
            },
            Self::Handler(error) => error.describe(),
        }
    }
}

impl<S, A, Body, Stream> Deserialized<S, A, Body, Stream> {
    pub(crate) fn new(inner: S, powertools: Powertools) -> Self {
        Self { inner, powertools, types: PhantomData }
    }

    fn read(&self) -> Result<A, EventError>
    where
        A: for<'de> Deserialize<'de>,
    {
        // This runs inside the invocation's scope, and the handler has not entered any span yet.
        let invocation = Invocation::in_this_scope().ok_or_else(EventError::unknown)?;
        let event = invocation.raw_event().ok_or_else(EventError::unknown)?;
        EventError::parse(event, self.powertools.settings().shows_events)
    }
}

impl<S: Clone, A, Body, Stream> Clone for Deserialized<S, A, Body, Stream> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.powertools.clone())
    }
}

impl<S, A, Body, Stream> Service<LambdaEvent<Unread>> for Deserialized<S, A, Body, Stream>
where
    S: Service<LambdaEvent<A>>,
    S::Response: IntoFunctionResponse<Body, Stream>,
    A: for<'de> Deserialize<'de>,
{
    type Response = FunctionResponse<Body, Stream>;
    type Error = DeserializeError<S::Error>;
    type Future = DeserializeFuture<S::Future, Body, Stream>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(DeserializeError::Handler)
    }

    fn call(&mut self, event: LambdaEvent<Unread>) -> Self::Future {
        let (handler, refused) = match self.read() {
            Ok(payload) => {
                let event = LambdaEvent::new(payload, event.context);
                (Some(Box::pin(self.inner.call(event))), None)
            }
            Err(error) => (None, Some(error)),
        };
        DeserializeFuture { handler, refused, types: PhantomData }
    }
}

pin_project! {
    /// The future of a [`Deserialized`] service.
    pub(crate) struct DeserializeFuture<F, Body, Stream> {
        // Boxed, because the compiler limits how deeply types nest, and there are many layers around and inside this
        // one.
        handler: Option<Pin<Box<F>>>,
        refused: Option<EventError>,
        types: PhantomData<fn() -> (Body, Stream)>,
    }
}

impl<F, R, E, Body, Stream> Future for DeserializeFuture<F, Body, Stream>
where
    F: Future<Output = Result<R, E>>,
    R: IntoFunctionResponse<Body, Stream>,
{
    type Output = Result<FunctionResponse<Body, Stream>, DeserializeError<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.handler.as_mut() {
            Some(handler) => {
                let result = ready!(handler.as_mut().poll(cx));
                Poll::Ready(result.map(R::into_response).map_err(DeserializeError::Handler))
            }
            None => match this.refused.take() {
                Some(error) => Poll::Ready(Err(DeserializeError::Event(error))),
                // The future has already completed.
                None => Poll::Pending,
            },
        }
    }
}
