use std::{borrow::Cow, error::Error, fmt, ops::Range};

use super::{depth::OpenBrackets, string};

/// Reads JSON token by token, without recursion and without building values.
///
/// It accepts exactly the texts that are JSON (RFC 8259), of any depth and with numbers of any size. Strings may
/// contain invalid UTF-8 and halves of surrogate pairs, which [`text`](Self::text) replaces.
///
/// ```
/// use powertools_core::event::{Kind, Reader};
///
/// let mut reader = Reader::new(br#"{"id": 20241128123456789012345}"#);
/// let kinds: Vec<Kind> = std::iter::from_fn(|| reader.next().unwrap()).map(|token| token.kind).collect();
/// assert_eq!(kinds, [Kind::Open, Kind::Name, Kind::Number, Kind::Close]);
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'j> {
    json: &'j [u8],
    at: usize,
    open: OpenBrackets,
    expected: Expected,
}

/// A JSON token and its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The kind of the token.
    pub kind: Kind,
    /// The position of the first byte.
    pub start: usize,
    /// The position after the last byte.
    pub end: usize,
}

impl Token {
    /// Returns the range of the token.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a member, including its quotes.
    Name,
    /// A string value, including its quotes.
    Text,
    /// A number.
    Number,
    /// `true`, `false`, or `null`.
    Literal,
    /// `{` or `[`.
    Open,
    /// `}` or `]`.
    Close,
}

/// The tokens that may come next.
#[derive(Clone, Copy, Debug)]
enum Expected {
    Value,
    /// The state after an opening bracket.
    First,
    /// The state after a value.
    Next,
}

/// The error returned if the text is not JSON, with the position of the first invalid byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson {
    at: usize,
    expected: &'static str,
}

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.at)
    }
}

impl Error for NotJson {}

impl<'j> Reader<'j> {
    /// Creates a reader for JSON text that contains one value.
    pub fn new(json: &'j [u8]) -> Self {
        Self { json, at: 0, open: OpenBrackets::default(), expected: Expected::Value }
    }

