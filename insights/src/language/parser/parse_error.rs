use winnow::{
    error::{ErrMode, ParserError},
    stream::{Location, Stream},
};

use crate::{Problem, ast::Span, language::commands::COMMANDS};

use super::Input;

/// Why a text could not be read, before it is known whether anybody wants to hear it.
#[derive(Clone, Debug)]
pub(super) struct ParseError {
    span: Span,
    words: Option<Box<Words>>,
}

#[derive(Clone, Debug)]
struct Words {
    message: String,
    remedy: String,
}

impl ParseError {
    /// Creates an error after which nothing else is tried.
    pub(super) fn cut(
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> ErrMode<Self> {
        let words = Words { message: message.into(), remedy: remedy.into() };
        ErrMode::Cut(Self { span, words: Some(Box::new(words)) })
    }

    /// Creates an error about what stands at `input`, which is not what the grammar has there.
    pub(super) fn unexpected(input: &Input<'_>, remedy: &str) -> ErrMode<Self> {
        let query = input.state.query;
        let span = span_of_token(query, input.current_token_start());
        let token = query.get(span.clone()).unwrap_or_default();
        let message = match token {
            "" => "the query ends too early".to_owned(),
            "|" => "the command ends too early".to_owned(),
            _ => format!("unexpected '{}'", shortened(token)),
        };
        let is_flag =
            token == "i" && query.get(..span.start).is_some_and(|before| before.ends_with('/'));
        let flag = is_flag.then(|| "write '(?i)' at the start of it".to_owned());
        let remedy = flag.or_else(|| special(token)).unwrap_or_else(|| remedy.to_owned());
        Self::cut(span, message, remedy)
    }

    pub(super) fn into_problem(self, query: &str) -> Problem {
        let (message, remedy) = match self.words {
            Some(words) => (words.message, words.remedy),
            None => ("unexpected token".to_owned(), "check what is before it".to_owned()),
        };
        Problem::new(query, self.span, message, remedy)
    }
}

impl<'q> ParserError<Input<'q>> for ParseError {
    type Inner = Self;

    fn from_input(input: &Input<'q>) -> Self {
        let at = input.current_token_start();
        Self { span: at..at + input.peek_token().map_or(0, char::len_utf8), words: None }
    }

    fn into_inner(self) -> Result<Self::Inner, Self> {
        Ok(self)
    }
}

/// What helps against words of other languages.
fn special(token: &str) -> Option<String> {
    let lower = token.to_ascii_lowercase();
    let known = match lower.as_str() {
        "&&" => "write 'and'",
        "!~" => "write 'not like /…/'",
        "!" => "write 'not'",
        "<>" => "write '!='",
        ")" | "]" => "remove it, or open it before",
        "'" | "\"" | "`" => "write an operator or a comma before it",
        "“" | "”" | "„" | "‘" | "’" => "write straight quotes",
        ";" => "take it away",
        "is" => "write 'ispresent(field)' or 'not ispresent(field)'",
        "exists" => "write 'ispresent(field)'",
        "between" => "write two comparisons joined by 'and'",
        "contains" => "write 'like \"text\"'",
        "matches" => "write 'like /regex/'",
        word if COMMANDS.contains(&word) => {
            return Some(format!("put '|' before '{word}'"));
        }
        _ => return None,
    };
    Some(known.to_owned())
}

/// The start of a word, for messages.
pub(super) fn shortened(word: &str) -> String {
    match word.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

fn span_of_token(query: &str, start: usize) -> Span {
    let rest = query.get(start..).unwrap_or_default();
    let is_word = |character: char| character.is_alphanumeric() || "_@.".contains(character);
    let is_operator = |character: char| "&!~<>=".contains(character);
    let length = match rest.chars().next() {
        Some(first) if is_word(first) => rest.find(|character| !is_word(character)),
        Some(first) if is_operator(first) => rest.find(|character| !is_operator(character)),
        first => first.map(char::len_utf8),
    };
    start..start + length.unwrap_or(rest.len())
}
