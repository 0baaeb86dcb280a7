//! Parses texts.

use std::{borrow::Cow, ops::Range};

use regex::Regex;

use crate::engine::{Datum, Row, expression::Expression};

/// What `parse` takes out of a text; nothing if the text has another shape.
#[derive(Debug)]
pub(crate) struct Parse {
    pub(crate) source: Expression,
    pub(crate) shape: Shape,
}

/// What a text must look like.
#[derive(Debug)]
pub(crate) enum Shape {
    Glob(Glob),
    /// With the number of each group and the slot it goes to.
    Regex(Regex, Vec<(usize, usize)>),
}

/// A text with `*` for what is taken: as little as possible, the last one all the rest.
#[derive(Debug)]
pub(crate) struct Glob {
    /// What stands before each `*`, and after the last.
    pub(crate) literals: Vec<String>,
    /// One for each `*`.
    pub(crate) slots: Vec<usize>,
}

impl Parse {
    /// Sets the slots of all names.
    pub(crate) fn apply<'e>(&'e self, slots: &mut [Datum<'e>], now: f64) {
        let source = self.source.evaluate(&Row { slots, now }).into_text();
        match &self.shape {
            Shape::Glob(glob) => {
                let found = source.as_deref().and_then(|text| glob.find(text));
                for (at, slot) in glob.slots.iter().enumerate() {
                    let range = found.as_ref().and_then(|ranges| ranges.get(at).cloned());
                    slots[*slot] = part(source.as_ref(), range);
                }
            }
            Shape::Regex(regex, groups) => {
                let found = source.as_deref().and_then(|text| regex.captures(text));
                for (group, slot) in groups {
                    let range = found.as_ref().and_then(|captures| captures.get(*group));
                    slots[*slot] = part(source.as_ref(), range.map(|part| part.range()));
                }
            }
        }
    }
}

impl Glob {
    /// Returns where the parts stand. The leftmost place of each literal is right: if none fits there, none does later.
    fn find(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let (first, rest) = self.literals.split_first()?;
        let mut begin = text.find(first.as_str())? + first.len();
        let mut ranges = Vec::with_capacity(rest.len());
        for (at, literal) in rest.iter().enumerate() {
            let is_last = at + 1 == rest.len();
            let end = match literal.as_str() {
                "" if is_last => text.len(),
                literal => begin + text[begin..].find(literal)?,
            };
            ranges.push(begin..end);
            begin = end + literal.len();
        }
        Some(ranges)
    }
}

fn part<'e>(text: Option<&Cow<'e, str>>, range: Option<Range<usize>>) -> Datum<'e> {
    match (text, range) {
        (Some(Cow::Borrowed(text)), Some(range)) => Datum::Text(Cow::Borrowed(&text[range])),
        (Some(Cow::Owned(text)), Some(range)) => Datum::Text(Cow::Owned(text[range].to_owned())),
        _ => Datum::Absent,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn glob(pattern: &str) -> Glob {
        let literals: Vec<String> = pattern.split('*').map(str::to_owned).collect();
        Glob { slots: (0..literals.len() - 1).collect(), literals }
    }

    fn parts<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
        Some(glob(pattern).find(text)?.into_iter().map(|range| &text[range]).collect())
    }

    #[test]
    fn glob_stars_are_lazy_and_the_last_is_greedy() {
        let line = "[x] user=ann, method:GET, latency := 12 ms";
        assert_eq!(parts("user=*, method:*, latency := *", line).unwrap(), ["ann", "GET", "12 ms"]);
        assert_eq!(parts("user=*,", line).unwrap(), ["ann"]);
        assert_eq!(parts("*] user", line).unwrap(), ["[x"]);
        assert_eq!(parts("user=* nothing", line), None);
        assert_eq!(parts("*", "").unwrap(), [""]);
    }

    proptest! {
        #[test]
        fn globs_equal_their_regular_expression(
            literals in prop::collection::vec("[ab]{1,2}", 2..4),
            text in "[ab]{0,12}",
        ) {
            let found = parts(&literals.join("*"), &text);
            let captures = Regex::new(&literals.join("(.*?)")).unwrap();
            let captures = captures.captures(&text);
            let expected = captures.map(|all| all.iter().skip(1).flatten().map(|part| part.as_str()).collect());
            prop_assert_eq!(found, expected);
        }
    }
}
