use aws_smithy_runtime_api::client::{
    interceptors::context::Error,
    orchestrator::{HttpResponse, Metadata, OrchestratorError},
    retries::RequestAttempts,
};
use aws_smithy_types::{
    config_bag::{ConfigBag, Storable, StoreReplace},
    telemetry::{CapturedTelemetryAttributes, RequestedTelemetryAttributes},
};
use aws_types::{region::Region, request_id::RequestId};
use powertools_core::ExpectedError;
use tracing::{Span, field::Empty};

use super::failure::Failure;
use crate::{
    TraceHeader,
    context::Traced,
    model::{Key, Purpose},
    subscriber::{current_but, is_sampled_here},
    targets::AWS_TARGET,
};

/// What names the target of a call in its input, and the attribute for it.
const MEMBERS: [(&str, &str); 2] =
    [("TableName", "aws.dynamodb.table_name"), ("QueueUrl", "aws.sqs.queue.url")];

/// The attribute that names an error that the caller had expected.
const EXPECTED: &str = "aws.expected_error";

/// A call in a sampled invocation; it lies in the call's configuration, and ends with it at the latest.
#[derive(Debug)]
pub(super) struct Call {
    span: Span,
    traced: Traced,
}

impl Storable for Call {
    type Storer = StoreReplace<Self>;
}

impl Call {
    /// Opens the span of a call, unless nothing is sampled or a twin of the interceptor did.
    pub(super) fn begin(config: &mut ConfigBag) {
        if config.load::<Self>().is_some() || !is_sampled_here() {
            return;
        }
        let span = open_span();
        let Some(traced) = Traced::of(&span) else {
            return;
        };
        let wanted = config.load::<RequestedTelemetryAttributes>().cloned();
        let mut wanted = wanted.unwrap_or_default();
        wanted.capture_only(MEMBERS.map(|(member, _)| member));
        config.interceptor_state().store_put(wanted).store_put(Self { span, traced });
    }

    /// Runs `f` with the call of this configuration, if it has one.
    pub(super) fn with(config: &ConfigBag, f: impl FnOnce(&Self, &ConfigBag)) {
        if let Some(call) = config.load::<Self>() {
            f(call, config);
        }
    }

    /// Ends the span now, whoever keeps the configuration.
    pub(super) fn end(config: &mut ConfigBag) {
        if config.load::<Self>().is_some() {
            config.interceptor_state().unset::<Self>();
        }
    }

    /// Returns the trace header whose parent is the call.
    pub(super) fn header(&self) -> Option<TraceHeader> {
        Some(self.traced.trace.header().clone().with_parent(self.traced.id()?))
    }

    /// Records what is called.
    pub(super) fn describe(&self, config: &ConfigBag) {
        if let Some(metadata) = config.load::<Metadata>() {
            let (service, operation) = (metadata.service(), metadata.name());
            self.span.record("otel.name", format!("{service}.{operation}"));
            self.span.record("rpc.service", service);
            self.span.record("rpc.method", operation);
        }
        if let Some(region) = config.load::<Region>() {
            self.span.record("cloud.region", region.as_ref());
        }
        let captured = config.load::<CapturedTelemetryAttributes>();
        for (member, attribute) in MEMBERS {
            if let Some(value) = captured.and_then(|captured| captured.get(member)) {
                self.span.record(attribute, value);
            }
        }
    }

    /// Records which attempt begins.
    pub(super) fn attempt(&self, config: &ConfigBag) {
        if let Some(attempts) = config.load::<RequestAttempts>() {
            self.span.record("http.request.resend_count", attempts.attempts().saturating_sub(1));
        }
    }

    /// Records that a request was made for somebody else to send: nothing is called.
    pub(super) fn presigned(&self) {
        self.span.record("otel.kind", "internal");
    }

    /// Records what is known of the last answer.
    pub(super) fn answered(&self, response: Option<&HttpResponse>) {
        if let Some(response) = response {
            self.span.record("http.response.status_code", response.status().as_u16());
            if let Some(id) = response.request_id() {
                self.span.record("aws.request_id", id);
            }
        }
    }

    /// Records why the call failed, and whose failure that is.
    pub(super) fn failed(
        &self,
        error: &OrchestratorError<Error>,
        response: Option<&HttpResponse>,
        config: &ConfigBag,
    ) {
        let failure = Failure::of(error);
        let is_expected =
            |expected: &ExpectedError| failure.is_service() && expected.code() == failure.code();
        if ExpectedError::of_call(config).is_some_and(is_expected) {
            return self.traced.add(|buffer| {
                buffer.text(Purpose::Attribute, Key::Static(EXPECTED), failure.code());
                buffer.set_ok();
            });
        }
        self.span.record("error.type", failure.code());
        let status = response.map(|response| response.status().as_u16());
        if failure.is_service() && status.is_some_and(|status| (300..500).contains(&status)) {
            // The status says that it is an error of this side.
            let capture = self.traced.trace.capture();
            self.traced.add(|buffer| buffer.cause("", None, capture, |out| failure.write(out)));
        } else {
            self.traced.fail(None, |out| failure.write(out));
        }
    }
}

/// Opens a span below the one that the call was made in: not below the SDK's own, which end before it.
fn open_span() -> Span {
    let is_sdk = |target: &str| target.starts_with("aws_smithy_") || target.starts_with("aws_sdk_");
    tracing::info_span!(
        target: AWS_TARGET,
        parent: current_but(is_sdk),
        "call",
        otel.kind = "client",
        otel.name = Empty,
        rpc.system = "aws-api",
        rpc.service = Empty,
        rpc.method = Empty,
        cloud.region = Empty,
        aws.request_id = Empty,
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        aws.dynamodb.table_name = Empty,
        aws.sqs.queue.url = Empty,
        "error.type" = Empty,
    )
}
