use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use powertools_core::{
    Invocation,
    lambda::{Failure, HandlerError},
};
use tower_service::Service;

use super::{chosen_name, renamed};
use crate::Powertools;

/// Gives the errors of a service their chosen names.
#[derive(Debug)]
pub struct MapErrorType<S, Kind> {
    inner: S,
    powertools: Powertools,
    kind: PhantomData<fn() -> Kind>,
}

/// An error and its chosen name.
#[derive(Debug)]
pub struct MappedError<E> {
    error: E,
    name: Option<String>,
}

/// The kind of a [`MappedError`], given the kind of the error inside.
#[derive(Debug)]
pub struct OfMapped<Kind>(PhantomData<Kind>);

impl<E: HandlerError<Kind>, Kind> HandlerError<OfMapped<Kind>> for MappedError<E> {
    fn describe(&self) -> Failure<'_> {
        renamed(self.error.describe(), self.name.as_deref())
    }
}

impl<S, Kind> MapErrorType<S, Kind> {
    pub(crate) fn new(inner: S, powertools: Powertools) -> Self {
        Self { inner, powertools, kind: PhantomData }
    }
}

impl<S: Clone, Kind> Clone for MapErrorType<S, Kind> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.powertools.clone())
    }
}

impl<S, Kind, Event> Service<Event> for MapErrorType<S, Kind>
where
    S: Service<Event>,
    S::Error: HandlerError<Kind>,
{
    type Response = S::Response;
    type Error = MappedError<S::Error>;
    type Future = MapErrorTypeFuture<S::Future, Kind>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(|error| MappedError { error, name: None })
    }

    fn call(&mut self, event: Event) -> Self::Future {
        if let Some(invocation) = Invocation::in_this_scope() {
            self.powertools.settings().error_types.attach(&invocation);
        }
        MapErrorTypeFuture { inner: self.inner.call(event), kind: PhantomData }
    }
}

pin_project! {
    /// The future of a [`MapErrorType`] service.
    pub struct MapErrorTypeFuture<F, Kind> {
        #[pin]
        inner: F,
        kind: PhantomData<fn() -> Kind>,
    }
}

impl<F, T, E, Kind> Future for MapErrorTypeFuture<F, Kind>
where
    F: Future<Output = Result<T, E>>,
    E: HandlerError<Kind>,
{
    type Output = Result<T, MappedError<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(cx));
        Poll::Ready(result.map_err(|error| {
            let name = chosen_name(&error.describe());
            MappedError { error, name }
        }))
    }
}
