use thiserror::Error;

use super::Template;

/// No template has this name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no template is named `{name}`; did you mean `{nearest}`?")]
#[non_exhaustive]
pub struct UnknownTemplate {
    /// The name that was looked for.
    pub name: String,
    /// The name that is spelt most like it.
    pub nearest: String,
}

impl UnknownTemplate {
    pub(super) fn new(name: &str) -> Self {
        let names = Template::all().iter().map(|template| template.name.as_str());
        let nearest = nearest(name, names).unwrap_or_default();
        Self { name: name.to_owned(), nearest: nearest.to_owned() }
    }
}

/// Returns the candidate that is spelt most like a name.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let likeness = |candidate: &str| {
        let whole = strsim::jaro_winkler(name, candidate);
        if candidate.contains(name) { whole + 0.5 } else { whole }
    };
    candidates.max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}
