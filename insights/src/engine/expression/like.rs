//! What `like` looks for.

use memchr::memmem::Finder;
use regex::Regex;

/// A text's part or form.
#[derive(Debug)]
pub(crate) enum Like {
    /// A part of the text.
    Part(Box<Finder<'static>>),
    /// The whole text, in the form of SQL's `like`.
    Form(Vec<Piece>),
    /// A regular expression.
    Regex(Regex),
}

/// A piece of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// `%`: any text.
    Any,
    /// `_`: any character.
    One,
    /// This character.
    Exactly(char),
}

impl Like {
    /// Creates what a text stands for: its form if `%` stands in it, as in SQL; else it is a part.
    ///
    /// `_` is any character only next to a `%`: names such as `order_id` mean what they say.
    pub(crate) fn text(text: &str) -> Self {
        if text.contains('%') {
            return Self::Form(text.chars().map(Piece::of).collect());
        }
        Self::Part(Box::new(Finder::new(text).into_owned()))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Part(finder) => finder.find(text.as_bytes()).is_some(),
            Self::Form(pieces) => has_form(text, pieces),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

impl Piece {
    fn of(character: char) -> Self {
        match character {
            '%' => Self::Any,
            '_' => Self::One,
            other => Self::Exactly(other),
        }
    }
}

/// Goes back to the last `%` only, so that time is bounded by the product of both lengths.
fn has_form(text: &str, pieces: &[Piece]) -> bool {
    let (mut rest, mut at) = (text.chars(), 0);
    let mut retry = None;
    loop {
        let before = rest.clone();
        match (pieces.get(at), rest.next()) {
            (Some(Piece::Any), _) => {
                rest = before.clone();
                at += 1;
                retry = Some((before, at));
            }
            (None, None) => return true,
            (Some(Piece::One), Some(_)) => at += 1,
            (Some(Piece::Exactly(wanted)), Some(found)) if *wanted == found => at += 1,
            (_, next) => {
                let Some((mut from, after)) = retry.take() else { return false };
                if next.is_none() || from.next().is_none() {
                    return false;
                }
                rest = from.clone();
                at = after;
                retry = Some((from, after));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_a_part_and_percent_signs_make_it_a_form() {
        assert!(Like::text("rro").matches("Error"));
        assert!(!Like::text("rror").matches("ERROR"));
        assert!(Like::text("order_id").matches("the order_id of"));
        assert!(!Like::text("order_id").matches("order-id"));
        assert!(Like::text("%rro%").matches("Error"));
        assert!(!Like::text("rro%").matches("Error"));
        assert!(Like::text("E%r_r").matches("Error"));
        assert!(Like::text("%").matches(""));
    }

    proptest! {
        #[test]
        fn forms_match_as_the_regular_expression_does(form in "[ab%_]{0,8}%", text in "[ab]{0,12}") {
            let regex = form.replace('%', ".*").replace('_', ".");
            let regex = Regex::new(&format!("^(?s:{regex})$")).unwrap();
            prop_assert_eq!(Like::text(&form).matches(&text), regex.is_match(&text));
        }
    }
}
