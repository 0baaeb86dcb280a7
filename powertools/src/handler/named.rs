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

/// A service whose errors have the names that they chose.
#[derive(Debug)]
pub struct Named<S, Kind> {
    inner: S,
    powertools: Powertools,
    kind: PhantomData<fn() -> Kind>,
}

/// An error and the name it chose.
#[derive(Debug)]
pub struct NamedError<E> {
    error: E,
    name: Option<String>,
}

/// The kind of a [`NamedError`] around an error of another kind.
#[derive(Debug)]
pub struct OfNamed<Kind>(PhantomData<Kind>);

impl<E: HandlerError<Kind>, Kind> HandlerError<OfNamed<Kind>> for NamedError<E> {
    fn describe(&self) -> Failure<'_> {
        renamed(self.error.describe(), self.name.as_deref())
    }
}

impl<S, Kind> Named<S, Kind> {
    pub(crate) fn new(inner: S, powertools: Powertools) -> Self {
        Self { inner, powertools, kind: PhantomData }
    }
}

impl<S: Clone, Kind> Clone for Named<S, Kind> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.powertools.clone())
    }
}

impl<S, Kind, Event> Service<Event> for Named<S, Kind>
where
    S: Service<Event>,
    S::Error: HandlerError<Kind>,
{
    type Response = S::Response;
    type Error = NamedError<S::Error>;
    type Future = NamedFuture<S::Future, Kind>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(|error| NamedError { error, name: None })
    }

    fn call(&mut self, event: Event) -> Self::Future {
        if let Some(invocation) = Invocation::in_this_scope() {
            self.powertools.settings().error_types.attach(&invocation);
        }
        NamedFuture { inner: self.inner.call(event), kind: PhantomData }
    }
}

pin_project! {
    /// The future of a [`Named`] service.
    pub struct NamedFuture<F, Kind> {
        #[pin]
        inner: F,
        kind: PhantomData<fn() -> Kind>,
    }
}

impl<F, T, E, Kind> Future for NamedFuture<F, Kind>
where
    F: Future<Output = Result<T, E>>,
    E: HandlerError<Kind>,
{
    type Output = Result<T, NamedError<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(cx));
        Poll::Ready(result.map_err(|error| {
            let name = chosen_name(&error.describe());
            NamedError { error, name }
        }))
    }
}
