//! One document: what its members say together, and those of the subsegments in it.

use serde_json::Value;

use super::members::SUBSEGMENT;
use super::problems::Problems;

/// Checks a document that stands by itself.
pub(super) fn check_own(document: &Value, problems: &mut Problems) {
    check_required(document, &["trace_id", "parent_id", "type"], problems);
    check(document, problems);
}

/// Checks a subsegment in the document of its parent, which says what both have in common.
fn check_nested(document: &Value, parent: &Value, problems: &mut Problems) {
    problems.unless(document.get("trace_id").is_none(), || "`trace_id` stands with its parent");
    let named = document.get("parent_id");
    problems.unless(named.is_none_or(|named| *named == parent["id"]), || {
        format!("`parent_id` is not that of what it lies in, {}", parent["id"])
    });
    check(document, problems);
}

fn check(document: &Value, problems: &mut Problems) {
    SUBSEGMENT.check(document, problems);
    check_required(document, &["id", "name", "start_time"], problems);
    check_times(document, problems);
    for (at, nested) in nested(document).enumerate() {
        problems.at(format!("subsegments.{at}"), |problems| {
            check_nested(nested, document, problems);
        });
    }
}

/// Returns the subsegments that lie in a document.
pub(super) fn nested(document: &Value) -> impl Iterator<Item = &Value> {
    document["subsegments"].as_array().into_iter().flatten()
}

fn check_required(document: &Value, names: &[&str], problems: &mut Problems) {
    for name in names {
        problems.unless(document.get(name).is_some(), || format!("`{name}` is missing"));
    }
}

/// A subsegment is over, or it is in progress; it does not end before it begins.
fn check_times(document: &Value, problems: &mut Problems) {
    let is_over = document.get("end_time").is_some();
    let goes_on = document.get("in_progress").is_some();
    problems.unless(is_over != goes_on, || "it has `end_time` or `in_progress`, one of them");
    let time = |name: &str| document[name].as_f64();
    if let (Some(start), Some(end)) = (time("start_time"), time("end_time")) {
        problems.unless(start <= end, || format!("it ends at {end}, before it starts at {start}"));
    }
    problems.unless(
        time("start_time").is_none_or(|start| start >= 0.0),
        || "it starts before there was any time",
    );
}
