/// What the linter is told besides the query.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LintOptions {
    /// The fields that the service finds in the events by itself, such as the keys of JSON lines.
    pub known_fields: Vec<String>,
}

impl LintOptions {
    /// Tells which fields the service finds in the events by itself.
    pub fn known_fields(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.known_fields.extend(names.into_iter().map(Into::into));
        self
    }
}
