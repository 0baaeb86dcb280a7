use crate::ast::{Command, Stats};

use super::{
    Input, ParseError, Parsed,
    command::projection,
    token::{at_word, list, word_taken},
    unsupported::unsupported,
};

/// Reads what stands after `stats`.
pub(super) fn stats(input: &mut Input<'_>) -> Parsed<Command> {
    if at_word(input, "by") {
        return Err(ParseError::unexpected(
            input,
            "write what to compute before it, such as 'count(*)'",
        ));
    }
    let aggregates = list(input, projection)?;
    let by = match word_taken(input, "by")? {
        Some(_) => list(input, projection)?,
        None => Vec::new(),
    };
    if at_word(input, "offset") {
        return unsupported(input, "stats … offset");
    }
    Ok(Command::Stats(Stats { aggregates, by }))
}
