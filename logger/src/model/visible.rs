use powertools_core::{
    FieldRules, REDACTED, Visibility,
    json::{redact_json, write_string},
};

use super::{Key, Members};

/// Adds a member as far as `rules` show it; `write` writes its value as JSON.
pub(crate) fn set_visible(
    members: &mut Members,
    name: &str,
    key: &Key,
    rules: &FieldRules,
    write: impl FnOnce(&mut Vec<u8>),
) {
    match rules.visibility(name) {
        Visibility::Shown => members.set(key, |out| {
            let start = out.len();
            write(out);
            redact_json(out, start, rules.redaction());
        }),
        Visibility::Redacted => members.set(key, |out| write_string(out, REDACTED)),
        Visibility::Omitted => {}
    }
}
