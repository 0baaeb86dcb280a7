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
use powertools_core::{PANIC, Redaction, lambda::HandlerError, panic_message};
use tower_service::Service;

/// Converts errors and panics of a service to the errors that Lambda receives.
#[derive(Debug)]
pub struct CatchPanic<S, Kind> {
    inner: S,
    redaction: Redaction,
    kind: PhantomData<fn() -> Kind>,
}

impl<S, Kind> CatchPanic<S, Kind> {
    pub(crate) fn new(inner: S, redaction: Redaction) -> Self {
        Self { inner, redaction, kind: PhantomData }
    }
}

impl<S: Clone, Kind> Clone for CatchPanic<S, Kind> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.redaction.clone())
    }
}

impl<S, Kind, Event> Service<Event> for CatchPanic<S, Kind>
where
    S: Service<Event>,
    S::Error: HandlerError<Kind>,
{
    type Response = S::Response;
    type Error = Diagnostic;
    type Future = CatchPanicFuture<S::Future, Kind>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Diagnostic>> {
        self.inner.poll_ready(cx).map_err(|error| error.describe().diagnostic(&self.redaction))
    }

    fn call(&mut self, event: Event) -> Self::Future {
        // A service may run the first steps of the handler in `call`.
        let called = catch_unwind(AssertUnwindSafe(|| self.inner.call(event)));
        let (running, panicked) = match called {
            Ok(future) => (Some(AssertUnwindSafe(future).catch_unwind()), None),
            Err(panic) => (None, Some(uncaught(&*panic, &self.redaction))),
        };
        CatchPanicFuture { running, panicked, redaction: self.redaction.clone(), kind: PhantomData }
    }
}

pin_project! {
    /// The future of a [`CatchPanic`] service.
    pub struct CatchPanicFuture<F, Kind> {
        #[pin]
        running: Option<CatchUnwind<AssertUnwindSafe<F>>>,
        panicked: Option<Diagnostic>,
        redaction: Redaction,
        kind: PhantomData<fn() -> Kind>,
    }
}

impl<F, T, E, Kind> Future for CatchPanicFuture<F, Kind>
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
        // Drop the handler's future now, so that everything it holds is released before the response is posted.
        this.running.set(None);
        Poll::Ready(match result {
            Ok(result) => result.map_err(|error| error.describe().diagnostic(this.redaction)),
            Err(panic) => Err(uncaught(&*panic, this.redaction)),
        })
    }
}

/// Returns the error that Lambda receives for a panic of the handler, and logs the panic unless the panic hook has.
fn uncaught(panic: &(dyn Any + Send), redaction: &Redaction) -> Diagnostic {
    #[cfg(feature = "logger")]
    powertools_logger::lambda::log_uncaught_panic(panic);
    diagnostic_of(panic, redaction)
}

/// Returns the error that Lambda receives for a panic.
pub(crate) fn diagnostic_of(panic: &(dyn Any + Send), redaction: &Redaction) -> Diagnostic {
    let error_message = redaction.text(panic_message(panic)).into_owned();
    Diagnostic { error_type: PANIC.to_owned(), error_message }
}
