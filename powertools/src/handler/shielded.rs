use std::{
    any::Any,
    future::Future,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::future::{CatchUnwind, FutureExt};
use lambda_runtime::Diagnostic;
use pin_project_lite::pin_project;
use powertools_core::lambda::HandlerError;
use tower_service::Service;

/// The name that Lambda, logs and traces have for a panic.
const PANIC: &str = "panic";

/// A service whose errors and panics are what Lambda is told of them.
#[derive(Debug)]
pub struct Shielded<S, Kind> {
    inner: S,
    kind: PhantomData<fn() -> Kind>,
}

impl<S, Kind> Shielded<S, Kind> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner, kind: PhantomData }
    }
}

impl<S: Clone, Kind> Clone for Shielded<S, Kind> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone())
    }
}

impl<S, Kind, Event> Service<Event> for Shielded<S, Kind>
where
    S: Service<Event>,
    S::Error: HandlerError<Kind>,
{
    type Response = S::Response;
    type Error = Diagnostic;
    type Future = ShieldedFuture<S::Future, Kind>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Diagnostic>> {
        self.inner.poll_ready(cx).map_err(|error| error.describe().diagnostic())
    }

    fn call(&mut self, event: Event) -> Self::Future {
        // A service may run the handler's first steps in `call` itself.
        let called = catch_unwind(AssertUnwindSafe(|| self.inner.call(event)));
        let (running, panicked) = match called {
            Ok(future) => (Some(AssertUnwindSafe(future).catch_unwind()), None),
            Err(panic) => (None, Some(diagnostic_of(&*panic))),
        };
        ShieldedFuture { running, panicked, kind: PhantomData }
    }
}

pin_project! {
    /// The future of a [`Shielded`] service.
    pub struct ShieldedFuture<F, Kind> {
        #[pin]
        running: Option<CatchUnwind<AssertUnwindSafe<F>>>,
        panicked: Option<Diagnostic>,
        kind: PhantomData<fn() -> Kind>,
    }
}

impl<F, T, E, Kind> Future for ShieldedFuture<F, Kind>
where
    F: Future<Output = Result<T, E>>,
    E: HandlerError<Kind>,
{
    type Output = Result<T, Diagnostic>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let result = match this.running.as_mut().as_pin_mut() {
            Some(running) => ready!(running.poll(cx)),
            None => return this.panicked.take().map_or(Poll::Pending, |it| Poll::Ready(Err(it))),
        };
        // What an abandoned handler holds ends before the answer is posted.
        this.running.set(None);
        Poll::Ready(match result {
            Ok(result) => result.map_err(|error| error.describe().diagnostic()),
            Err(panic) => Err(diagnostic_of(&*panic)),
        })
    }
}

/// Tells Lambda of a panic, whose line the panic hook has written.
pub(crate) fn diagnostic_of(panic: &(dyn Any + Send)) -> Diagnostic {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let error_message = text.unwrap_or("panic without a message").to_owned();
    Diagnostic { error_type: PANIC.to_owned(), error_message }
}
