//! The text that a line must contain to pass a query's filters, checked without reading its fields.

use std::collections::HashSet;

use memchr::memmem::Finder;

use super::{
    Datum,
    datum::numeric,
    expression::{Comparison, Expression, Like},
    program::Step,
};

/// A text that every line contains that passes the filters.
#[derive(Debug, Default)]
pub(crate) struct Prefilter {
    text: Option<Finder<'static>>,
    /// Whether the text may be written with escapes, of which only `\u…` can hide it.
    escaped: Option<Finder<'static>>,
}

impl Prefilter {
    /// Looks for the longest text that one of the filters demands of a field that stands in the line.
    pub(crate) fn of(steps: &[Step], in_line: &HashSet<usize>, message: Option<usize>) -> Self {
        let conditions = steps.iter().filter_map(|step| match step {
            Step::Keep(condition) => Some(condition),
            _ => None,
        });
        let conditions = conditions.flat_map(|condition| match condition {
            Expression::All(all) => all.iter().collect(),
            one => vec![one],
        });
        let demanded = conditions.filter_map(|condition| demanded(condition, in_line, message));
        let Some((text, escaped)) = demanded.max_by_key(|(text, _)| text.len()) else {
            return Self::default();
        };
        Self {
            text: Some(Finder::new(&text).into_owned()),
            escaped: escaped.then(|| Finder::new(b"\\u").into_owned()),
        }
    }

    /// Returns whether a line may pass the filters; if `false`, it can't.
    pub(crate) fn may_hold(&self, line: &str) -> bool {
        let has = |finder: &Finder<'_>| finder.find(line.as_bytes()).is_some();
        self.text.as_ref().is_none_or(has) || self.escaped.as_ref().is_some_and(has)
    }
}

/// Returns the text that a condition demands, and whether JSON may escape it.
fn demanded(
    condition: &Expression,
    in_line: &HashSet<usize>,
    message: Option<usize>,
) -> Option<(Vec<u8>, bool)> {
    match condition {
        Expression::Compare(Comparison::Equal, a, b) => match (&**a, &**b) {
            (Expression::Slot(slot), Expression::Literal(Datum::Text(text)))
            | (Expression::Literal(Datum::Text(text)), Expression::Slot(slot)) => {
                let demands = in_line.contains(slot) && is_written_so(text);
                demands.then(|| (text.as_bytes().to_vec(), Some(*slot) != message))
            }
            _ => None,
        },
        Expression::Like { operand, pattern: Like::Part(part), negated: false } => match &**operand
        {
            Expression::Slot(slot) if Some(*slot) == message => {
                Some((part.needle().to_vec(), false))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A number can be written in many ways, and some characters have an escape of two.
fn is_written_so(text: &str) -> bool {
    let plain = |character: char| !character.is_control() && !matches!(character, '"' | '\\' | '/');
    numeric(text).is_none() && text.chars().all(plain)
}
