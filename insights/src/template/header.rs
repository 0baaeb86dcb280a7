//! The comment lines at the head of a query's file.
//!
//! ```text
//! # title: Cost
//! # about: What invocations cost.
//! # needs: Lambda's reports, text or JSON log format
//! # param request = 0.0000002: the price of a request in dollars
//! ```

use super::{Parameter, Template, context};

pub(super) fn read(name: &str, text: &str) -> Template {
    let mut template = Template {
        name: name.to_owned(),
        title: String::new(),
        about: String::new(),
        parameters: Vec::new(),
        needs: String::new(),
        text: text.to_owned(),
    };
    lines(text).for_each(|line| note(&mut template, line));
    for name in context::parameters(text) {
        if !template.parameters.iter().any(|known| known.name == name) {
            let (name, about) = (name.to_owned(), String::new());
            template.parameters.push(Parameter { name, default: None, about });
        }
    }
    template
}

/// Returns what follows the comment lines.
pub(super) fn body(text: &str) -> &str {
    let head: usize =
        text.split_inclusive('\n').take_while(|line| is_head(line)).map(str::len).sum();
    text.get(head..).unwrap_or_default()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let head = text.lines().take_while(|line| is_head(line));
    head.map(|line| line.trim_start_matches(['#', ' ']))
}

fn is_head(line: &str) -> bool {
    line.starts_with('#')
}

fn note(template: &mut Template, line: &str) {
    let Some((key, value)) = line.split_once(':') else { return };
    let value = value.trim().to_owned();
    match key.trim() {
        "title" => template.title = value,
        "about" => template.about = value,
        "needs" => template.needs = value,
        key => template.parameters.extend(parameter(key, value)),
    }
}

fn parameter(key: &str, about: String) -> Option<Parameter> {
    let declared = key.strip_prefix("param ")?;
    let (name, default) = match declared.split_once('=') {
        Some((name, default)) => (name, Some(default.trim().to_owned())),
        None => (declared, None),
    };
    Some(Parameter { name: name.trim().to_owned(), default, about })
}
