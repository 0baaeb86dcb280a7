use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use powertools_core::Invocation;
use tracing::{Instrument, instrument::Instrumented};

use super::{
    HandlerError, HandlerResponse,
    body::Body,
    close::Close,
    handler_span::{FaultOnPanic, HandlerSpan},
};

pin_project! {
    /// A handler's future in its span, whose result the span takes up.
    pub struct InSpan<F, Kind, Response> {
        // Dropped before the span, so that what the handler held ends first.
        #[pin]
        future: Option<Instrumented<F>>,
        // Dropped before `close`, so that the spans of a cancelled handler are over when they are exported.
        span: Option<HandlerSpan>,
        close: Option<Close>,
        invocation: Invocation,
        kind: PhantomData<fn() -> (Kind, Response)>,
    }
}

impl<F, T, E, Kind, Response> Future for InSpan<F, Kind, Response>
where
    F: Future<Output = Result<T, E>>,
    E: HandlerError<Kind>,
    T: HandlerResponse<Response>,
{
    type Output = Result<T::Watched<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let future = this.future.as_mut().as_pin_mut();
        let result = {
            let traced = this.span.as_ref().and_then(|span| span.traced.as_ref());
            let _on_panic = FaultOnPanic(traced);
            ready!(future.expect("nobody polls what has ended").poll(cx))
        };
        this.future.set(None);
        this.invocation.note_handler_result(&result);
        // Both are dropped here, the span first, unless a body takes them along.
        let close = this.close.take();
        let span = this.span.take().expect("nobody polls what has ended");
        Poll::Ready(match result {
            Ok(response) => {
                span.succeed(&response, this.invocation);
                let body = Body::new(span, close);
                Ok(response.watch_body(this.invocation, || body))
            }
            Err(error) => {
                span.fail(error.describe());
                Err(error)
            }
        })
    }
}

impl HandlerSpan {
    /// Puts a call of the handler into the span.
    pub(super) fn run<F, K, R>(
        self,
        invocation: &Invocation,
        close: Option<Close>,
        call: impl FnOnce() -> F,
    ) -> InSpan<F, K, R> {
        let future = self.span.in_scope(call).instrument(self.span.clone());
        InSpan {
            future: Some(future),
            span: Some(self),
            close,
            invocation: invocation.clone(),
            kind: PhantomData,
        }
    }
}
