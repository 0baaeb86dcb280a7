//! The members of a subsegment, each with its shape.

use serde_json::Value;

use super::problems::Problems;
use super::shape::Shape::{
    self, AnyText, By, Id, ListOf, Members, Name, Number, OneOf, Text, TraceId, True, Truth, Whole,
};

const LONGEST_KEY: usize = 500;
const LONGEST_ANNOTATION: usize = 1000;

/// A subsegment. X-Ray takes `links` although its guide does not list them: AWS's exporter for
/// OpenTelemetry writes them.
pub(super) const SUBSEGMENT: Shape = Members(&[
    ("id", Id),
    ("name", Name),
    ("trace_id", TraceId),
    ("parent_id", Id),
    ("type", OneOf(&["subsegment"])),
    ("start_time", Number),
    ("end_time", Number),
    ("in_progress", True),
    ("fault", Truth),
    ("error", Truth),
    ("throttle", Truth),
    ("namespace", OneOf(&["aws", "remote"])),
    ("http", HTTP),
    ("aws", AWS),
    ("sql", SQL),
    ("cause", By(check_cause)),
    ("annotations", By(check_annotations)),
    ("metadata", By(check_metadata)),
    ("precursor_ids", ListOf(&Id)),
    ("links", ListOf(&Members(&[("trace_id", TraceId), ("id", Id)]))),
    // Each is checked like the one that it lies in.
    ("subsegments", ListOf(&By(|_, _| ()))),
]);

const HTTP: Shape = Members(&[
    (
        "request",
        Members(&[
            ("method", Text(250)),
            ("url", Text(250)),
            ("user_agent", Text(250)),
            ("client_ip", Text(250)),
            ("traced", Truth),
        ]),
    ),
    ("response", Members(&[("status", Whole), ("content_length", Whole)])),
]);

/// `retries` is what X-Ray's SDKs write beside what the guide lists.
const AWS: Shape = Members(&[
    ("operation", AnyText),
    ("account_id", AnyText),
    ("region", AnyText),
    ("request_id", AnyText),
    ("queue_url", AnyText),
    ("table_name", AnyText),
    ("retries", Whole),
]);

const SQL: Shape = Members(&[
    ("connection_string", AnyText),
    ("url", AnyText),
    ("sanitized_query", AnyText),
    ("database_type", AnyText),
    ("database_version", AnyText),
    ("driver_version", AnyText),
    ("user", Text(250)),
    ("preparation", OneOf(&["call", "statement"])),
]);

const CAUSE: Shape = Members(&[
    ("working_directory", AnyText),
    ("paths", ListOf(&AnyText)),
    ("exceptions", ListOf(&EXCEPTION)),
]);

const EXCEPTION: Shape = Members(&[
    ("id", Id),
    ("message", AnyText),
    ("type", AnyText),
    ("remote", Truth),
    ("truncated", Whole),
    ("skipped", Whole),
    ("cause", Id),
    ("stack", ListOf(&Members(&[("path", AnyText), ("line", Whole), ("label", AnyText)]))),
]);

/// A cause is told, or is an exception told elsewhere.
fn check_cause(cause: &Value, problems: &mut Problems) {
    let shape = if cause.is_string() { Id } else { CAUSE };
    shape.check(cause, problems);
    let Some(exceptions) = cause["exceptions"].as_array() else {
        return;
    };
    for (at, exception) in exceptions.iter().enumerate() {
        problems.at(format!("exceptions.{at}"), |problems| {
            problems.unless(exception.get("id").is_some(), || "`id` is missing");
            let of = exception.get("cause");
            let is_told = of.is_none_or(|of| exceptions.iter().any(|other| other["id"] == *of));
            problems.unless(is_told, || "no exception has the id in `cause`");
        });
    }
}

fn check_annotations(annotations: &Value, problems: &mut Problems) {
    let Some(annotations) = annotations.as_object() else {
        return problems.add(format!("{annotations} is not an object"));
    };
    for (key, value) in annotations {
        let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_key = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(is_taken);
        problems.unless(is_key, || format!("{key:?} is not the key of an annotation"));
        problems.at(key, |problems| check_annotation(value, problems));
    }
}

fn check_annotation(value: &Value, problems: &mut Problems) {
    match value {
        Value::String(_) => Text(LONGEST_ANNOTATION).check(value, problems),
        Value::Number(_) | Value::Bool(_) => {}
        _ => problems.add(format!("{value} is neither text nor number nor truth value")),
    }
}

fn check_metadata(metadata: &Value, problems: &mut Problems) {
    let Some(namespaces) = metadata.as_object() else {
        return problems.add(format!("{metadata} is not an object"));
    };
    for (namespace, values) in namespaces {
        let is_object = values.is_object();
        problems.at(namespace, |problems| {
            problems.unless(!namespace.starts_with("AWS."), || "the namespace is reserved");
            problems.unless(is_object, || format!("{values} is not an object"));
        });
    }
}
