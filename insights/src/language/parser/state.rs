use crate::ast::Span;

use super::{Parsed, parse_error::ParseError};

/// What the parser keeps besides its place.
#[derive(Clone, Debug)]
pub(super) struct State<'q> {
    /// The whole query.
    pub(super) query: &'q str,
    /// Where the last token ended.
    pub(super) end: usize,
    space_end: usize,
    nesting: usize,
    parts: usize,
    /// Whether a command held a subquery, which makes it one that is not run here.
    pub(super) subquery: bool,
}

// A tree is dropped and walked by recursion: these keep it within any thread's stack.
const DEEPEST: usize = 64;
const MOST_PARTS: usize = 1_000;

impl<'q> State<'q> {
    pub(super) fn new(query: &'q str) -> Self {
        Self { query, end: 0, space_end: 0, nesting: 0, parts: 0, subquery: false }
    }

    /// Forgets what belonged to the command before.
    pub(super) fn next_command(&mut self) {
        *self = Self::new(self.query);
    }

    /// Notes the space in `span`; a second one right after it belongs to it.
    pub(super) fn skipped(&mut self, span: Span) {
        if span.start != self.space_end {
            self.end = span.start;
        }
        self.space_end = span.end;
    }

    /// Goes one deeper at `span`.
    pub(super) fn enter(&mut self, span: Span) -> Parsed<()> {
        if self.nesting == DEEPEST {
            let message = format!("expressions are nested more than {DEEPEST} deep");
            return Err(ParseError::cut(
                span,
                message,
                "compute parts of it with 'fields … as name' first",
            ));
        }
        self.nesting += 1;
        Ok(())
    }

    /// Comes back from where [`enter`](Self::enter) went.
    pub(super) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Counts an operator or a call at `span`.
    pub(super) fn part(&mut self, span: Span) -> Parsed<()> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            let message = format!("a command has more than {MOST_PARTS} operators and calls");
            return Err(ParseError::cut(span, message, "use 'in […]' or a regular expression"));
        }
        Ok(())
    }
}
