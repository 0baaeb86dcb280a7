//! The patterns of `like`.

use memchr::memmem::Finder;
use regex::Regex;

/// A text's part or form.
#[derive(Debug)]
pub(crate) enum Like {
    /// A part of the text.
    Part(Box<Finder<'static>>),
    /// A regular expression.
    Regex(Regex),
}

impl Like {
    /// Looks for a part of a text.
    pub(crate) fn part(part: &str) -> Self {
        Self::Part(Box::new(Finder::new(part).into_owned()))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Part(finder) => finder.find(text.as_bytes()).is_some(),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// Returns the regular expression of a form as in SQL, which is one if `%` stands in it; else the text is a part.
///
/// `_` is any character only next to a `%`: names such as `order_id` mean what they say.
pub(crate) fn form(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut regex = String::from("(?s)^");
    for character in text.chars() {
        match character {
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    Some(regex)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        match form(pattern) {
            Some(regex) => Like::Regex(Regex::new(&regex).unwrap()).matches(text),
            None => Like::part(pattern).matches(text),
        }
    }

    #[test]
    fn like_matches_substrings_and_percent_patterns() {
        assert!(matches("rro", "Error"));
        assert!(!matches("rror", "ERROR"));
        assert!(matches("order_id", "the order_id of"));
        assert!(!matches("order_id", "order-id"));
        assert!(matches("%rro%", "Error"));
        assert!(!matches("rro%", "Error"));
        assert!(matches("E%\n_r", "Error\nor"));
        assert!(matches("a.%", "a.b"));
        assert!(!matches("a.%", "aab"));
        assert!(matches("%", ""));
    }
}
