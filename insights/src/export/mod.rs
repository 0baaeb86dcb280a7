//! Writes queries as code that saves them in an account.

mod cli;
mod cloudformation;
mod error;
mod terraform;

#[cfg(test)]
mod tests;

pub use self::error::ExportError;

use crate::Template;

/// The format of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A CloudFormation template with `AWS::Logs::QueryDefinition`, as JSON, which is also valid YAML.
    CloudFormation,
    /// The same as a template of the Serverless Application Model.
    Sam,
    /// `aws_cloudwatch_query_definition` resources. They do not support parameters, so values are filled in.
    Terraform,
    /// Calls of `aws logs put-query-definition` for a POSIX shell.
    Cli,
}

/// The location of saved queries, and the log groups that they query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The folder in the list of saved queries; `None` for the top level.
    pub folder: Option<String>,
    /// The log groups to query; if empty, they are chosen when the query is run.
    pub log_groups: Vec<String>,
    /// Values that are saved as the parameters' defaults.
    pub values: Vec<(String, String)>,
}

/// Writes queries as code.
///
/// # Errors
///
/// Returns an error if a name is longer than 255 characters, the name of a log group is invalid, a value is not valid
/// for its parameter, or the format does not support parameters and one has neither a value nor a default.
pub fn export(
    format: Format,
    templates: &[&Template],
    saved: &Saved,
) -> Result<String, ExportError> {
    let queries = templates.iter().map(|template| Query::new(template, saved));
    let queries = queries.collect::<Result<Vec<_>, _>>()?;
    match format {
        Format::CloudFormation => Ok(cloudformation::template(&queries, None)),
        Format::Sam => Ok(cloudformation::template(&queries, Some("AWS::Serverless-2016-10-31"))),
        Format::Terraform => terraform::resources(&queries),
        Format::Cli => Ok(cli::commands(&queries)),
    }
}

/// A query as it is saved.
struct Query<'a> {
    template: &'a Template,
    name: String,
    log_groups: &'a [String],
    /// The template's parameters with the defaults that are saved.
    values: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Query<'a> {
    fn new(template: &'a Template, saved: &'a Saved) -> Result<Self, ExportError> {
        let title = if template.title.is_empty() { &template.name } else { &template.title };
        let folder = saved.folder.as_deref().map(|folder| folder.trim_matches('/'));
        let name = match folder {
            Some(folder) if !folder.is_empty() => format!("{folder}/{title}"),
            _ => title.clone(),
        };
        error::check(&name, &saved.log_groups)?;
        let given = |name: &str| saved.values.iter().rev().find(|(given, _)| given == name);
        let parameters = template.parameters.iter();
        let values = parameters.map(|parameter| {
            let given = given(&parameter.name).map(|(_, value)| value.as_str());
            (parameter.name.as_str(), given.or(parameter.default.as_deref()))
        });
        let values = values.collect();
        Ok(Self { template, name, log_groups: &saved.log_groups, values })
    }

    /// Returns the text that is saved: what the query is about, and the query.
    fn text(&self) -> String {
        let Template { about, .. } = self.template;
        let query = self.template.query();
        if about.is_empty() { query.to_owned() } else { format!("# {about}\n{query}") }
    }

    /// Returns the text with values in place of its parameters.
    fn filled(&self) -> Result<String, ExportError> {
        let values = self.values.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let values: Vec<_> = values.collect();
        let template = Template { text: self.text(), ..self.template.clone() };
        let query = || self.template.name.clone();
        template.fill(&values).map_err(|source| ExportError::Fill { query: query(), source })
    }

    /// Returns the name in words that are letters and digits only.
    fn words(&self) -> impl Iterator<Item = &str> {
        let words = self.template.name.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.filter(|word| !word.is_empty())
    }
}
