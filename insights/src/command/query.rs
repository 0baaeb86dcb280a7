use std::fs::File;
use std::path::Path;

use super::Failure;
use super::diagnostic;
use super::output::tell;
use super::parameter::{Parameter, pairs};
use crate::ast::{Command, Query, Spanned};
use crate::{Engine, ProblemKind, Template, input, lint};

/// A query that is to be run.
pub(super) struct Asked {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) query: Query,
    /// Which lines it is about; empty if nobody says.
    pub(super) needs: String,
}

impl Asked {
    /// Reads a template's name, the path of a query's file, or a query, and fills in its parameters.
    pub(super) fn of(words: &str, parameters: &[Parameter]) -> Result<Self, Failure> {
        let template = template(words)?;
        let text = template.fill(&pairs(parameters))?;
        let query = Query::parse(&text).map_err(|problems| {
            let problems = diagnostic::shown(&text, &problems);
            match is_word(words).then(|| Template::find(words)) {
                Some(Err(unknown)) => Failure::Told(unknown.to_string()),
                _ => Failure::Told(problems),
            }
        })?;
        let title = if template.title.is_empty() { &template.name } else { &template.title };
        Ok(Self { title: title.clone(), text, query, needs: template.needs.clone() })
    }

    /// Warns of what CloudWatch would refuse or mean otherwise, though it runs here.
    pub(super) fn warn(&self) {
        let is_source = |command: &Spanned<Command>| matches!(&command.node, Command::Foreign(name) if name == "source");
        if self.query.commands.iter().any(is_source) {
            let what = "here all lines of the files are read";
            tell("note", &format!("`SOURCE` chooses log groups of an account; {what}"));
        }
        for problem in lint(&self.text) {
            let what = match problem.kind {
                ProblemKind::Misleading => "CloudWatch takes this query, but",
                _ => "CloudWatch refuses this query:",
            };
            tell("warning", &format!("{what} {}", diagnostic::shown(&self.text, &[problem])));
        }
    }

    /// Prepares the query to be run.
    pub(super) fn engine(&self) -> Result<Engine, Failure> {
        Engine::new(&self.text, &self.query)
            .map_err(|problems| Failure::Told(diagnostic::shown(&self.text, &problems)))
    }
}

/// Finds a template by its name or the path of its file; else the words are its text.
pub(super) fn template(words: &str) -> Result<Template, Failure> {
    if let Ok(template) = Template::find(words) {
        return Ok(template.clone());
    }
    let path = Path::new(words);
    if path.extension().is_some_and(|extension| extension == "query") {
        let text = File::open(path).and_then(input::text);
        let text = text.map_err(|error| Failure::with_file(path, &error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        return Ok(Template::read(&name, &text));
    }
    Ok(Template::read("query", words))
}

fn is_word(words: &str) -> bool {
    words.chars().all(|next| next.is_ascii_alphanumeric() || "-_".contains(next))
}
