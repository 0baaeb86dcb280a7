use thiserror::Error;

use super::Template;
use crate::suggest::suggest;

/// No template has this name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no template is named `{name}`{}", meant(.nearest.as_deref()))]
#[non_exhaustive]
pub struct UnknownTemplate {
    /// The unknown name.
    pub name: String,
    /// A similar name, or one that contains the unknown one.
    pub nearest: Option<String>,
}

impl UnknownTemplate {
    pub(super) fn new(name: &str) -> Self {
        let names = || Template::all().iter().map(|template| template.name.as_str());
        let nearest = suggest(name, names()).or_else(|| names().find(|it| it.contains(name)));
        Self { name: name.to_owned(), nearest: nearest.map(str::to_owned) }
    }
}

pub(super) fn meant(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}
