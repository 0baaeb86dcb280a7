use super::{Redaction, normalized};

/// What becomes of the fields of spans and events, and of keys, annotations and metadata.
#[derive(Clone, Debug, Default)]
pub struct FieldRules {
    redaction: Redaction,
    redacted: Vec<String>,
    omitted: Vec<String>,
}

/// What becomes of the value of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// It is shown; its text still goes through [`Redaction::text`].
    Shown,
    /// It is replaced by [`REDACTED`](super::REDACTED).
    Redacted,
    /// It is left out, together with its name.
    Omitted,
}

impl FieldRules {
    /// Sets what is redacted wherever it is found.
    pub fn set_redaction(&mut self, redaction: Redaction) {
        self.redaction = redaction;
    }

    /// Redacts the values of exactly these names as well; `-`, `_` and case do not matter.
    pub fn redact(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) {
        self.redacted.extend(names.into_iter().map(|name| normalized(name.as_ref())));
    }

    /// Leaves out the values of exactly these names, and the names; `-`, `_` and case do not matter.
    pub fn omit(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) {
        self.omitted.extend(names.into_iter().map(|name| normalized(name.as_ref())));
    }

    /// Returns what becomes of values of this name.
    pub fn visibility(&self, name: &str) -> Visibility {
        let is_in = |names: &[String]| !names.is_empty() && names.contains(&normalized(name));
        if is_in(&self.omitted) {
            Visibility::Omitted
        } else if self.redaction.is_sensitive(name) || is_in(&self.redacted) {
            Visibility::Redacted
        } else {
            Visibility::Shown
        }
    }

    /// Returns what is redacted wherever it is found.
    pub fn redaction(&self) -> &Redaction {
        &self.redaction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_fields_are_matched_by_their_whole_name() {
        let mut rules = FieldRules::default();
        rules.redact(["Card-Number"]);
        rules.omit(["event"]);
        for (name, visibility) in [
            ("cardNumber", Visibility::Redacted),
            ("old_card_number", Visibility::Shown),
            ("event", Visibility::Omitted),
            ("raw_event", Visibility::Shown),
            ("password", Visibility::Redacted),
        ] {
            assert_eq!(rules.visibility(name), visibility, "{name}");
        }
        rules.set_redaction(Redaction::none());
        assert_eq!(rules.visibility("password"), Visibility::Shown);
        assert_eq!(rules.visibility("card_number"), Visibility::Redacted);
    }
}
