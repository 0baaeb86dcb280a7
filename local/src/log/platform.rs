//! The lines that Lambda itself writes, at its default system log level.

use std::time::Duration;

use serde_json::{Value, json};

use super::{LogStream, Origin};
use crate::clock;
use crate::settings::{LogFormat, Settings, VERSION};

const RUNTIME_VERSION: &str = "provided:al2023.v1";

/// How an invocation or a start ended.
#[derive(Clone, Debug)]
pub(crate) enum Status {
    Success,
    /// The function reported an error of this type.
    Error(String),
    /// The process ended, or did not start, with an error of this type.
    Failure(String),
    Timeout,
}

/// The phase in which a process is started.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum InitPhase {
    /// Before any invocation.
    Init,
    /// Within an invocation, because an earlier process ended. Lambda calls this a suppressed init.
    Invoke,
}

impl InitPhase {
    fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Invoke => "invoke",
        }
    }
}

/// The trace of a sampled invocation.
pub(crate) struct Trace {
    pub(crate) root: String,
    pub(crate) parent: Option<String>,
    pub(crate) header: String,
}

/// The content of an invocation's report.
pub(crate) struct Ended<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) duration: Duration,
    pub(crate) init_duration: Option<Duration>,
    pub(crate) max_memory_mb: u64,
    pub(crate) timeout: Duration,
    pub(crate) status: Status,
    /// The text about a process that ended.
    pub(crate) detail: Option<String>,
    pub(crate) trace: Option<Trace>,
}

/// Writes Lambda's own lines in the configured format.
#[derive(Clone)]
pub(crate) struct Platform {
    log: LogStream,
    format: LogFormat,
    memory_mb: u32,
    function_name: String,
    region: String,
    initialization_type: String,
}

impl Platform {
    pub(crate) fn new(log: LogStream, settings: &Settings) -> Self {
        Self {
            log,
            format: settings.log_format(),
            memory_mb: settings.memory_mb,
            function_name: settings.function_name.clone(),
            region: settings.region().to_owned(),
            initialization_type: settings.initialization_type().to_owned(),
        }
    }

    pub(crate) fn init_start(&self, phase: InitPhase) {
        let arn = format!("arn:aws:lambda:{}::runtime:provided", self.region);
        match self.format {
            LogFormat::Text => self.line(format!(
                "INIT_START Runtime Version: {RUNTIME_VERSION}\tRuntime Version ARN: {arn}"
            )),
            LogFormat::Json => self.record(
                "platform.initStart",
                &json!({
                    "initializationType": self.initialization_type,
                    "phase": phase.as_str(),
                    "runtimeVersion": RUNTIME_VERSION,
                    "runtimeVersionArn": arn,
                    "functionName": self.function_name,
                    "functionVersion": VERSION,
                }),
            ),
        }
    }

    /// Reports a start; at the default level, only if it was not on demand.
    pub(crate) fn init_done(&self, phase: InitPhase, duration: Duration) {
        if self.format == LogFormat::Json && self.initialization_type != "on-demand" {
            self.record(
                "platform.initReport",
                &json!({
                    "initializationType": self.initialization_type,
                    "phase": phase.as_str(),
                    "status": "success",
                    "metrics": {"durationMs": ms_number(duration)},
                }),
            );
        }
    }

    /// Reports a failed start; without an error type, the start took too long.
    pub(crate) fn init_failed(
        &self,
        phase: InitPhase,
        duration: Duration,
        error_type: Option<&str>,
    ) {
        let phase = phase.as_str();
        let status = if error_type.is_some() { "error" } else { "timeout" };
        match self.format {
            LogFormat::Text => {
                let duration = ms_text(duration);
                let mut line = format!(
                    "INIT_REPORT Init Duration: {duration} ms\tPhase: {phase}\tStatus: {status}"
                );
                if let Some(error_type) = error_type {
                    line += &format!("\tError Type: {error_type}");
                }
                self.line(line);
            }
            LogFormat::Json => {
                let mut record = json!({
                    "initializationType": self.initialization_type,
                    "phase": phase,
                    "status": status,
                    "metrics": {"durationMs": ms_number(duration)},
                });
                if let Some(error_type) = error_type {
                    record["errorType"] = error_type.into();
                }
                self.record("platform.initReport", &record);
            }
        }
    }

