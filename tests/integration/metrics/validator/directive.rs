//! One directive: which members of the document are metrics, and which are their dimensions.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{members, names, problems::Problems};

const MOST_DIMENSIONS: usize = 30;
const MOST_METRICS: usize = 100;

const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

pub(super) fn check(directive: &Value, root: &Map<String, Value>, problems: &mut Problems) {
    match directive["Namespace"].as_str() {
        Some(namespace) => names::check("namespace", namespace, problems),
        None => problems.add("`Namespace` is not a string"),
    }
    let dimensions = check_sets(&directive["Dimensions"], root, problems);
    let metrics = check_metrics(&directive["Metrics"], root, problems);
    for name in dimensions.intersection(&metrics) {
        problems.add(format!("{name:?} is a metric and a dimension"));
    }
}

/// Checks the sets of dimensions and returns the names in them.
fn check_sets<'a>(
    sets: &'a Value,
    root: &Map<String, Value>,
    problems: &mut Problems,
) -> BTreeSet<&'a str> {
    let sets = match sets.as_array().map(Vec::as_slice) {
        None | Some([]) => {
            problems.add("`Dimensions` is not a list of sets");
            &[]
        }
        Some(sets) => sets,
    };
    sets.iter().flat_map(|set| check_set(set, root, problems)).collect()
}

fn check_set<'a>(
    set: &'a Value,
    root: &Map<String, Value>,
    problems: &mut Problems,
) -> BTreeSet<&'a str> {
    let Some(references) = set.as_array() else {
        problems.add(format!("{set} is not a set of dimensions"));
        return BTreeSet::new();
    };
    problems.unless(references.len() <= MOST_DIMENSIONS, || {
        format!("{} dimensions in a set are more than {MOST_DIMENSIONS}", references.len())
    });
    let names = distinct("dimension", references, problems);
    for name in &names {
        names::check_dimension(name, problems);
        members::check_dimension(name, root.get(*name), problems);
    }
    names
}

/// Checks the definitions of metrics and returns their names.
fn check_metrics<'a>(
    metrics: &'a Value,
    root: &Map<String, Value>,
    problems: &mut Problems,
) -> BTreeSet<&'a str> {
    let Some(definitions) = metrics.as_array() else {
        problems.add("`Metrics` is not a list");
        return BTreeSet::new();
    };
    problems.unless(definitions.len() <= MOST_METRICS, || {
        format!("{} metrics are more than {MOST_METRICS}", definitions.len())
    });
    definitions.iter().for_each(|definition| check_definition(definition, problems));
    let names = distinct("metric", definitions.iter().map(|each| &each["Name"]), problems);
    for name in &names {
        names::check("metric", name, problems);
        members::check_metric(name, root.get(*name), problems);
    }
    names
}

fn check_definition(definition: &Value, problems: &mut Problems) {
    let unit = definition.get("Unit");
    problems.unless(unit.is_none_or(|unit| UNITS.iter().any(|known| unit == known)), || {
        format!("{} is not a unit", definition["Unit"])
    });
    let resolution = definition.get("StorageResolution");
    problems.unless(resolution.is_none_or(|seconds| *seconds == 1 || *seconds == 60), || {
        format!("`StorageResolution` {} is neither 1 nor 60", definition["StorageResolution"])
    });
}

/// Returns the names, of which none may be there twice.
fn distinct<'a>(
    what: &str,
    names: impl IntoIterator<Item = &'a Value>,
    problems: &mut Problems,
) -> BTreeSet<&'a str> {
    let mut distinct = BTreeSet::new();
    for name in names {
        match name.as_str() {
            None => problems.add(format!("{what} name {name} is not a string")),
            Some(name) => problems
                .unless(distinct.insert(name), || format!("{what} {name:?} is twice in one list")),
        }
    }
    distinct
}
