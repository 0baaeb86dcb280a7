//! Validates the parsed struct and converts it to the model, or reports the mistakes.

use syn::Ident;

use super::{
    field,
    model::{Group, Kind, Member},
    parse::{Body, Setting, Source},
};
use crate::diagnostic::Diagnostic;

/// Returns the model of the group, or its mistakes, at most one for each field.
pub(super) fn group(source: Source) -> Result<Group, Vec<Diagnostic>> {
    let Source { ident, generics, settings, body } = source;
    let fields = match body {
        Body::Named(fields) => fields,
        Body::Other(at, what) => {
            let message = format!("expected a struct with named fields, found {what}");
            return Err(vec![Diagnostic::new(at, message)]);
        }
    };
    let mut problems = settings.iter().map(misplaced).collect::<Vec<_>>();
    let mut members = Vec::new();
    for source in fields {
        match field::member(source) {
            Ok(member) => members.extend(member),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(duplicates(&members));
    if problems.is_empty() {
        problems.extend(without_metric(&ident, &members));
    }
    if problems.is_empty() { Ok(Group { ident, generics, members }) } else { Err(problems) }
}

fn misplaced(setting: &Setting) -> Diagnostic {
    Diagnostic::new(&setting.word, "options apply to fields: move this to its field")
}

/// Finds duplicate names of any kind, because all of them become members of one JSON object.
fn duplicates(members: &[Member]) -> impl Iterator<Item = Diagnostic> {
    members.iter().enumerate().filter_map(|(at, member)| {
        let name = &member.name;
        let first = members[..at].iter().find(|earlier| earlier.name.text == name.text)?;
        let message = format!(
            "the field `{}` has the name {:?} already: give one of them another with `name = \"…\"`",
            first.field, name.text
        );
        Some(Diagnostic::new(&name.from, message))
    })
}

fn without_metric(ident: &Ident, members: &[Member]) -> Option<Diagnostic> {
    if members.iter().any(|member| matches!(member.kind, Kind::Metric { .. })) {
        return None;
    }
    let message = format!(
        "`{ident}` has no metric, and without one nothing is written: mark a field \
         `#[metric(count)]` or `#[metric(unit = Milliseconds)]`"
    );
    Some(Diagnostic::new(ident, message))
}
