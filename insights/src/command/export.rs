use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::parameter::Parameter;
use super::{Failure, Out, query};
use crate::export::{Format, Saved, export};
use crate::{ExportError, FillError, Template};

/// Writes queries as code that saves them in an account.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Names of queries, or paths of their files; none is all that come with the program.
    names: Vec<String>,
    /// What to write.
    #[arg(long, value_enum)]
    format: Kind,
    /// A log group that the queries are asked of; may be given several times.
    #[arg(long = "log-group", value_name = "NAME")]
    log_groups: Vec<String>,
    /// The folder in the list of saved queries.
    #[arg(long)]
    folder: Option<String>,
    /// A parameter's default.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<Parameter>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Cloudformation,
    Sam,
    Terraform,
    Cli,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<ExitCode, Failure> {
    let format = match arguments.format {
        Kind::Cloudformation => Format::CloudFormation,
        Kind::Sam => Format::Sam,
        Kind::Terraform => Format::Terraform,
        Kind::Cli => Format::Cli,
    };
    let given = arguments.parameters.iter().cloned();
    let saved = Saved {
        folder: arguments.folder.clone(),
        log_groups: arguments.log_groups.clone(),
        values: given.map(|it| (it.name, it.value)).collect(),
    };
    let templates = templates(arguments, format, &saved)?;
    check_values(&templates, &saved)?;
    out.text(&export(format, &templates.iter().collect::<Vec<_>>(), &saved)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the queries that are named, or all that the format can express.
fn templates(
    arguments: &Arguments,
    format: Format,
    saved: &Saved,
) -> Result<Vec<Template>, Failure> {
    if !arguments.names.is_empty() {
        return arguments.names.iter().map(|name| named(name)).collect();
    }
    let mut templates = Template::all().to_vec();
    templates.retain(|template| match export(format, &[template], saved) {
        Err(error @ ExportError::Fill { source: FillError::Missing { .. }, .. }) => {
            super::output::tell("left out", &error.to_string());
            false
        }
        _ => true,
    });
    Ok(templates)
}

fn named(name: &str) -> Result<Template, Failure> {
    let is_file = name.ends_with(".query");
    if is_file { query::template(name) } else { Ok(Template::find(name)?.clone()) }
}

/// Refuses values that no query has a parameter for.
fn check_values(templates: &[Template], saved: &Saved) -> Result<(), Failure> {
    let mut parameters = templates.iter().flat_map(|template| &template.parameters);
    for (name, _) in &saved.values {
        if !parameters.any(|parameter| parameter.name == *name) {
            return Err(Failure::Told(format!("no query has a parameter `{name}`")));
        }
    }
    Ok(())
}
