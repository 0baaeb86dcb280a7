//! Rust source as trees of tokens: as much of the lexical grammar as imports need.
//!
//! `syn` would do this too. As a dependency of the tests it would share its build with all procedural macros, under
//! another profile, and each run of `cargo test` would build every dependency again after `cargo check`.

/// A token, or what is between a pair of brackets.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword.
    Word(String),
    Punct(char),
    /// A literal, whose value does not matter.
    Literal,
    Group(char, Vec<Token>),
}

impl Token {
    pub(super) fn is(&self, punct: char) -> bool {
        *self == Self::Punct(punct)
    }

    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Returns the tokens of a source without its comments and without what is compiled for tests only.
pub(super) fn parse(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: source };
    without_tests(lexer.tokens())
}

struct Lexer<'a> {
    rest: &'a str,
}

impl Lexer<'_> {
    /// Reads until the group closes, or to the end.
    fn tokens(&mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        loop {
            self.skip_space();
            let Some(next) = self.rest.chars().next() else {
                return tokens;
            };
            if let Some(prefix) = string_prefix(self.rest) {
                self.skip_string(prefix);
                tokens.push(Token::Literal);
                continue;
            }
            match next {
                '(' | '[' | '{' => {
                    self.advance(1);
                    tokens.push(Token::Group(next, self.tokens()));
                }
                ')' | ']' | '}' => {
                    self.advance(1);
                    return tokens;
                }
                '\'' => tokens.extend(self.quote()),
                _ if is_part(next) => tokens.push(self.word()),
                _ => {
                    self.advance(next.len_utf8());
                    tokens.push(Token::Punct(next));
                }
            }
        }
    }

    fn skip_space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with("//") {
                self.advance(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                let end = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
                self.advance(end);
            } else {
                return;
            }
        }
    }

    /// Skips a string that begins after `prefix` bytes of letters and hashes.
    fn skip_string(&mut self, prefix: usize) {
        let (letters, body) = self.rest.split_at(prefix);
        let hashes = letters.matches('#').count();
        let is_raw = letters.contains('r');
        let end = format!("\"{}", "#".repeat(hashes));
        let mut at = 1;
        while at < body.len() && !body[at..].starts_with(&end) {
            let escapes = !is_raw && body[at..].starts_with('\\');
            at += usize::from(escapes);
            at += body[at..].chars().next().map_or(0, char::len_utf8);
        }
        self.advance((prefix + at + end.len()).min(self.rest.len()));
    }

    /// A character, or nothing for a lifetime, whose name is skipped.
    fn quote(&mut self) -> Option<Token> {
        let mut characters = self.rest.char_indices().skip(1);
        let (_, first) = characters.next()?;
        let (second_at, second) = characters.next()?;
        if first != '\\' && second != '\'' {
            let end = self.rest[1..].find(|it: char| !is_part(it));
            self.advance(end.map_or(self.rest.len(), |end| end + 1));
            return None;
        }
        let after = if first == '\\' { second_at + second.len_utf8() } else { second_at };
        let end = self.rest[after..].find('\'').map_or(self.rest.len(), |end| after + end + 1);
        self.advance(end);
        Some(Token::Literal)
    }

    fn word(&mut self) -> Token {
        self.rest = self.rest.strip_prefix("r#").unwrap_or(self.rest);
        let end = self.rest.find(|it: char| !is_part(it)).unwrap_or(self.rest.len());
        let word = self.rest[..end].to_owned();
        self.advance(end);
        if word.starts_with(|it: char| it.is_ascii_digit()) {
            Token::Literal
        } else {
            Token::Word(word)
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns how much is before the quote if a string begins here, as in `"`, `b"` and `r#"`.
fn string_prefix(rest: &str) -> Option<usize> {
    let quote = rest.find(|it| !matches!(it, 'b' | 'c' | 'r' | '#'))?;
    if !rest[quote..].starts_with('"') {
        return None;
    }
    let prefix = rest[..quote].trim_end_matches('#');
    let is_raw = prefix.ends_with('r');
    let is_prefix = matches!(prefix, "" | "b" | "c" | "r" | "br" | "cr");
    (is_prefix && (is_raw || prefix.len() == quote)).then_some(quote)
}

/// Leaves out the items, members and fields under `#[cfg(test)]`.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Punct('#') if tokens.peek().is_some_and(is_cfg_test) => {
                tokens.find(|token| {
                    matches!(token, Token::Group('{', _)) || token.is(';') || token.is(',')
                });
            }
            Token::Group(bracket, inner) => kept.push(Token::Group(bracket, without_tests(inner))),
            token => kept.push(token),
        }
    }
    kept
}

/// Whether these are the brackets of `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_cfg_test(token: &Token) -> bool {
    let Token::Group('[', attribute) = token else {
        return false;
    };
    let [cfg, Token::Group('(', condition)] = attribute.as_slice() else {
        return false;
    };
    cfg.word() == Some("cfg")
        && match condition.as_slice() {
            [test] => test.word() == Some("test"),
            [all, Token::Group('(', conditions)] if all.word() == Some("all") => {
                conditions.iter().any(|it| it.word() == Some("test"))
            }
            _ => false,
        }
}
