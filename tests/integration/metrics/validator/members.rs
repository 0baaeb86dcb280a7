//! The members of a document that a directive names.

use serde_json::{Map, Value};

use super::problems::Problems;

const LONGEST_DIMENSION: usize = 1024;
const MOST_VALUES: usize = 100;

pub(super) fn check_dimension(name: &str, value: Option<&Value>, problems: &mut Problems) {
    let Some(value) = value.and_then(Value::as_str) else {
        return problems.add(format!("dimension {name:?} is not a member that is a string"));
    };
    let length = value.chars().count();
    problems.unless((1..=LONGEST_DIMENSION).contains(&length), || {
        format!("the value of dimension {name:?} has {length} characters")
    });
    problems.unless(value.is_empty() || !value.trim().is_empty(), || {
        format!("the value of dimension {name:?} is blank")
    });
    problems.unless(value.chars().all(|each| each.is_ascii() && !each.is_ascii_control()), || {
        format!("the value of dimension {name:?} is not printable ASCII")
    });
}

pub(super) fn check_metric(name: &str, value: Option<&Value>, problems: &mut Problems) {
    let rule = match value {
        None => Some("is not a member".to_owned()),
        Some(Value::Array(values)) => broken_by_list(values),
        Some(Value::Object(groups)) => broken_by_groups(groups),
        Some(value) => {
            (!is_taken(value)).then(|| format!("is {value}, not a number that CloudWatch takes"))
        }
    };
    if let Some(rule) = rule {
        problems.add(format!("metric {name:?} {rule}"));
    }
}

fn broken_by_list(values: &[Value]) -> Option<String> {
    if !(1..=MOST_VALUES).contains(&values.len()) {
        return Some(format!("has {} values", values.len()));
    }
    let odd = values.iter().find(|value| !is_taken(value));
    odd.map(|value| format!("has the value {value}, not a number that CloudWatch takes"))
}

/// Values that each stand for several.
fn broken_by_groups(groups: &Map<String, Value>) -> Option<String> {
    let list = |name| groups.get(name).and_then(Value::as_array);
    let (Some(values), Some(counts), 2) = (list("Values"), list("Counts"), groups.len()) else {
        return Some("is neither numbers nor `Values` with their `Counts`".to_owned());
    };
    if values.len() != counts.len() {
        return Some(format!("has {} values but {} counts", values.len(), counts.len()));
    }
    let odd = counts.iter().find(|count| count.as_f64().is_none_or(|count| count <= 0.0));
    broken_by_list(values).or_else(|| odd.map(|count| format!("has the count {count}")))
}

/// Whether it is zero or a number with a magnitude from 2^-360 to 2^360, which is what CloudWatch takes.
fn is_taken(value: &Value) -> bool {
    let limits = 2_f64.powi(-360)..=2_f64.powi(360);
    value.as_f64().is_some_and(|value| value == 0.0 || limits.contains(&value.abs()))
}
