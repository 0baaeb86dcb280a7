use powertools_core::json::{write_f64, write_integer, write_string};

use crate::model::Value;

/// Writes a value as JSON.
pub(crate) fn write_value(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Text(text) => write_string(out, text),
        Value::Json(json) => out.extend_from_slice(json.as_bytes()),
        Value::I64(number) => write_integer(out, number),
        Value::U64(number) => write_integer(out, number),
        Value::F64(number) => write_f64(out, number),
        Value::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
    }
}
