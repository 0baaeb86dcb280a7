//! The context of a parameter in a query.

/// The context of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// A text in these quotes.
    Text(char),
    /// A name in backticks.
    Name,
    /// A regular expression between slashes.
    Regex,
    /// None: the parameter is a value by itself.
    Bare,
}

/// A piece of a query's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Literal text.
    Text(&'a str),
    /// A parameter, by its name.
    Parameter(&'a str, Context),
}

/// Returns the names of a query's parameters, each as often as it occurs.
pub(super) fn parameters(query: &str) -> impl Iterator<Item = &str> {
    pieces(query).into_iter().filter_map(|piece| match piece {
        Piece::Parameter(name, _) => Some(name),
        Piece::Text(_) => None,
    })
}

/// Splits a query at its parameters; those in comments are text.
pub(super) fn pieces(query: &str) -> Vec<Piece<'_>> {
    let mut cutter = Cutter { query, at: 0, text_from: 0, delimiter: None, pieces: Vec::new() };
    while let Some(next) = cutter.rest().chars().next() {
        cutter.step(next);
    }
    cutter.cut();
    cutter.pieces
}

struct Cutter<'a> {
    query: &'a str,
    at: usize,
    text_from: usize,
    /// What ends the text, name or regular expression that this is in.
    delimiter: Option<char>,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Cutter<'a> {
    fn step(&mut self, next: char) {
        if let Some(name) = parameter(self.rest()) {
            self.cut();
            self.pieces.push(Piece::Parameter(name, self.context()));
            self.at += name.len() + "{{}}".len();
            self.text_from = self.at;
            return;
        }
        match (next, self.delimiter) {
            ('\\', Some(delimiter)) if delimiter != '`' => self.skip_escaped(),
            (_, Some(delimiter)) if next == delimiter => self.delimiter = None,
            (_, Some(_)) => {}
            ('#', None) => return self.skip_comment(),
            ('"' | '\'' | '`', None) => self.delimiter = Some(next),
            ('/', None) if self.begins_regex() => self.delimiter = Some('/'),
            _ => {}
        }
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    fn rest(&self) -> &'a str {
        self.query.get(self.at..).unwrap_or_default()
    }

    fn context(&self) -> Context {
        match self.delimiter {
            None => Context::Bare,
            Some('`') => Context::Name,
            Some('/') => Context::Regex,
            Some(quote) => Context::Text(quote),
        }
    }

    fn cut(&mut self) {
        let text = self.query.get(self.text_from..self.at).unwrap_or_default();
        if !text.is_empty() {
            self.pieces.push(Piece::Text(text));
        }
        self.text_from = self.at;
    }

    /// Goes to the character after the backslash, unless a parameter begins there.
    fn skip_escaped(&mut self) {
        if parameter(self.rest().get(1..).unwrap_or_default()).is_none() {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// Tells whether a slash begins a regular expression: after `like` or `=~`, or as what `parse` looks for.
    fn begins_regex(&self) -> bool {
        let before = self.query.get(..self.at).unwrap_or_default().trim_end();
        let word = before.rsplit(|character: char| !is_word(character)).next().unwrap_or_default();
        let command = before.rsplit('|').next().unwrap_or_default().trim_start();
        let in_parse = command.split_whitespace().next().is_some_and(is_parse)
            && command.split_whitespace().nth(1).is_some();
        before.ends_with("=~") || word.eq_ignore_ascii_case("like") || in_parse
    }
}

fn is_parse(word: &str) -> bool {
    word.eq_ignore_ascii_case("parse")
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns the name of the parameter that a text begins with.
fn parameter(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix("{{")?.split_once("}}")?;
    let mut characters = name.chars();
    let begins = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    (begins && characters.all(|next| next.is_ascii_alphanumeric() || next == '_')).then_some(name)
}
