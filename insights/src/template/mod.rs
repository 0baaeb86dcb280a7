//! The included queries and their parameters.

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

/// A query with parameters and a description.
///
/// Its text is a file in the folder `queries`: a header of comment lines, then the query. Parameters are written as
/// `{{name}}`, as in the service's saved queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The name, such as `errors-by-type`.
    pub name: String,
    /// The title in a list of saved queries.
    pub title: String,
    /// A description of the result.
    pub about: String,
    /// The parameters, in the order of the header.
    pub parameters: Vec<Parameter>,
    /// The lines that it reads: the feature that writes them, and the log format.
    pub needs: String,
    /// The query, including its header.
    pub text: String,
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name between the braces.
    pub name: String,
    /// The default value.
    pub default: Option<String>,
    /// The description of the parameter.
    pub about: String,
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let files = embedded::QUERIES.iter();
    files.map(|(name, text)| Template::read(name, text)).collect()
});

impl Template {
    /// Returns the included templates, sorted by name.
    pub fn all() -> &'static [Template] {
        &TEMPLATES
    }

    /// Finds an included template.
    ///
    /// # Errors
    ///
    /// Returns an error if no template has the name; the error contains the most similar name.
    pub fn find(name: &str) -> Result<&'static Template, UnknownTemplate> {
        let found = Self::all().iter().find(|template| template.name == name);
        found.ok_or_else(|| UnknownTemplate::new(name))
    }

    /// Creates a template from a query's text; everything that its header does not define is empty.
    ///
    /// Parameters that only occur in the text have no default.
    pub fn read(name: &str, text: &str) -> Self {
        header::read(name, text)
    }

    /// Returns the query without its header.
    pub fn query(&self) -> &str {
        header::body(&self.text)
    }

    /// Replaces the parameters with values.
    ///
    /// Values are escaped, so that each remains the text, name or part of a regular expression that its context
    /// requires. A parameter outside quotes is a number, or a number with a unit of time.
    ///
    /// # Errors
    ///
    /// Returns an error if a parameter has neither a value nor a default, a value has no parameter, or a value is not
    /// valid in the context of its parameter.
    pub fn fill(&self, values: &[(&str, &str)]) -> Result<String, FillError> {
        fill::fill(self, values)
    }
}
