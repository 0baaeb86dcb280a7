use std::thread;

use powertools_core::{Invocation, lambda::Failure};
use tracing::Span;

use super::{HandlerResponse, trigger};
use crate::{
    Tracer,
    config::Settings,
    context::{Annotation, Traced, panics, trace_of},
    model::{Key, Kind, Purpose, Scalar, SpanBuffer},
    targets::HANDLER_TARGET,
};

/// The span around the handler, which ends when this is dropped.
pub(super) struct HandlerSpan {
    pub(super) span: Span,
    /// Where it lies, if the invocation is sampled.
    pub(super) traced: Option<Traced>,
}

impl HandlerSpan {
    /// Opens the span; the caller has opened the scope.
    // Where it is inlined, the caller drops what lives around it for each step in here that may panic.
    #[inline(never)]
    pub(super) fn open(tracer: &Tracer, invocation: &Invocation) -> Self {
        let settings = tracer.settings();
        if trace_of(invocation).is_none() {
            return Self { span: Span::none(), traced: None };
        }
        // At ERROR, so that no level leaves it out: it is what the others hang under.
        let span = tracing::error_span!(target: HANDLER_TARGET, "handler");
        let traced = Traced::of(&span);
        match &traced {
            Some(traced) => traced.add(|buffer| describe(buffer, settings, invocation)),
            None => tracer.pipeline().warn_once(
                "the tracer's layer is not part of the subscriber, so nothing is traced; \
                 add `tracer.layer()` to it",
            ),
        }
        Self { span, traced }
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
    pub(super) fn succeed<T, Response>(&self, response: &T, invocation: &Invocation)
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

/// Makes the span a fault if a panic comes through, with what the panic said wherever it came up.
pub(super) struct FaultOnPanic<'a>(pub(super) Option<&'a Traced>);

impl Drop for FaultOnPanic<'_> {
    fn drop(&mut self) {
        if let Some(traced) = self.0.filter(|_| thread::panicking()) {
            panics::record(traced, "the handler panicked");
            panics::forget();
            traced.end();
        }
    }
}