    pub(crate) fn start(&self, request_id: &str) {
        match self.format {
            LogFormat::Text => {
                self.line(format!("START RequestId: {request_id} Version: {VERSION}"));
            }
            LogFormat::Json => {
                self.record(
                    "platform.start",
                    &json!({"requestId": request_id, "version": VERSION}),
                );
            }
        }
    }

    pub(crate) fn end(&self, ended: &Ended<'_>) {
        match self.format {
            LogFormat::Text => self.end_text(ended),
            LogFormat::Json => self.end_json(ended),
        }
    }

    fn end_text(&self, ended: &Ended<'_>) {
        let id = ended.request_id;
        match (&ended.status, &ended.detail) {
            (Status::Timeout, _) => self.line(format!(
                "{} {id} Task timed out after {:.2} seconds",
                clock::rfc3339(clock::epoch_ms()),
                ended.timeout.as_secs_f64()
            )),
            (Status::Failure(error_type), Some(detail)) => {
                self.line(format!("RequestId: {id} Error: {detail}\n{error_type}"));
            }
            _ => {}
        }
        self.line(format!("END RequestId: {id}"));
        self.line(self.report_text(ended));
    }

    fn report_text(&self, ended: &Ended<'_>) -> String {
        let mut line = format!(
            "REPORT RequestId: {}\tDuration: {} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t",
            ended.request_id,
            ms_text(ended.duration),
            ended.billed_ms(),
            self.memory_mb,
            ended.max_memory_mb,
        );
        if let Some(init) = ended.init_duration {
            line += &format!("Init Duration: {} ms\t", ms_text(init));
        }
        match &ended.status {
            Status::Timeout => line += "Status: timeout\t",
            Status::Failure(error_type) => {
                line += &format!("Status: error\tError Type: {error_type}\t");
            }
            Status::Success | Status::Error(_) => {}
        }
        if let Some(trace) = &ended.trace {
            line += &format!("\nXRAY TraceId: {}\t", trace.root);
            if let Some(parent) = &trace.parent {
                line += &format!("SegmentId: {parent}\t");
            }
            line += "Sampled: true\t";
        }
        line
    }

    fn end_json(&self, ended: &Ended<'_>) {
        let outcome = match &ended.status {
            Status::Success => json!({"status": "success"}),
            Status::Error(error_type) => json!({"status": "error", "errorType": error_type}),
            Status::Failure(error_type) => json!({"status": "failure", "errorType": error_type}),
            Status::Timeout => json!({"status": "timeout"}),
        };
        if !matches!(ended.status, Status::Success) {
            let metrics = json!({"durationMs": ms_number(ended.duration)});
            self.record("platform.runtimeDone", &ended.record(&outcome, &metrics));
        }
        let metrics = self.report_metrics(ended);
        self.record("platform.report", &ended.record(&outcome, &metrics));
    }

    fn report_metrics(&self, ended: &Ended<'_>) -> Value {
        let mut metrics = json!({
            "durationMs": ms_number(ended.duration),
            "billedDurationMs": ended.billed_ms(),
            "memorySizeMB": self.memory_mb,
            "maxMemoryUsedMB": ended.max_memory_mb,
        });
        if let Some(init) = ended.init_duration {
            metrics["initDurationMs"] = ms_number(init).into();
        }
        metrics
    }

    fn record(&self, kind: &str, record: &Value) {
        let time = clock::rfc3339(clock::epoch_ms());
        self.line(format!(r#"{{"time":"{time}","type":"{kind}","record":{record}}}"#));
    }

    fn line(&self, message: String) {
        self.log.write(Origin::Platform, message);
    }
}

impl Ended<'_> {
    /// Whole milliseconds including the start, as billed since August 2025.
    fn billed_ms(&self) -> u128 {
        let billed = self.duration + self.init_duration.unwrap_or_default();
        billed.as_nanos().div_ceil(1_000_000)
    }

    fn record(&self, outcome: &Value, metrics: &Value) -> Value {
        let mut record = json!({"requestId": self.request_id, "metrics": metrics});
        for (name, value) in outcome.as_object().into_iter().flatten() {
            record[name.as_str()] = value.clone();
        }
        if let Some(trace) = &self.trace {
            record["tracing"] =
                json!({"spanId": trace.parent, "type": "X-Amzn-Trace-Id", "value": trace.header});
        }
        record
    }
}

fn ms_text(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1_000.0)
}

fn ms_number(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}
