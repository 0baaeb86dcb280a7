//! Fields, annotations and metadata as attributes.

use std::collections::BTreeMap;

use opentelemetry::{Array, Key, KeyValue, StringValue, Value as OtelValue};
use powertools_core::json::write_string;

use crate::{
    Batch, Span, Value,
    model::{Key as OwnKey, Purpose},
    output::document::write_value,
};

/// Lists the attributes that are annotations. Format: the X-Ray exporter of the OpenTelemetry collector.
const ANNOTATIONS: &str = "aws.xray.annotations";

/// Begins the names of attributes that hold a namespace of metadata, as an object in JSON. Format: as above.
const METADATA: &str = "aws.xray.metadata.";

/// Returns the attributes of a span, each name once: an annotation takes the place of a field.
pub(super) fn of(batch: &Batch, span: &Span<'_>) -> Vec<KeyValue> {
    let mut attributes = Vec::new();
    let mut annotated: Vec<StringValue> = Vec::new();
    for (item, text) in span.items() {
        let is_annotation = matches!(item.purpose, Purpose::Annotation);
        let is_attribute = matches!(item.purpose, Purpose::Attribute);
        if is_annotation {
            annotated.push(item.key.of(text).to_owned().into());
        }
        if is_annotation || is_attribute && !is_annotated(span, item.key.of(text)) {
            let value = value_of(Value::of(item, text));
            attributes.push(KeyValue::new(key_of(item.key, text), value));
        }
    }
    if !annotated.is_empty() {
        attributes.push(KeyValue::new(ANNOTATIONS, OtelValue::Array(Array::String(annotated))));
    }
    attributes.extend(metadata_of(batch, span));
    attributes
}

fn is_annotated(span: &Span<'_>, key: &str) -> bool {
    span.annotations().any(|(annotated, _)| annotated == key)
}

fn key_of(key: OwnKey, text: &str) -> Key {
    match key {
        OwnKey::Static(key) => Key::from_static_str(key),
        OwnKey::Own(key) => Key::new(key.of(text).to_owned()),
    }
}

/// Returns the value; OpenTelemetry has no unsigned numbers and no objects, so those are text.
fn value_of(value: Value<'_>) -> OtelValue {
    match value {
        Value::Text(text) => text.to_owned().into(),
        Value::Json(json) => json_text(json).into(),
        Value::I64(number) => number.into(),
        Value::U64(number) => match i64::try_from(number) {
            Ok(number) => number.into(),
            Err(_) => number.to_string().into(),
        },
        Value::F64(number) => number.into(),
        Value::Bool(value) => value.into(),
    }
}

/// Returns the text that a JSON string holds; any other JSON stays as it is.
fn json_text(json: &str) -> String {
    let is_string = json.starts_with('"');
    let text = is_string.then(|| serde_json::from_str(json).ok()).flatten();
    text.unwrap_or_else(|| json.to_owned())
}

fn metadata_of(batch: &Batch, span: &Span<'_>) -> impl Iterator<Item = KeyValue> {
    let mut namespaces: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for (namespace, key, value) in span.metadata_items() {
        let json = namespaces.entry(namespace.unwrap_or(batch.namespace())).or_default();
        json.push(if json.is_empty() { b'{' } else { b',' });
        write_string(json, key);
        json.push(b':');
        write_value(json, value);
    }
    let attributes: Vec<KeyValue> = namespaces
        .into_iter()
        .map(|(namespace, mut json)| {
            json.push(b'}');
            let json = String::from_utf8_lossy(&json).into_owned();
            KeyValue::new(format!("{METADATA}{namespace}"), json)
        })
        .collect();
    attributes.into_iter()
}
