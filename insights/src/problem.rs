use std::{error::Error, fmt};

use crate::ast::Span;

/// A problem with a query: its position, cause and remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The position in the query's text.
    pub place: Place,
    /// The description, which names the offending word.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
    /// The places where the query does not work.
    pub kind: ProblemKind,
}

/// The places where a query does not work, or not as expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// CloudWatch refuses the query, and so does the local engine if the problem affects it.
    Invalid,
    /// CloudWatch accepts the query, but interprets it differently than expected.
    Misleading,
    /// CloudWatch may run the query, but the local engine does not.
    NotLocal,
}

/// A position in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In bytes.
    pub span: Span,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Problem {
    /// Creates a problem with a part of `query`.
    pub fn new(
        query: &str,
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (place, message, remedy) = (Place::new(query, span), message.into(), remedy.into());
        Self { place, message, remedy, kind: ProblemKind::Invalid }
    }

    /// Sets where the query does not work; by default, nowhere.
    pub fn of_kind(self, kind: ProblemKind) -> Self {
        Self { kind, ..self }
    }
}

impl Place {
    fn new(query: &str, span: Span) -> Self {
        let before = query.get(..span.start).unwrap_or(query);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&character| character != '\n').count() + 1;
        Self { span, line, column }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column, .. } = self.place;
        write!(f, "{line}:{column}: {}; {}", self.message, self.remedy)
    }
}

impl Error for Problem {}
