//! How a query's text becomes a tree.
//!
//! The grammar needs one token of lookahead, so nothing is read twice. From the pages `CWL_QuerySyntax*` of the
//! CloudWatch Logs user guide.

mod call;
mod command;
mod expression;
mod extract;
mod literal;
mod name;
mod operator;
mod parse_error;
mod pipeline;
mod space;
mod state;
mod stats;
mod token;
mod unsupported;

#[cfg(test)]
mod robustness_tests;
#[cfg(test)]
mod tests;

use winnow::{
    ModalResult,
    stream::{LocatingSlice, Stateful},
};

use crate::{Problem, ast::Query};
use parse_error::ParseError;
use state::State;

/// A query's text, and where the parser is in it.
type Input<'q> = Stateful<LocatingSlice<&'q str>, State<'q>>;

type Parsed<T> = ModalResult<T, ParseError>;

impl Query {
    /// Reads a query.
    ///
    /// What the service would refuse for other reasons than its grammar is left to [`lint`](crate::lint()).
    ///
    /// # Errors
    ///
    /// Gives what is wrong, one problem for each command that can't be read. Expressions may be nested 64 deep, and a
    /// command may have 1,000 operators and calls.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let input = Stateful { input: LocatingSlice::new(text), state: State::new(text) };
        pipeline::query(input)
    }
}
