//! The queries that come with the crate, and how their parameters are filled in.

mod context;
mod embedded;
mod fill;
mod find;
mod header;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use self::fill::FillError;
pub use self::find::UnknownTemplate;

/// A query with parameters, and what is to be known of it.
///
/// Its text is a file of the folder `queries`: a header of comment lines, then the query. A parameter stands
/// in it as `{{name}}`, as in the service's saved queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The name that it is found by, such as `errors-by-type`.
    pub name: String,
    /// What it is called in a list of saved queries.
    pub title: String,
    /// Which question it answers.
    pub about: String,
    /// What can be filled in, in the order of the header.
    pub parameters: Vec<Parameter>,
    /// Which lines it reads: what writes them, in which log format.
    pub needs: String,
    /// The query, header included.
    pub text: String,
}

/// What can be filled into a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name between the braces.
    pub name: String,
    /// What is filled in if nothing is given.
    pub default: Option<String>,
    /// What it means.
    pub about: String,
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let files = embedded::QUERIES.iter();
    files.map(|(name, text)| Template::read(name, text)).collect()
});

impl Template {
    /// Returns the templates that come with the crate, by name.
    pub fn all() -> &'static [Template] {
        &TEMPLATES
    }

    /// Finds a template of the crate.
    ///
    /// # Errors
    ///
    /// No template has the name; the error has the one that is spelt most like it.
    pub fn find(name: &str) -> Result<&'static Template, UnknownTemplate> {
        let found = Self::all().iter().find(|template| template.name == name);
        found.ok_or_else(|| UnknownTemplate::new(name))
    }

    /// Makes a template of a query's text; what its header does not say is empty.
    ///
    /// Parameters that stand in the text alone have no default.
    pub fn read(name: &str, text: &str) -> Self {
        header::read(name, text)
    }

    /// Returns the query without its header.
    pub fn query(&self) -> &str {
        header::body(&self.text)
    }

    /// Puts values in place of the parameters.
    ///
    /// A value is written so that it stays the text, name or part of a regular expression that its place is
    /// for; a parameter that stands for itself is a number, or a number with a unit of time.
    ///
    /// # Errors
    ///
    /// A parameter has neither a value nor a default, a value has no parameter, or a value can't be written
    /// where its parameter stands.
    pub fn fill(&self, values: &[(&str, &str)]) -> Result<String, FillError> {
        fill::fill(self, values)
    }
}
