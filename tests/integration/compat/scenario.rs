//! What both loggers are asked to do: `tests/compat/logger-scenarios.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

/// The file.
pub(super) const FILE: &str = include_str!("../../compat/logger-scenarios.json");

/// The whole file: scenarios, and the context of an invocation that says nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    context: Map<String, Value>,
    pub(super) scenarios: Vec<Scenario>,
}

impl Document {
    /// Reads the file.
    pub(super) fn read() -> Self {
        serde_json::from_str(FILE).expect("the scenarios are as described here")
    }

    /// The context of one invocation.
    pub(super) fn context_of(&self, invocation: &Invocation) -> Context {
        let own = invocation.context.clone();
        let merged = self.context.clone().into_iter().chain(own).collect();
        serde_json::from_value(Value::Object(merged)).expect("a context is as described here")
    }
}

/// One process with its environment, and the invocations that it serves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) name: String,
    #[serde(default)]
    pub(super) env: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) logger: Logger,
    #[serde(default)]
    pub(super) handler: Handler,
    pub(super) invocations: Vec<Invocation>,
}

/// How the logger is made.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Logger {
    /// `default` leaves Python's timestamps as they are without options; ours have one form.
    timestamps: String,
    pub(super) persistent_keys: Map<String, Value>,
    pub(super) buffer: Option<Buffer>,
}

/// How lines are buffered; what is absent has Powertools' default.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Buffer {
    pub(super) max_bytes: Option<usize>,
    pub(super) buffer_at_verbosity: Option<String>,
    pub(super) flush_on_error_log: Option<bool>,
}

/// How the handler is wrapped.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Handler {
    /// Absent: the environment decides.
    pub(super) log_event: Option<bool>,
    /// The name of one of Powertools' paths.
    pub(super) correlation_id: Option<String>,
    /// Ours always does so, as with the next.
    clear_state: bool,
    flush_buffer_on_uncaught_error: bool,
}

/// One event, and what the handler does with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invocation {
    /// What differs from the document's context.
    #[serde(default)]
    pub(super) context: Map<String, Value>,
    #[serde(default)]
    pub(super) event: Value,
    pub(super) steps: Vec<Step>,
}

/// What Lambda says of an invocation, under Python's names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Context {
    pub(super) function_name: String,
    /// Text, as Lambda's own runtime for Python has it.
    pub(super) memory_limit_in_mb: String,
    pub(super) invoked_function_arn: String,
    pub(super) aws_request_id: String,
    pub(super) tenant_id: Option<String>,
    pub(super) trace_header: Option<String>,
}

/// One thing that the handler does.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    Log {
        level: Level,
        message: String,
        #[serde(default)]
        keys: Map<String, Value>,
    },
    /// Logs an error; `causes` runs from the outermost error to its root.
    Error {
        message: String,
        causes: Vec<String>,
        #[serde(default)]
        keys: Map<String, Value>,
    },
    AppendKeys {
        keys: Map<String, Value>,
    },
    RemoveKeys {
        keys: Vec<String>,
    },
    Scope {
        keys: Map<String, Value>,
        steps: Vec<Step>,
    },
    SetCorrelationId {
        value: String,
    },
    FlushBuffer,
    ClearBuffer,
    /// The handler ends with an error.
    Fail {
        message: String,
    },
}

/// Python's levels.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

#[test]
fn scenario_names_are_unique() {
    let scenarios = Document::read().scenarios;
    let names = scenarios.iter().map(|scenario| &scenario.name).collect::<BTreeSet<_>>();
    assert_eq!(names.len(), scenarios.len());
}

#[test]
fn invocation_overrides_the_context_by_key() {
    let document = Document::read();
    let scenario = document.scenarios.iter().find(|scenario| scenario.name == "a tenant");
    let invocation = &scenario.expect("it is in the file").invocations[0];
    let context = document.context_of(invocation);
    assert_eq!(context.tenant_id.as_deref(), Some("blue"));
    assert_eq!(context.function_name, "checkout");
}
