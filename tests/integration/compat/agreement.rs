//! Whether ours and a peer agree on every scenario.

use std::collections::BTreeMap;

use serde_json::Value;

use super::comparison::Difference;
use super::lines;

/// What a logger wrote, by the scenario's name.
pub(super) type Written = BTreeMap<String, Vec<Value>>;

/// What is not explained by the differences, scenario by scenario.
pub(super) fn disagreements(
    python: &Written,
    ours: &Written,
    differences: &[Difference],
) -> Vec<String> {
    let found = python.iter().filter_map(|(scenario, lines)| {
        let ours = ours.get(scenario).map_or(&[][..], Vec::as_slice);
        let failure = lines::compare(lines, ours, &holding(scenario, differences)).err()?;
        Some(format!("scenario `{scenario}`, {failure}"))
    });
    found.collect()
}

/// Differences that explain nothing: what is documented must be so.
pub(super) fn unneeded(
    python: &Written,
    ours: &Written,
    differences: &[Difference],
) -> Vec<&'static str> {
    let unneeded = (0..differences.len()).filter(|&left_out| {
        let mut others = differences.to_vec();
        others.remove(left_out);
        disagreements(python, ours, &others) == disagreements(python, ours, differences)
    });
    unneeded.map(|at| differences[at].key).collect()
}

fn holding(scenario: &str, differences: &[Difference]) -> Vec<Difference> {
    let holds = |each: &&Difference| each.only_in.is_none_or(|only| only == scenario);
    differences.iter().filter(holds).copied().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::comparison::{Form, only};
    use super::*;

    const LEVEL: Difference =
        only("levels", "level", Form::Exactly("WARNING"), Form::Exactly("WARN"), "");

    fn written(scenario: &str, level: &str) -> Written {
        Written::from([(scenario.to_owned(), vec![json!({"level": level})])])
    }

    #[test]
    fn difference_applies_to_its_scenario_only() {
        let [python, ours] = ["WARNING", "WARN"].map(|level| written("levels", level));
        assert_eq!(disagreements(&python, &ours, &[LEVEL]), Vec::<String>::new());
        let [python, ours] = ["WARNING", "WARN"].map(|level| written("other", level));
        assert_eq!(disagreements(&python, &ours, &[LEVEL]).len(), 1);
    }

    #[test]
    fn missing_scenario_is_a_disagreement() {
        let found = disagreements(&written("levels", "INFO"), &Written::new(), &[LEVEL]);
        assert!(found[0].starts_with("scenario `levels`, line"), "{found:?}");
    }

    #[test]
    fn unused_difference_is_reported() {
        let [python, ours] = ["WARNING", "WARN"].map(|level| written("levels", level));
        assert_eq!(unneeded(&python, &ours, &[LEVEL]), Vec::<&str>::new());
        assert_eq!(unneeded(&python, &python, &[LEVEL]), ["level"]);
    }
}