    /// Returns the next token, or `None` at the end of the text.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON; all tokens before the error were valid.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would have to continue after errors"
    )]
    pub fn next(&mut self) -> Result<Option<Token>, NotJson> {
        self.skip_whitespace();
        match (self.expected, self.byte()) {
            (Expected::Value, _) => self.value().map(Some),
            (Expected::Next, None) if self.depth() == 0 => Ok(None),
            (Expected::Next, Some(_)) if self.depth() == 0 => Err(self.expected("nothing more")),
            (_, Some(b'}')) if self.open.is_object() => Ok(Some(self.close())),
            (_, Some(b']')) if !self.open.is_object() => Ok(Some(self.close())),
            (Expected::First, _) => self.member_or_element().map(Some),
            (Expected::Next, Some(b',')) => {
                self.at += 1;
                self.skip_whitespace();
                self.member_or_element().map(Some)
            }
            (Expected::Next, _) if self.open.is_object() => Err(self.expected("`,` or `}`")),
            (Expected::Next, _) => Err(self.expected("`,` or `]`")),
        }
    }

    /// Skips the rest of the container that `token` opened, and returns the end of the value that begins with `token`.
    /// For any other token, nothing is skipped.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON.
    pub fn finish(&mut self, token: Token) -> Result<usize, NotJson> {
        if token.kind != Kind::Open {
            return Ok(token.end);
        }
        let depth = self.depth();
        while self.depth() >= depth {
            self.next()?;
        }
        Ok(self.at)
    }

    /// Returns the number of open brackets.
    pub fn depth(&self) -> usize {
        self.open.depth()
    }

    /// Returns whether the innermost open bracket belongs to an array.
    pub fn is_in_array(&self) -> bool {
        self.depth() > 0 && !self.open.is_object()
    }

    /// Returns the bytes of a token; those of a string include its quotes.
    pub fn bytes(&self, token: Token) -> &'j [u8] {
        &self.json[token.range()]
    }

    /// Returns the decoded text of a string, or the bytes of any other token as text.
    ///
    /// Invalid UTF-8 and halves of surrogate pairs (`"\ud83d"`) are replaced by U+FFFD.
    pub fn text(&self, token: Token) -> Cow<'j, str> {
        match token.kind {
            Kind::Name | Kind::Text => string::unescape(&self.json[token.start + 1..token.end - 1]),
            _ => String::from_utf8_lossy(self.bytes(token)),
        }
    }

    fn member_or_element(&mut self) -> Result<Token, NotJson> {
        if !self.open.is_object() {
            return self.value();
        }
        if self.byte() != Some(b'"') {
            return Err(self.expected("the name of a member"));
        }
        let name = self.string(Kind::Name)?;
        self.skip_whitespace();
        if self.byte() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        self.expected = Expected::Value;
        Ok(name)
    }

    fn value(&mut self) -> Result<Token, NotJson> {
        let start = self.at;
        match self.byte() {
            Some(bracket @ (b'{' | b'[')) => {
                self.at += 1;
                self.open.open(bracket == b'{');
                self.expected = Expected::First;
                return Ok(Token { kind: Kind::Open, start, end: self.at });
            }
            Some(b'"') => return self.string(Kind::Text),
            Some(b'-' | b'0'..=b'9') => return self.number(),
            _ => {}
        }
        for literal in ["null", "true", "false"] {
            if self.json[start..].starts_with(literal.as_bytes()) {
                self.at += literal.len();
                return Ok(self.complete(Kind::Literal, start));
            }
        }
        Err(self.expected("a value"))
    }

    fn string(&mut self, kind: Kind) -> Result<Token, NotJson> {
        let start = self.at;
        self.at += 1;
        loop {
            while let Some(byte) = self.byte()
                && !matches!(byte, b'"' | b'\\' | 0..=0x1f)
            {
                self.at += 1;
            }
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(self.complete(kind, start));
                }
                Some(b'\\') => match string::escape_len(&self.json[self.at..]) {
                    Some(length) => self.at += length,
                    None => return Err(self.expected("an escape such as `\\n`")),
                },
                Some(_) => return Err(self.expected("`\"` or an escaped control character")),
                None => return Err(self.expected("`\"`")),
            }
        }
    }

    fn number(&mut self) -> Result<Token, NotJson> {
        let start = self.at;
        self.skip_if(b"-");
        if !self.skip_if(b"0") {
            self.digits()?;
        }
        if self.skip_if(b".") {
            self.digits()?;
        }
        if self.skip_if(b"eE") {
            self.skip_if(b"+-");
            self.digits()?;
        }
        Ok(self.complete(Kind::Number, start))
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let rest = &self.json[self.at..];
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += count;
        if count == 0 { Err(self.expected("a digit")) } else { Ok(()) }
    }

    fn skip_if(&mut self, bytes: &[u8]) -> bool {
        let is_there = self.byte().is_some_and(|byte| bytes.contains(&byte));
        self.at += usize::from(is_there);
        is_there
    }

    fn complete(&mut self, kind: Kind, start: usize) -> Token {
        self.expected = Expected::Next;
        Token { kind, start, end: self.at }
    }

    fn close(&mut self) -> Token {
        let start = self.at;
        self.at += 1;
        self.open.close();
        self.complete(Kind::Close, start)
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    fn expected(&self, expected: &'static str) -> NotJson {
        NotJson { at: self.at, expected }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(json: &[u8]) -> Result<(), NotJson> {
        let mut reader = Reader::new(json);
        while reader.next()?.is_some() {}
        Ok(())
    }

    /// Ignoring a value, serde_json takes what the grammar takes, of any depth.
    fn is_json(json: &[u8]) -> bool {
        serde_json::from_slice::<serde::de::IgnoredAny>(json).is_ok()
    }

    #[test]
    fn errors_say_what_was_expected_and_where() {
        for (json, error) in [
            ("", "expected a value at byte 0"),
            ("not", "expected a value at byte 0"),
            ("{\"a\" 1}", "expected `:` at byte 5"),
            ("{\"a\":1 \"b\"", "expected `,` or `}` at byte 7"),
            ("[1 2]", "expected `,` or `]` at byte 3"),
            ("[1]]", "expected nothing more at byte 3"),
            ("{1:2}", "expected the name of a member at byte 1"),
            ("\"a\nb\"", "expected `\"` or an escaped control character at byte 2"),
            ("\"\\x\"", "expected an escape such as `\\n` at byte 1"),
            ("-", "expected a digit at byte 1"),
        ] {
            assert_eq!(check(json.as_bytes()).unwrap_err().to_string(), error, "{json}");
        }
    }

    #[test]
    fn million_nested_brackets_are_read() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(
            check(deep.as_bytes()).unwrap_err().to_string(),
            "expected a value at byte 1000000"
        );
        assert_eq!(check((deep + &"]".repeat(1_000_000)).as_bytes()), Ok(()));
        let objects = "{\"a\":".repeat(1_000_000) + "1" + &"}".repeat(1_000_000);
        assert_eq!(check(objects.as_bytes()), Ok(()));
    }

    proptest! {
        #[test]
        fn reader_accepts_the_same_texts_as_serde_json(
            text in r#"(\[|\]|\{|\}|:|,|"|"a"|"[a-c\\u0-9é]{0,8}"|null|true|-?[0-9]{1,3}|\.|e|\+|-| |\n){0,16}"#
        ) {
            prop_assert_eq!(check(text.as_bytes()).is_ok(), is_json(text.as_bytes()));
        }

        #[test]
        fn random_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            // serde_json refuses invalid UTF-8, which is left to who reads the text.
            let is_read = check(&bytes).is_ok();
            prop_assert!(is_read || !is_json(&bytes));
        }
    }
}
