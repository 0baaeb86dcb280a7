//! Compares all that a scenario wrote.

use serde_json::Value;

use super::comparison::{Difference, compare_optional};

/// Accepts the same lines in the same order, but for the differences.
pub(super) fn compare(
    python: &[Value],
    ours: &[Value],
    differences: &[Difference],
) -> Result<(), String> {
    let failures = pairs(python, ours).into_iter().filter_map(|(python, ours)| {
        let failure = compare_optional(python, ours, differences).err()?;
        let name = python.or(ours).map(|line| name(line).to_string());
        Some(format!("line {}:\n{failure}", name.unwrap_or_default()))
    });
    let failures = failures.collect::<Vec<_>>();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

/// What a line is known by: its message, its place in a trace, or the metrics in it.
fn name(line: &Value) -> &Value {
    let name = line.get("message").or(line.get("span"));
    name.unwrap_or(&line["_aws"]["CloudWatchMetrics"]["Metrics"])
}

/// Pairs lines by position; when one side has fewer, by their names.
fn pairs<'a>(python: &'a [Value], ours: &'a [Value]) -> Vec<Pair<'a>> {
    if python.len() == ours.len() {
        return python.iter().map(Some).zip(ours.iter().map(Some)).collect();
    }
    let mut rest = ours;
    let mut pairs = Vec::new();
    for line in python {
        let Some(at) = rest.iter().position(|ours| name(ours) == name(line)) else {
            pairs.push((Some(line), None));
            continue;
        };
        pairs.extend(rest[..at].iter().map(|additional| (None, Some(additional))));
        pairs.push((Some(line), Some(&rest[at])));
        rest = &rest[at + 1..];
    }
    pairs.extend(rest.iter().map(|additional| (None, Some(additional))));
    pairs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::comparison::{Form, LINE, Type, everywhere};
    use super::*;

    const ADDITIONAL: Difference =
        everywhere(LINE, Form::Absent, Form::Any(Type::Object, "{}"), "a loss is told");

    fn lines(messages: &[&str]) -> Vec<Value> {
        messages.iter().map(|message| json!({"message": message})).collect()
    }

    #[test]
    fn lines_in_another_order_are_a_mismatch() {
        assert!(compare(&lines(&["a", "b"]), &lines(&["b", "a"]), &[]).is_err());
    }

    #[test]
    fn additional_line_is_a_mismatch_unless_listed() {
        let (python, ours) = (lines(&["a", "b"]), lines(&["a", "lost", "b"]));
        let told = compare(&python, &ours, &[]).expect_err("Python did not write the second line");
        assert!(told.starts_with("line \"lost\":\n`(the line)`: Python has nothing"), "{told}");
        assert_eq!(compare(&python, &ours, &[ADDITIONAL]), Ok(()));
    }

    #[test]
    fn missing_line_is_a_mismatch() {
        let told = compare(&lines(&["a", "b"]), &lines(&["b"]), &[ADDITIONAL]);
        let told = told.expect_err("ours lacks the first line");
        assert!(told.starts_with("line \"a\":"), "{told}");
    }
}
