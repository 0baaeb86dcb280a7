//! Commands between pipes.

use winnow::stream::Location;

use crate::{
    Problem,
    ast::{Command, Query, Spanned},
};

use super::{
    Input, ParseError, Parsed, command,
    space::space,
    token::{at_word, is_end, taken},
    unsupported,
};

// Who wrote so many is helped by the first ones.
const MOST_PROBLEMS: usize = 20;

/// Reads a query; goes on after a command that can't be read.
pub(super) fn query(mut input: Input<'_>) -> Result<Query, Vec<Problem>> {
    let text = input.state.query;
    let mut commands = Vec::new();
    let mut problems = Vec::new();
    let start = begin(&mut input);
    if start.is_ok() && input.input.is_empty() {
        let remedy = "begin with 'fields @timestamp, @message'";
        problems.push(Problem::new(text, 0..text.len(), "the query holds no command", remedy));
    }
    while !input.input.is_empty() && problems.len() < MOST_PROBLEMS {
        match next(&mut input) {
            Ok(command) => commands.push(command),
            Err(fault) => problems.extend(told(fault, text)),
        }
    }
    if problems.is_empty() { Ok(Query { commands }) } else { Err(problems) }
}

fn begin(input: &mut Input<'_>) -> Parsed<()> {
    space(input)?;
    taken(input, "|").map(drop)
}

fn next(input: &mut Input<'_>) -> Parsed<Spanned<Command>> {
    input.state.next_command();
    let before = input.clone();
    let read = whole(input);
    if read.is_err() {
        *input = after_fault(before);
    }
    read
}

fn whole(input: &mut Input<'_>) -> Parsed<Spanned<Command>> {
    let command = command::command(input)?;
    if !is_end(input) {
        let remedy = "write an operator, ',' or '|' before it, or put text in quotes";
        return Err(ParseError::unexpected(input, remedy));
    }
    taken(input, "|")?;
    Ok(command)
}

/// Where the next command begins, as far as that can be told; else the end.
fn after_fault(mut input: Input<'_>) -> Input<'_> {
    // Which of its slashes begin a regular expression, with pipes in it, is not known.
    let is_parse = at_word(&input, "parse");
    let skipped = unsupported::skipped(&mut input).and_then(|()| taken(&mut input, "|"));
    if skipped.is_err() || is_parse {
        let end = input.state.query.len() - input.current_token_start();
        let _ = winnow::stream::Stream::next_slice(&mut input, end);
    }
    input
}

fn told(fault: winnow::error::ErrMode<ParseError>, text: &str) -> Option<Problem> {
    fault.into_inner().ok().map(|fault| fault.into_problem(text))
}
