use powertools_core::{
    FieldRules, REDACTED, Visibility,
    json::{redact_json, write_serialize, write_string},
};
use serde::Serialize;

use super::{name, slots::Slots};
use crate::MetricError;

/// What all metadata together may have, which leaves room for the metrics in a document of 1 MiB.
const MOST_BYTES: usize = 512 * 1024;

/// What is kept for the next invocation.
const KEPT_ENTRIES: usize = 16;
const KEPT_BYTES: usize = 1024;

/// Values that are logged with the metrics and are not metrics.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    entries: Slots<Entry>,
    bytes: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// The value as JSON.
    pub(crate) value: Vec<u8>,
}

impl Metadata {
    /// Sets a value; the latest value of a key wins.
    pub(crate) fn set(&mut self, key: &str, value: &[u8]) -> Result<(), MetricError> {
        if let Some(flaw) = name::flaw(key) {
            return Err(MetricError::name("metadata", key, flaw));
        }
        let known = self.entries.find_mut(|entry| entry.key == key);
        let before = known.as_ref().map_or(0, |entry| size(&entry.key, &entry.value));
        let after = self.bytes - before + size(key, value);
        if after > MOST_BYTES {
            let (what, name) = ("metadata", key.to_owned());
            return Err(MetricError::TooLarge { what, name, limit: MOST_BYTES });
        }
        self.bytes = after;
        let entry = match known {
            Some(entry) => entry,
            None => self.entries.next(),
        };
        entry.key.clear();
        entry.key.push_str(key);
        entry.value.clear();
        entry.value.extend_from_slice(value);
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(crate) fn holds(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// Gives back the memory of large values and of more of them than most invocations have.
    pub(crate) fn shrink(&mut self) {
        self.entries.shrink(KEPT_ENTRIES, |entry| entry.value.shrink_to(KEPT_BYTES));
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }
}

/// Returns what an entry takes at most in a document: each character of a key may need an escape.
fn size(key: &str, value: &[u8]) -> usize {
    2 * key.len() + value.len() + 4
}

/// Renders a value as far as `rules` show it, outside any lock: `Serialize` is the user's code, and may record in turn.
pub(crate) fn render(key: &str, value: &impl Serialize, rules: &FieldRules) -> Option<Vec<u8>> {
    let mut json = Vec::new();
    match rules.visibility(key) {
        Visibility::Omitted => return None,
        Visibility::Redacted => write_string(&mut json, REDACTED),
        Visibility::Shown => {
            write_serialize(&mut json, value);
            redact_json(&mut json, 0, rules.redaction());
        }
    }
    Some(json)
}
