//! Records of the `log` crate, with their key-values.
//!
//! `tracing-log` makes events of records and drops their key-values, for which an event of `tracing` would need a call
//! site of its own. They wait here, as JSON, until the layer takes up the event on the same thread.

use std::cell::RefCell;

use log::{
    Log, Metadata, Record,
    kv::{Error, Key, Value, VisitSource, VisitValue},
};
use powertools_core::json::{write_f64, write_integer, write_string};
use tracing_log::LogTracer;

/// Names, and values as JSON.
type KeyValues = Vec<(String, Vec<u8>)>;

thread_local! {
    /// The key-values of the record that is being logged.
    static CURRENT: RefCell<KeyValues> = const { RefCell::new(Vec::new()) };
}

/// Sends records to `tracing`.
pub(crate) struct LogBridge(LogTracer);

impl LogBridge {
    pub(crate) fn new() -> Self {
        Self(LogTracer::new())
    }
}

impl Log for LogBridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        let mut own = Collector(Vec::new());
        if record.key_values().count() > 0 && self.enabled(record.metadata()) {
            // A collector does not fail.
            let _ = record.key_values().visit(&mut own);
        }
        // A `Display` in the message may log in turn: its record must not have the key-values of this one.
        let _outer = Restored(CURRENT.replace(own.0));
        self.0.log(record);
    }

    fn flush(&self) {
        self.0.flush();
    }
}

/// Shows the key-values of the record that is being logged to `look`, which may not log.
pub(crate) fn for_each_key_value(mut look: impl FnMut(&str, &[u8])) {
    CURRENT.with_borrow(|key_values| {
        key_values.iter().for_each(|(name, json)| look(name, json));
    });
}

struct Restored(KeyValues);

impl Drop for Restored {
    fn drop(&mut self) {
        CURRENT.set(std::mem::take(&mut self.0));
    }
}

struct Collector(KeyValues);

impl<'kvs> VisitSource<'kvs> for Collector {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let mut json = ValueWriter(Vec::new());
        value.visit(&mut json)?;
        self.0.push((key.as_str().to_owned(), json.0));
        Ok(())
    }
}

/// Writes a value as JSON; what is neither a number, a truth value nor null is text.
struct ValueWriter(Vec<u8>);

impl<'v> VisitValue<'v> for ValueWriter {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), Error> {
        write_string(&mut self.0, &value.to_string());
        Ok(())
    }

    fn visit_null(&mut self) -> Result<(), Error> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), Error> {
        write_integer(&mut self.0, value);
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), Error> {
        write_integer(&mut self.0, value);
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), Error> {
        write_f64(&mut self.0, value);
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), Error> {
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn visit_str(&mut self, value: &str) -> Result<(), Error> {
        write_string(&mut self.0, value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use log::kv::Source;
    use serde_json::json;

    use super::*;
    use crate::testing::Captured;

    fn log_with(key_values: &dyn Source) {
        let mut record = Record::builder();
        record.level(log::Level::Warn).target("shop").module_path_static(Some("shop::orders"));
        LogBridge::new()
            .log(&record.args(format_args!("order placed")).key_values(&key_values).build());
    }

    #[test]
    fn key_values_are_members_of_the_line() {
        let captured = Captured::with(|logger| logger.without_fields(["user"]));
        log_with(&[
            ("order_id", Value::from(17)),
            ("share", Value::from(0.5)),
            ("express", Value::from(true)),
            ("coupon", Value::null()),
            ("to", Value::from("a \"b\"")),
            ("items", Value::from_debug(&["tea"])),
            ("level", Value::from("gold")),
            ("api_key", Value::from("s3cret")),
            ("link", Value::from("https://shop.example/?code=s3cret")),
            ("user", Value::from("jane")),
        ]);
        let line = captured.last();
        for (key, value) in [
            ("message", json!("order placed")),
            ("location", json!("shop::orders")),
            ("level", json!("WARN")),
            ("order_id", json!(17)),
            ("share", json!(0.5)),
            ("express", json!(true)),
            ("coupon", json!(null)),
            ("to", json!("a \"b\"")),
            ("items", json!("[\"tea\"]")),
            ("level_", json!("gold")),
            ("api_key", json!("[redacted]")),
            ("link", json!("https://shop.example/")),
        ] {
            assert_eq!(line[key], value, "{key}");
        }
        assert!(line.get("user").is_none());
    }

    #[test]
    fn key_values_belong_to_their_record_only() {
        let captured = crate::testing::capture();
        log_with(&("order_id", 17));
        log_with(&("customer", "jane"));
        tracing::info!("placed");
        let lines = captured.values();
        assert_eq!(lines[0]["order_id"], 17);
        assert!(lines[1].get("order_id").is_none() && lines[2].get("customer").is_none());
    }
}
