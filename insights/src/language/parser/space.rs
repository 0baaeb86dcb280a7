use winnow::{Parser, combinator::preceded, stream::Location, token::take_while};

use super::{Input, Parsed};

/// Skips white space and comments.
pub(super) fn space(input: &mut Input<'_>) -> Parsed<()> {
    let before = input.current_token_start();
    skip(input)?;
    let after = input.current_token_start();
    input.state.skipped(before..after);
    Ok(())
}

fn skip(input: &mut Input<'_>) -> Parsed<()> {
    loop {
        take_while(0.., char::is_whitespace).void().parse_next(input)?;
        if !input.input.starts_with('#') {
            return Ok(());
        }
        preceded('#', take_while(0.., |character| character != '\n')).void().parse_next(input)?;
    }
}
