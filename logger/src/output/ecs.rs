use powertools_core::Invocation;

use super::{ExceptionRecord, Formatter, Object, Record};

/// Lines in the Elastic Common Schema, with the dotted names of the ECS logging specification.
///
/// Fields are those of ECS 8.11 (`base`, `log`, `service`, `faas`, `error`, `trace`); the correlation
/// id and the tenant, for which it has none, are labels, and so is
/// the root cause of an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct EcsFormatter;

impl Formatter for EcsFormatter {
    fn reserved(&self) -> &'static [&'static str] {
        &[
            "@timestamp",
            "log.level",
            "message",
            "ecs.version",
            "service.name",
            "log.logger",
            "log.origin.file.line",
            "trace.id",
            "span.id",
        ]
    }

    fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
        object.timestamp("@timestamp", record);
        object.level("log.level", record);
        object.message("message", record);
        object.string("ecs.version", "8.11.0");
        object.string("service.name", record.service());
        object.string("log.logger", record.target());
        if let Some(line) = record.line() {
            object.integer("log.origin.file.line", line.into());
        }
    }

    fn invocation(
        &self,
        invocation: &Invocation,
        correlation_id: Option<&str>,
        object: &mut Object<'_>,
    ) {
        object.bool("faas.coldstart", invocation.is_cold_start());
        object.string("faas.name", invocation.function_name());
        object.string("faas.id", invocation.function_arn());
        object.string("faas.execution", invocation.request_id());
        if let Some(id) = correlation_id {
            object.string("labels.correlation_id", id);
        }
        if let Some(tenant) = invocation.tenant_id() {
            object.string("labels.tenant_id", tenant);
        }
    }

    fn exception(&self, exception: &ExceptionRecord<'_>, object: &mut Object<'_>) {
        object.exception_message("error.message", exception);
        object.exception_name("error.type", exception);
        object.root_cause("labels.root_cause", exception);
        object.stack_trace_text("error.stack_trace", exception);
    }

    fn tail(&self, record: &Record<'_>, object: &mut Object<'_>) {
        if let Some(id) = record.invocation().and_then(Invocation::trace_id) {
            object.string("trace.id", id);
        }
        if let Some(id) = record.span_id() {
            object.span_id("span.id", id);
        }
    }
}
