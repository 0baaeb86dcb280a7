//! Compares a line of Powertools for Python with ours, key by key.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// A key of which the lines may differ, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    /// The key; a member of a nested object is `outer.inner`, a line as a whole is [`LINE`].
    pub(super) key: &'static str,
    pub(super) python: Form,
    pub(super) ours: Form,
    pub(super) why: &'static str,
    /// The one scenario in which it may be so; in all of them when there is none.
    pub(super) only_in: Option<&'static str>,
}

/// A difference of all scenarios.
pub(super) const fn everywhere(
    key: &'static str,
    python: Form,
    ours: Form,
    why: &'static str,
) -> Difference {
    Difference { key, python, ours, why, only_in: None }
}

/// A difference of one scenario.
pub(super) const fn only(
    scenario: &'static str,
    key: &'static str,
    python: Form,
    ours: Form,
    why: &'static str,
) -> Difference {
    Difference { only_in: Some(scenario), ..everywhere(key, python, ours, why) }
}

/// The key of a line that one of the two did not write.
pub(super) const LINE: &str = "(the line)";

/// What a differing key holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Absent,
    Exactly(&'static str),
    /// Any value of this type, with an example for the reader.
    Any(Type, &'static str),
}

/// The JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// Accepts lines with the same keys of the same types and values, but for the differences.
pub(super) fn compare(
    python: &Value,
    ours: &Value,
    differences: &[Difference],
) -> Result<(), String> {
    compare_optional(Some(python), Some(ours), differences)
}

/// The same, where one of the two may not have written the line.
pub(super) fn compare_optional(
    python: Option<&Value>,
    ours: Option<&Value>,
    differences: &[Difference],
) -> Result<(), String> {
    let mut mismatches = Vec::new();
    collect(LINE, python, ours, &mut mismatches);
    mismatches.retain(|mismatch| !differences.iter().any(|each| each.explains(mismatch)));
    if mismatches.is_empty() {
        return Ok(());
    }
    Err(mismatches.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

impl Difference {
    fn explains(&self, mismatch: &Mismatch<'_>) -> bool {
        self.key == mismatch.key
            && self.python.admits(mismatch.python)
            && self.ours.admits(mismatch.ours)
    }
}

impl Form {
    fn admits(self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Absent, value) => value.is_none(),
            (Self::Exactly(text), value) => value.and_then(Value::as_str) == Some(text),
            (Self::Any(of, _), value) => value.map(Type::of) == Some(of),
        }
    }
}

impl Type {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

struct Mismatch<'a> {
    key: String,
    python: Option<&'a Value>,
    ours: Option<&'a Value>,
}

fn collect<'a>(
    key: &str,
    python: Option<&'a Value>,
    ours: Option<&'a Value>,
    found: &mut Vec<Mismatch<'a>>,
) {
    if let (Some(Value::Object(python)), Some(Value::Object(ours))) = (python, ours) {
        for name in python.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
            collect(&joined(key, name), python.get(name), ours.get(name), found);
        }
    } else if python != ours {
        found.push(Mismatch { key: key.to_owned(), python, ours });
    }
}

fn joined(outer: &str, inner: &str) -> String {
    if outer == LINE { inner.to_owned() } else { format!("{outer}.{inner}") }
}

impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        let Self { key, python, ours } = self;
        write!(f, "`{key}`: Python has {}, ours {}", shown(*python), shown(*ours))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LEVEL: Difference = everywhere(
        "level",
        Form::Exactly("WARNING"),
        Form::Exactly("WARN"),
        "it is Lambda's name of the level",
    );

    const MODULE: Difference = everywhere(
        "stack_trace.module",
        Form::Any(Type::String, "__main__"),
        Form::Absent,
        "an error does not know its module",
    );

    #[test]
    fn equal_lines_have_no_mismatch() {
        let line = json!({"level": "INFO", "order": {"id": 17, "items": [1, 2.0]}});
        assert_eq!(compare(&line, &line, &[]), Ok(()));
    }

    #[test]
    fn missing_key_is_found_on_either_side() {
        let (full, empty) = (json!({"order_id": 17}), json!({}));
        let missing = "`order_id`: Python has 17, ours nothing";
        assert_eq!(compare(&full, &empty, &[]), Err(missing.to_owned()));
        let additional = "`order_id`: Python has nothing, ours 17";
        assert_eq!(compare(&empty, &full, &[]), Err(additional.to_owned()));
    }

    #[test]
    fn integer_differs_from_float_and_string() {
        for other in [json!({"id": 1.0}), json!({"id": "1"})] {
            assert!(compare(&json!({"id": 1}), &other, &[]).is_err(), "{other}");
        }
    }

    #[test]
    fn nested_difference_is_found_by_its_path() {
        let (python, ours) = (json!({"order": {"id": 17}}), json!({"order": {"id": 18}}));
        let told = "`order.id`: Python has 17, ours 18";
        assert_eq!(compare(&python, &ours, &[]), Err(told.to_owned()));
    }

    #[test]
    fn listed_difference_is_accepted() {
        let (python, ours) = (json!({"level": "WARNING"}), json!({"level": "WARN"}));
        assert_eq!(compare(&python, &ours, &[LEVEL]), Ok(()));
        let (python, ours) =
            (json!({"stack_trace": {"module": "app"}}), json!({"stack_trace": {}}));
        assert_eq!(compare(&python, &ours, &[MODULE]), Ok(()));
    }

    #[test]
    fn listed_key_with_another_difference_is_found() {
        let (python, ours) = (json!({"level": "WARNING"}), json!({"level": "INFO"}));
        assert!(compare(&python, &ours, &[LEVEL]).is_err());
        let (python, ours) = (json!({"stack_trace": {"module": 1}}), json!({"stack_trace": {}}));
        assert!(compare(&python, &ours, &[MODULE]).is_err());
    }

    #[test]
    fn listed_difference_applies_to_its_key_only() {
        let (python, ours) = (json!({"grade": "WARNING"}), json!({"grade": "WARN"}));
        assert!(compare(&python, &ours, &[LEVEL]).is_err());
    }

    #[test]
    fn every_mismatch_is_reported() {
        let told = compare(&json!({"a": 1, "b": 2}), &json!({"b": 3}), &[]);
        let told = told.expect_err("both keys differ");
        assert_eq!(told.lines().count(), 2, "{told}");
    }
}
