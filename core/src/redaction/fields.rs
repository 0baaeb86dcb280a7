use super::{Redaction, normalized};

/// Rules for the fields of spans and events, and for keys, annotations, and metadata.
#[derive(Clone, Debug, Default)]
pub struct FieldRules {
    redaction: Redaction,
    redacted: Vec<String>,
    omitted: Vec<String>,
}

/// What happens to a value because of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// The value is shown, and its text is redacted with [`Redaction::text`].
    Shown,
    /// The value is replaced by [`REDACTED`](super::REDACTED).
    Redacted,
    /// The value is omitted together with its name.
    Omitted,
}

impl FieldRules {
    /// Sets the redaction that applies to all names and to text.
    pub fn set_redaction(&mut self, redaction: Redaction) {
        self.redaction = redaction;
    }

    /// Also redacts the values of exactly these names; `-`, `_`, and case are ignored.
    pub fn redact(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) {
        self.redacted.extend(names.into_iter().map(|name| normalized(name.as_ref())));
    }

    /// Omits the values of exactly these names together with the names; `-`, `_`, and case are ignored.
    pub fn omit(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) {
        self.omitted.extend(names.into_iter().map(|name| normalized(name.as_ref())));
    }

    /// Returns what happens to the values of this name.
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

    /// Returns the redaction that applies to all names and to text.
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
