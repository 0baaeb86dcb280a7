use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
    thread,
};

use pin_project_lite::pin_project;
use powertools_core::{Invocation, lambda::Failure};
use tracing::{Instrument, Span, instrument::Instrumented};

use super::{HandlerError, HandlerResponse, body::Body, future::Close, trigger};
use crate::{
    Tracer,
    capture::Traced,
    current::Annotation,
    panics,
    record::{Key, Kind, Purpose, Scalar, SpanBuffer},
    targets::HANDLER_TARGET,
    tracer::Settings,
};

/// The span around the handler, which ends when this is dropped.
pub(super) struct HandlerSpan {
    span: Span,
    /// Where it lies, if the invocation is sampled.
    traced: Option<Traced>,
}

impl HandlerSpan {
    /// Opens the span; the caller has opened the scope.
    // Where it is inlined, the caller drops what lives around it for each step in here that may panic.
    #[inline(never)]
    pub(super) fn open(tracer: &Tracer, invocation: &Invocation) -> Self {
        let settings = tracer.settings();
        if crate::tracer::trace_of(invocation).is_none() {
            return Self { span: Span::none(), traced: None };
        }
        // At ERROR, so that no level leaves it out: it is what the others hang under.
        let span = tracing::error_span!(target: HANDLER_TARGET, "handler");
        let traced = Traced::of(&span);
        match &traced {
            Some(traced) => traced.add(|buffer| describe(buffer, settings, invocation)),
            None => settings.warn_once(
                "the tracer's layer is not part of the subscriber, so nothing is traced; \
                 add `tracer.layer()` to it",
            ),
        }
        Self { span, traced }
    }

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

    /// Runs a step of the body that the handler has returned.
    pub(super) fn enter<R>(&self, step: impl FnOnce() -> R) -> R {
        let _entered = self.span.enter();
        let _on_panic = FaultOnPanic(self.traced.as_ref());
        step()
    }

    /// Makes the span a fault because of what the handler, or the body it returned, failed with.
    pub(super) fn fail(&self, failure: Failure<'_>) {
        if let Some(traced) = &self.traced {
            let _entered = self.span.enter();
            traced.keep_error(&traced.trace.settings().handler_name, failure);
        }
    }

    /// Takes up the handler's response.
    fn succeed<T, Response>(&self, response: &T, invocation: &Invocation)
    where
        T: HandlerResponse<Response>,
    {
        let Some(traced) = &self.traced else {
            return;
        };
        let _entered = self.span.enter();
        if let Some(status) = invocation.http_status() {
            let key = Key::Static("http.response.status_code");
            traced.add(|buffer| buffer.scalar(Purpose::Attribute, key, Scalar::U64(status.into())));
        }
        let capture = traced.trace.capture();
        if let Some(body) = response.body().filter(|_| capture.response) {
            traced.keep_response(&traced.trace.settings().handler_name, capture, body);
        }
    }
}

impl Drop for HandlerSpan {
    fn drop(&mut self) {
        // What was spawned in it, such as a client's connection, may hold it open for long.
        if let Some(traced) = &self.traced {
            traced.end();
        }
    }
}

#[inline(never)]
fn describe(buffer: &mut SpanBuffer, settings: &Settings, invocation: &Invocation) {
    buffer.set_name(&settings.handler_name);
    buffer.set_kind(Kind::Server);
    Annotation::Bool(invocation.is_cold_start()).put(buffer, "ColdStart");
    if settings.service != powertools_core::DEFAULT_SERVICE {
        Annotation::from(&settings.service).put(buffer, "Service");
    }
    let wants_faas = settings.exporter.wants_faas_attributes();
    trigger::describe(buffer, invocation, wants_faas);
    if wants_faas {
        describe_function(buffer, invocation);
    }
}

/// Writes OpenTelemetry's attributes of a function's span (semantic conventions, "Instrumenting AWS Lambda").
fn describe_function(buffer: &mut SpanBuffer, invocation: &Invocation) {
    let arn = invocation.function_arn();
    let mut text = |key, value: &str| {
        if !value.is_empty() {
            buffer.text(Purpose::Attribute, Key::Static(key), value);
        }
    };
    text("faas.invocation_id", invocation.request_id());
    text("aws.lambda.invoked_arn", arn);
    text("cloud.resource_id", unqualified(arn));
    text("cloud.account.id", arn.split(':').nth(4).unwrap_or_default());
    let cold_start = Scalar::Bool(invocation.is_cold_start());
    buffer.scalar(Purpose::Attribute, Key::Static("faas.coldstart"), cold_start);
}

/// Returns a function's ARN without the alias or version that was invoked.
fn unqualified(arn: &str) -> &str {
    let end = arn.match_indices(':').nth(6).map_or(arn.len(), |(at, _)| at);
    &arn[..end]
}

pin_project! {
    /// A handler's future in its span, whose result the span takes up.
    pub struct InSpan<F, Kind, Response> {
        // Dropped before the span, so that what the handler held ends first.
        #[pin]
        future: Option<Instrumented<F>>,
        // Dropped before `close`, so that the spans of an abandoned handler are over when they are handed on.
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

/// Makes the span a fault if a panic comes through, with what the panic said wherever it came up.
struct FaultOnPanic<'a>(Option<&'a Traced>);

impl Drop for FaultOnPanic<'_> {
    fn drop(&mut self) {
        if let Some(traced) = self.0.filter(|_| thread::panicking()) {
            panics::record(traced, "the handler panicked");
            panics::forget();
            traced.end();
        }
    }
}
