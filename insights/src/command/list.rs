use std::process::ExitCode;

use clap::Args;

use super::{Failure, Out};
use crate::{Table, Template, Value};

/// Lists the queries that come with the program.
#[derive(Args, Debug)]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments, out: &mut Out) -> Result<ExitCode, Failure> {
    let rows = Template::all().iter().map(row).collect();
    let columns = ["name", "parameters", "what it answers"].map(str::to_owned).to_vec();
    out.table(&Table { columns, rows })?;
    Ok(ExitCode::SUCCESS)
}

fn row(template: &Template) -> Vec<Option<Value>> {
    let parameters = template.parameters.iter().map(|parameter| match &parameter.default {
        Some(default) => format!("{}={default}", parameter.name),
        None => parameter.name.clone(),
    });
    let parameters = parameters.collect::<Vec<_>>().join(" ");
    [template.name.clone(), parameters, template.about.clone()]
        .map(|text| Some(Value::Text(text)))
        .to_vec()
}
