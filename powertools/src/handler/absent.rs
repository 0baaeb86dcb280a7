//! What stands where a utility would that is not built in.

use std::{
    marker::PhantomData,
    task::{Context, Poll},
};

use tower_service::Service;

/// The service of a utility that does nothing.
#[derive(Debug)]
pub struct Absent<S, Kind, Response = ()>(S, PhantomData<fn() -> (Kind, Response)>);

impl<S, Kind, Response> Absent<S, Kind, Response> {
    pub(crate) fn new(inner: S) -> Self {
        Self(inner, PhantomData)
    }
}

impl<S: Clone, Kind, Response> Clone for Absent<S, Kind, Response> {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}

impl<S: Service<Event>, Kind, Response, Event> Service<Event> for Absent<S, Kind, Response> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, event: Event) -> Self::Future {
        self.0.call(event)
    }
}

/// What a tracer would capture of a response.
#[cfg(not(feature = "tracer"))]
pub trait HandlerResponse<T> {}

/// The kinds of responses that a tracer would tell apart.
#[cfg(not(feature = "tracer"))]
#[allow(unreachable_pub, reason = "types in the interface of a layer")]
mod kinds {
    /// Responses that can be serialised.
    #[derive(Debug)]
    pub enum Serialized {}
    /// Responses that are not looked into.
    #[derive(Debug)]
    pub enum Opaque {}
    /// Responses as `lambda_runtime` posts them.
    #[derive(Debug)]
    pub enum Posted {}

    impl<T> super::HandlerResponse<T> for Serialized {}
    impl<T> super::HandlerResponse<T> for Opaque {}
    impl<T> super::HandlerResponse<T> for Posted {}
}

#[cfg(not(feature = "tracer"))]
#[allow(unreachable_pub, reason = "types in the interface of a layer")]
pub use kinds::{Opaque, Posted, Serialized};
