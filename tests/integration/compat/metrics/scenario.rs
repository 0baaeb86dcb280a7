//! What both are asked to do: `tests/compat/metrics-scenarios.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

/// The file.
pub(in super::super) const FILE: &str = include_str!("../../../compat/metrics-scenarios.json");

/// Names with texts.
pub(super) type Texts = BTreeMap<String, String>;

/// Variables with their values; without one, the variable is not set.
pub(super) type Variables = BTreeMap<String, Option<String>>;

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
    pub(super) fn environment_of(&self, scenario: &Scenario) -> Texts {
        let own = scenario.env.clone();
        let merged: Variables = self.env.clone().into_iter().chain(own).collect();
        merged.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// What Lambda says of every invocation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Context {
    pub(super) function_name: String,
}

/// One process with its environment, and the invocations that it serves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) name: String,
    #[serde(default)]
    env: Variables,
    #[serde(default)]
    pub(super) metrics: Options,
    #[serde(default)]
    pub(super) handler: Handler,
    pub(super) invocations: Vec<Invocation>,
}

/// How the metrics are made.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    pub(super) namespace: Option<String>,
    pub(super) service: Option<String>,
    pub(super) function_name: Option<String>,
    pub(super) default_dimensions: Texts,
}

/// How the handler is wrapped.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Handler {
    pub(super) capture_cold_start_metric: bool,
    pub(super) raise_on_empty_metrics: bool,
    pub(super) default_dimensions: Texts,
}

/// What the handler does with one event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invocation {
    pub(super) steps: Vec<Step>,
}

/// One thing that the handler does.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    Add(Values),
    /// Adds 0, 1, 2 and so on.
    AddValues {
        name: String,
        unit: String,
        count: u32,
    },
    /// Adds a value to each of that many metrics.
    AddMetrics {
        prefix: String,
        count: u32,
    },
    AddDimensions {
        prefix: String,
        count: u32,
    },
    Dimensions {
        members: Texts,
    },
    DimensionSet {
        members: Texts,
    },
    Metadata {
        key: String,
        value: Value,
    },
    Timestamp {
        hours_ago: u64,
    },
    Single(Single),
    Flush,
    /// The handler ends with an error.
    Fail {
        #[serde(rename = "message")]
        _message: String,
    },
}

/// Values of one metric.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Values {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) values: Vec<f64>,
    #[serde(default)]
    pub(super) resolution: Resolution,
    /// Whether ours has a counter.
    #[serde(default)]
    pub(super) summed: bool,
}

/// A metric with a document of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Single {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) value: f64,
    #[serde(default)]
    pub(super) resolution: Resolution,
    pub(super) namespace: Option<String>,
    pub(super) dimensions: Texts,
    #[serde(default)]
    pub(super) default_dimensions: Texts,
}

/// Seconds.
#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(super) struct Resolution(pub(super) u8);

impl Default for Resolution {
    fn default() -> Self {
        Self(60)
    }
}

#[test]
fn scenario_names_are_unique() {
    let scenarios = Document::read().scenarios;
    let names = scenarios.iter().map(|scenario| &scenario.name).collect::<BTreeSet<_>>();
    assert_eq!(names.len(), scenarios.len());
}

#[test]
fn scenario_sets_and_unsets_environment_variables() {
    let document = Document::read();
    let named = |name| document.scenarios.iter().find(|scenario| scenario.name == name);
    let environment = document.environment_of(named("no service").expect("it is in the file"));
    assert_eq!(environment.get("POWERTOOLS_SERVICE_NAME"), None);
    assert_eq!(environment["POWERTOOLS_METRICS_NAMESPACE"], "Shop");
}
