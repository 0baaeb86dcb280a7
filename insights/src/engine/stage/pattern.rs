//! `pattern`: lines that differ in some words only.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::engine::{Datum, Row, expression::Expression};

/// The names of the columns, in the order of the slots.
const COLUMNS: [&str; 4] = ["@pattern", "@ratio", "@sampleCount", "@severityLabel"];
/// The maximum number of patterns; later lines join the first one with the same punctuation, or that of any text.
const MOST_PATTERNS: usize = 1000;
/// How many pieces of a line are looked at; the rest is one word that varies.
const MOST_PIECES: usize = 512;
/// What stands for a word that varies.
const VARIES: &str = "<*>";

/// What lines are put together by their pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) text: Expression,
}

/// The patterns so far.
///
/// Lines have the same pattern if their punctuation and at least half of their words are the same. Words with a digit
/// are always variable.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    /// Patterns by their punctuation.
    by_punctuation: FxHashMap<String, Vec<usize>>,
    known: Vec<Known>,
    lines: u64,
}

#[derive(Debug)]
struct Known {
    /// Words and what stands between them.
    pieces: Vec<Piece>,
    count: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Between(char),
    Word(String),
    Varies,
}

impl Pattern {
    pub(crate) const COLUMNS: [&str; 4] = COLUMNS;

    pub(crate) fn feed<'e>(&'e self, row: &Row<'_, 'e>, patterns: &mut Patterns) {
        if let Some(text) = self.text.look(row).text() {
            patterns.add(&text);
        }
    }
}

impl Patterns {
    fn add(&mut self, text: &str) {
        self.lines += 1;
        let mut pieces = pieces(text);
        let mut punctuation = punctuation(&pieces);
        let is_full = self.known.len() >= MOST_PATTERNS;
        if is_full && !self.by_punctuation.contains_key(&punctuation) {
            (pieces, punctuation) = (vec![Piece::Varies], VARIES.to_owned());
        }
        let same = self.by_punctuation.entry(punctuation).or_default();
        let fits = |at: &&usize| is_full || are_alike(&self.known[**at].pieces, &pieces);
        match same.iter().find(fits) {
            Some(at) => self.known[*at].join(&pieces),
            None => {
                same.push(self.known.len());
                self.known.push(Known { pieces, count: 1 });
            }
        }
    }

    /// Returns the patterns, the most frequent first.
    pub(crate) fn emit(&self) -> Vec<Vec<Datum<'static>>> {
        let mut known: Vec<&Known> = self.known.iter().collect();
        known.sort_by_key(|known| Reverse(known.count));
        let row = |known: &Known| {
            vec![
                Datum::text_of(known.text()),
                Datum::number(known.count as f64 / self.lines as f64),
                Datum::integer(known.count),
                known.severity().map_or(Datum::Absent, Datum::text_of),
            ]
        };
        known.into_iter().map(row).collect()
    }
}

impl Known {
    fn join(&mut self, pieces: &[Piece]) {
        self.count += 1;
        for (mine, theirs) in self.pieces.iter_mut().zip(pieces) {
            if mine != theirs {
                *mine = Piece::Varies;
            }
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Between(character) => text.push(*character),
                Piece::Word(word) => text.push_str(word),
                Piece::Varies => text.push_str(VARIES),
            }
        }
        text
    }

    /// Returns the first word that names a level.
    fn severity(&self) -> Option<&'static str> {
        const LEVELS: [(&str, &str); 9] = [
            ("fatal", "Fatal"),
            ("critical", "Critical"),
            ("error", "Error"),
            ("warning", "Warn"),
            ("warn", "Warn"),
            ("info", "Info"),
            ("debug", "Debug"),
            ("trace", "Trace"),
            ("exception", "Error"),
        ];
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Word(word) => {
                let named = LEVELS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
                named.map(|(_, label)| *label)
            }
            _ => None,
        })
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if pieces.len() >= MOST_PIECES {
            pieces.push(Piece::Varies);
            break;
        }
        let length = rest.find(is_between).unwrap_or(rest.len());
        if length == 0 {
            pieces.push(Piece::Between(first));
            rest = &rest[first.len_utf8()..];
        } else {
            let (word, after) = rest.split_at(length);
            let varies = word.contains(|character: char| character.is_ascii_digit());
            pieces.push(if varies { Piece::Varies } else { Piece::Word(word.to_owned()) });
            rest = after;
        }
    }
    pieces
}

fn is_between(character: char) -> bool {
    character.is_whitespace() || "\"'`,;:=()[]{}<>|".contains(character)
}

fn punctuation(pieces: &[Piece]) -> String {
    let character = |piece: &Piece| match piece {
        Piece::Between(character) => *character,
        Piece::Word(_) | Piece::Varies => 'w',
    };
    pieces.iter().map(character).collect()
}

fn are_alike(a: &[Piece], b: &[Piece]) -> bool {
    let words = || a.iter().zip(b).filter(|(a, _)| !matches!(a, Piece::Between(_)));
    let same = words().filter(|(a, b)| a == b).count();
    2 * same >= words().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(lines: &[&str]) -> Vec<(String, f64)> {
        let mut patterns = Patterns::default();
        lines.iter().for_each(|line| patterns.add(line));
        let row = |row: Vec<Datum<'static>>| {
            (row[0].text().unwrap().into_owned(), row[2].as_number().unwrap())
        };
        patterns.emit().into_iter().map(row).collect()
    }

    #[test]
    fn varying_words_become_stars() {
        let found = patterns(&[
            "ERROR order 17 of ann failed: timeout",
            "ready",
            "ERROR order 18 of bob failed: timeout",
            "ERROR order 19 of ann failed: timeout",
        ]);
        let expected = "ERROR order <*> of <*> failed: timeout".to_owned();
        assert_eq!(found, [(expected, 3.0), ("ready".to_owned(), 1.0)]);
    }

    #[test]
    fn pattern_memory_is_bounded() {
        let mut patterns = Patterns::default();
        (0..5_000).for_each(|at| patterns.add(&format!("w{}", " :".repeat(at % 2500))));
        assert!(patterns.known.len() <= MOST_PATTERNS + 1);
        let counted: u64 = patterns.known.iter().map(|known| known.count).sum();
        assert_eq!(counted, 5_000);
    }
}
