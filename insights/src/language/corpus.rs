//! Queries of other people, read and linted.
//!
//! A file of `corpus/` holds entries. `@source` says where the ones below it come from. An entry begins with
//! `=== name`; then may come `refused: part of a problem`, else the query has none; `columns: a; b` for what
//! [`Query::columns`] says; `known: a; b` for fields that the service finds by itself; then comes the query.

use std::collections::BTreeSet;

use crate::{LintOptions, ast::Query, lint_with};

const FILES: [&str; 6] = [
    include_str!("corpus/aws-examples.txt"),
    include_str!("corpus/aws-repositories.txt"),
    include_str!("corpus/aws-syntax.txt"),
    include_str!("corpus/blogs.txt"),
    include_str!("corpus/dashboards.txt"),
    include_str!("corpus/slips.txt"),
];

/// A query, and what is to be said of it.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) refused: Option<String>,
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) known: Vec<String>,
    pub(crate) query: String,
}

/// All entries.
pub(crate) fn entries() -> Vec<Entry> {
    FILES.iter().flat_map(|file| entries_of(file)).collect()
}

fn entries_of(file: &str) -> Vec<Entry> {
    let mut source = String::new();
    let mut entries: Vec<Entry> = Vec::new();
    for line in file.lines() {
        if let Some(named) = line.strip_prefix("@source ") {
            named.clone_into(&mut source);
        } else if let Some(name) = line.strip_prefix("=== ") {
            let (name, source) = (name.to_owned(), source.clone());
            entries.push(Entry { name, source, ..Entry::default() });
        } else if let Some(entry) = entries.last_mut() {
            entry.read(line);
        }
    }
    entries
}

impl Entry {
    fn read(&mut self, line: &str) {
        let list = |text: &str| text.split("; ").map(str::to_owned).collect();
        match line.split_once(": ") {
            Some(("refused", part)) => self.refused = Some(part.to_owned()),
            Some(("columns", names)) => self.columns = Some(list(names)),
            Some(("known", names)) => self.known = list(names),
            _ => self.query += &format!("{line}\n"),
        }
    }

    /// Says what is not as expected.
    fn complaint(&self) -> Option<String> {
        let options = LintOptions::default().known_fields(&self.known);
        let problems = lint_with(&self.query, &options);
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        match &self.refused {
            Some(part) if !said.iter().any(|problem| problem.contains(part.as_str())) => {
                Some(format!("should be refused with '{part}', not {said:?}"))
            }
            None if !said.is_empty() => Some(format!("should be taken: {said:?}")),
            _ => self.complaint_of_columns(),
        }
    }

    fn complaint_of_columns(&self) -> Option<String> {
        let expected = self.columns.as_ref()?;
        let found = Query::parse(&self.query).ok()?.columns();
        (found.as_ref() != Some(expected)).then(|| format!("columns are {found:?}"))
    }
}

#[test]
fn published_queries_parse_or_are_refused_for_the_right_reason() {
    let entries = entries();
    let complaints: Vec<_> = entries
        .iter()
        .filter_map(|entry| Some(format!("{}: {}", entry.name, entry.complaint()?)))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn corpus_is_large_and_names_its_sources() {
    let entries = entries();
    let queries: BTreeSet<_> = entries.iter().map(|entry| entry.query.trim()).collect();
    assert!(queries.len() >= 150, "{}", queries.len());
    assert!(entries.iter().all(|entry| !entry.source.is_empty() && !entry.query.trim().is_empty()));
    assert!(entries.iter().filter(|entry| entry.refused.is_some()).count() >= 20);
    assert!(entries.iter().filter(|entry| entry.columns.is_some()).count() >= 50);
}

#[test]
fn lambda_samples_of_the_documentation_are_there_with_their_columns() {
    let entries = entries();
    let lambda: Vec<_> = entries.iter().filter(|it| it.name.starts_with("Lambda: ")).collect();
    assert!(lambda.len() >= 4);
    assert!(lambda.iter().all(|entry| entry.columns.is_some() && entry.refused.is_none()));
}
