//! One document of CloudWatch's Embedded Metric Format, held against the rules of the format's
//! specification and of `PutMetricData`; written from those, not from what this project writes.

mod directive;
mod members;
mod names;
mod problems;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use crate::unique;
use problems::Problems;

/// The largest event that CloudWatch Logs takes.
const MOST_BYTES: usize = 1 << 20;

/// Returns the document as a value; the error names every rule that it breaks.
pub(crate) fn validate(document: &str) -> Result<Value, String> {
    let mut problems = Problems::default();
    check_line(document, &mut problems);
    let parsed = unique::parse(document).map_err(|error| format!("it is not JSON: {error}"))?;
    for name in parsed.twice {
        problems.add(format!("{name:?} is twice in one object"));
    }
    match parsed.value.as_object() {
        Some(root) => check_root(root, &mut problems),
        None => problems.add("it is not an object"),
    }
    problems.or(parsed.value)
}

fn check_line(document: &str, problems: &mut Problems) {
    problems.unless(!document.contains(['\n', '\r']), || "it is more than one line".to_owned());
    problems.unless(document.trim() == document, || "there is something around it".to_owned());
    problems.unless(document.len() <= MOST_BYTES, || {
        format!("{} bytes are more than {MOST_BYTES}", document.len())
    });
}

fn check_root(root: &Map<String, Value>, problems: &mut Problems) {
    let Some(metadata) = root.get("_aws").and_then(Value::as_object) else {
        return problems.add("`_aws` is not an object");
    };
    problems.unless(metadata.get("Timestamp").is_some_and(Value::is_u64), || {
        "`Timestamp` is not an integer of milliseconds".to_owned()
    });
    let directives = metadata.get("CloudWatchMetrics").and_then(Value::as_array);
    match directives.map(Vec::as_slice) {
        None | Some([]) => problems.add("`CloudWatchMetrics` is not a list of directives"),
        Some(directives) => {
            directives.iter().for_each(|each| directive::check(each, root, problems));
        }
    }
}
