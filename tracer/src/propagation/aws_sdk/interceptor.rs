use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{
                BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
                BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
            },
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use super::call::Call;
use crate::{current_header, propagation::TRACE_HEADER};

/// Traces the calls of a client of AWS's SDK, and sends the trace header along.
///
/// In a sampled invocation each call is a span of kind client, over all its attempts: in X-Ray a subsegment
/// that is named after the service and has the namespace `aws`. It tells of operation, region, request id,
/// status and retries, and of the table or the queue where the SDK tells of it. Where an answer is a stream, the
/// span ends with its head; the span of a call that is given up ends there.
///
/// As X-Ray has it, a status of 400 to 499 makes the span an `error`, too many calls a `throttle` as well, and a
/// status of 500 or more, a timeout or a lost connection a `fault`. An error that the caller has marked as
/// [expected](crate::propagation::ExpectedError) sets none of them and is shown as `aws.expected_error`. The store of
/// `powertools-idempotency` marks the refusal by which it learns of a replay.
///
/// Its target is `powertools::aws`, by which [`levels`](crate::TracerBuilder::levels) leave it out.
///
/// The header `x-amzn-trace-id` is set in every invocation that has one, unless the request has it already.
/// Signatures don't cover it. The SDK's own, from the environment, is not used then; it would be wrong
/// where invocations are concurrent.
///
/// A client takes it from `aws_sdk_…::config::Builder::interceptor`; `docs/tracing.md` in the repository has a
/// program.
///
/// The SDK's crates need Rust 1.94.1 or later.
///
/// Attributes: OpenTelemetry's semantic conventions, "AWS SDK client span", by the names that X-Ray knows.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AwsSdkInterceptor {}

impl AwsSdkInterceptor {
    /// Creates the interceptor; one serves any number of clients.
    pub fn new() -> Self {
        Self {}
    }
}

/// Nothing here fails, and what belongs to a call lies in the call's own configuration.
impl Intercept for AwsSdkInterceptor {
    fn name(&self) -> &'static str {
        "PowertoolsTracer"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Call::begin(config);
        Ok(())
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Only now the operation has told its name.
        Call::with(config, Call::describe);
        Ok(())
    }

    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Each attempt begins with the request as it is after this, and the SDK's own header comes later.
        let headers = context.request_mut().headers_mut();
        let header = config.load::<Call>().and_then(Call::header).or_else(current_header);
        if let Some(header) = header.filter(|_| !headers.contains_key(TRACE_HEADER)) {
            // What Lambda gave may hold members that no header can carry.
            let _ = headers.try_insert(TRACE_HEADER, header.to_string());
        }
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Call::with(config, Call::attempt);
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        // Somebody else sends a presigned request, in a trace of their own or in none.
        if request.uri().contains("X-Amz-Signature=") {
            request.headers_mut().remove(TRACE_HEADER);
            Call::with(config, |call, _| call.presigned());
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Call::with(config, |call, config| {
            call.describe(config);
            call.answered(context.response());
            if let Some(Err(error)) = context.output_or_error() {
                call.failed(error, context.response(), config);
            }
        });
        Call::end(config);
        Ok(())
    }
}
