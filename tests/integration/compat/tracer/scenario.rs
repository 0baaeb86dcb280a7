//! What both are asked to do: `tests/compat/tracer-scenarios.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The file.
pub(in super::super) const FILE: &str = include_str!("../../../compat/tracer-scenarios.json");

/// Variables with their values; without one, the variable is not set.
type Variables = BTreeMap<String, Option<String>>;

/// The whole file: scenarios, and what holds for each that says nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) context: Context,
    env: Variables,
    pub(super) scenarios: Vec<Scenario>,
}

impl Document {
    /// Reads the file.
    pub(super) fn read() -> Self {
        serde_json::from_str(FILE).expect("the scenarios are as described here")
    }

    /// The environment of a scenario's process.
    pub(super) fn environment_of(&self, scenario: &Scenario) -> BTreeMap<String, String> {
        let own = scenario.env.clone();
        let merged: Variables = self.env.clone().into_iter().chain(own).collect();
        merged.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The trace header of a scenario's invocation, unless Lambda gives none.
    pub(super) fn trace_header(&self, number: usize, invocation: &Invocation) -> Option<String> {
        match &invocation.trace_header {
            Some(own) => own.clone(),
            None => Some(self.context.trace_headers[number].clone()),
        }
    }
}

/// What Lambda says of every invocation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Context {
    pub(super) function_name: String,
    /// One for each invocation of a process.
    trace_headers: Vec<String>,
}

/// One process with its environment, and the invocations that it serves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) name: String,
    #[serde(default)]
    env: Variables,
    #[serde(default)]
    pub(super) tracer: Options,
    pub(super) invocations: Vec<Invocation>,
}

/// How the tracer is made.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    pub(super) service: Option<String>,
    pub(super) disabled: Option<bool>,
}

/// What the handler does with one event, and what it returns if it ends well.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invocation {
    /// Another trace header than usual; `null` is none.
    #[serde(default, deserialize_with = "given")]
    trace_header: Option<Option<String>>,
    pub(super) steps: Vec<Step>,
    response: Option<Value>,
    /// Text of this length instead.
    response_length: Option<usize>,
}

impl Invocation {
    /// What the handler returns.
    pub(super) fn response(&self) -> Value {
        let long = self.response_length.map(|length| Value::from("x".repeat(length)));
        self.response.clone().or(long).unwrap_or_default()
    }
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// One thing that the handler does.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    Annotation {
        key: String,
        value: Value,
    },
    /// Text of that many characters.
    LongAnnotation {
        key: String,
        length: usize,
    },
    Metadata {
        key: String,
        value: Value,
        namespace: Option<String>,
    },
    /// A function that is traced.
    Method {
        name: String,
        steps: Vec<Step>,
        /// What Python's returns.
        #[serde(default, rename = "response")]
        _response: Option<Value>,
    },
    /// A span by any name.
    Span {
        name: String,
        steps: Vec<Step>,
    },
    /// Functions that are traced and run at once; the one that began first ends first.
    Concurrent {
        names: Vec<String>,
    },
    /// Goes on after an error.
    Attempt {
        steps: Vec<Step>,
    },
    /// Tells of an error that nobody hands on.
    Tell {
        message: String,
    },
    /// Ends with an error.
    Fail {
        message: String,
    },
}

#[test]
fn scenario_names_are_unique() {
    let scenarios = Document::read().scenarios;
    let names = scenarios.iter().map(|scenario| &scenario.name).collect::<BTreeSet<_>>();
    assert_eq!(names.len(), scenarios.len());
}

#[test]
fn missing_trace_header_differs_from_the_default() {
    let document = Document::read();
    let header = |name| {
        let scenario = document.scenarios.iter().find(|scenario| scenario.name == name);
        let scenario = scenario.expect("it is in the file");
        document.trace_header(0, &scenario.invocations[0])
    };
    assert_eq!(header("no trace header"), None);
    assert!(header("not sampled").is_some_and(|header| header.ends_with("Sampled=0")));
    assert!(header("a method").is_some_and(|header| header.contains("Sampled=1")));
}
