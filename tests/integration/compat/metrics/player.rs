//! Plays the scenarios with our metrics.

use std::collections::BTreeMap;

use powertools_metrics::{
    ColdStart, Environment, InitializationType, Invocation, MemorySink, Metrics, MetricsBuilder,
    Namespace,
};

use super::scenario::{Document, Scenario, Texts};
use super::steps;

/// Plays every scenario and returns the lines that our metrics wrote, by the scenario's name.
pub(crate) fn written() -> BTreeMap<String, Vec<String>> {
    let document = Document::read();
    let written = |each: &Scenario| (each.name.clone(), play(each, &document));
    document.scenarios.iter().map(written).collect()
}

/// What metrics of one process share.
pub(super) struct Process {
    environment: Environment,
    lines: MemorySink,
}

impl Process {
    fn new(variables: Texts) -> Self {
        Self { environment: Environment::of(variables), lines: MemorySink::new() }
    }

    /// Metrics as the process's environment has them, with further dimensions.
    pub(super) fn metrics(&self, namespace: Option<&str>, dimensions: &Texts) -> MetricsBuilder {
        let builder = Metrics::builder().environment(self.environment.clone());
        let builder = builder.sink(self.lines.clone());
        let builder = match namespace {
            Some(name) => builder.namespace(Namespace::dynamic(name).expect("it is a name")),
            None => builder,
        };
        dimensions.iter().fold(builder, |builder, (name, value)| {
            builder.default_dimension(name, value).expect("it is a dimension")
        })
    }
}

/// Plays one scenario as if in a process of its own.
fn play(scenario: &Scenario, document: &Document) -> Vec<String> {
    let process = Process::new(document.environment_of(scenario));
    let metrics = metrics(scenario, &process);
    let cold_start = ColdStart::own(InitializationType::from_environment(&process.environment));
    for invocation in &scenario.invocations {
        let context = Invocation::builder("6f6fbb85-3a4c-4b5c-9d3e-6d1c1e0a5b7e")
            .function_name(&document.context.function_name)
            .cold_start(cold_start.take())
            .build();
        metrics.open(&context);
        context.in_scope(|| steps::take(&invocation.steps, &process));
        metrics.close(&context);
    }
    process.lines.lines()
}

/// Metrics as the scenario wants them.
fn metrics(scenario: &Scenario, process: &Process) -> Metrics {
    let (options, handler) = (&scenario.metrics, &scenario.handler);
    let mut dimensions = options.default_dimensions.clone();
    dimensions.extend(handler.default_dimensions.clone());
    let mut builder = process
        .metrics(options.namespace.as_deref(), &dimensions)
        .cold_start_metric(handler.capture_cold_start_metric)
        .raise_on_empty(handler.raise_on_empty_metrics);
    if let Some(service) = &options.service {
        builder = builder.service(service);
    }
    if let Some(name) = &options.function_name {
        builder = builder.function_name(name);
    }
    builder.build_with_warnings().0
}
