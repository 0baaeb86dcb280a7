//! Names of fields that were probably meant to be others.

use std::collections::BTreeSet;

use memchr::memmem::Finder;
use serde_json::{Deserializer, Value};

use crate::event;
use crate::suggest::suggest;

/// How many lines are looked at for the names that they have.
const MOST_LINES: usize = 1000;

/// How deep objects and lists are looked into.
const DEEPEST: usize = 6;

/// How many elements of a list are looked at.
const MOST_ELEMENTS: usize = 20;

/// The fields that a query asks for, and those that lines have.
#[derive(Debug, Default)]
pub(super) struct Known {
    asked: Vec<Asked>,
    names: BTreeSet<String>,
    lines: usize,
}

/// A field that no line has had yet.
#[derive(Debug)]
struct Asked {
    name: String,
    /// The last part of its name, as JSON writes it.
    key: Finder<'static>,
}

impl Known {
    pub(super) fn new<'a>(asked: impl Iterator<Item = &'a str>) -> Self {
        let asked = asked.map(|name| {
            let parts = name.split('.').rev();
            let mut parts = parts.filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
            let key = format!("\"{}\"", parts.next().unwrap_or(name));
            Asked { name: name.to_owned(), key: Finder::new(&key).into_owned() }
        });
        Self { asked: asked.collect(), ..Self::default() }
    }

    /// Takes up the fields of a line if it is one of the first; later ones are only asked for what is unknown.
    pub(super) fn look_at(&mut self, line: &str) {
        if self.asked.is_empty() {
            return;
        }
        if self.lines < MOST_LINES {
            self.lines += 1;
            for json in event::json_in(line) {
                let mut values = Deserializer::from_str(json).into_iter::<Value>();
                if let Some(Ok(value)) = values.next() {
                    self.add(String::new(), &value, DEEPEST);
                    break;
                }
            }
            self.asked.retain(|asked| !self.names.contains(&asked.name));
        } else {
            self.asked.retain(|asked| asked.key.find(line.as_bytes()).is_none());
        }
    }

    fn add(&mut self, name: String, value: &Value, deep: usize) {
        let below =
            |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        match value {
            _ if deep == 0 => {}
            Value::Object(members) => {
                for (part, value) in members {
                    self.add(below(part), value, deep - 1);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate().take(MOST_ELEMENTS) {
                    self.add(below(&index.to_string()), value, deep - 1);
                }
            }
            _ => {}
        }
        if !name.is_empty() {
            self.names.insert(name);
        }
    }

    /// Tells which of the fields that the query names no line has, where lines have one of almost that name.
    pub(super) fn slips(&self) -> Vec<String> {
        let unknown: BTreeSet<_> = self.asked.iter().map(|asked| asked.name.as_str()).collect();
        let slip = |name| {
            let near = suggest(name, self.names.iter().map(String::as_str))?;
            Some(format!("no line has the field {name:?}; did you mean {near:?}?"))
        };
        unknown.into_iter().filter_map(slip).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slips(name: &str, lines: &[&str]) -> Vec<String> {
        let mut known = Known::new([name].into_iter());
        lines.iter().for_each(|line| known.look_at(line));
        known.slips()
    }

    #[test]
    fn missing_field_is_reported_with_the_name_that_was_meant() {
        let lines =
            [r#"INFO {"level":"INFO","order":{"id":1,"total":2,"lines":[{"sku":1}]}}"#, "START"];
        let expected = r#"no line has the field "levl"; did you mean "level"?"#;
        assert_eq!(slips("levl", &lines), [expected]);
        let expected = r#"no line has the field "order.totl"; did you mean "order.total"?"#;
        assert_eq!(slips("order.totl", &lines), [expected]);
        for name in ["level", "order.id", "order", "customer", "order.lines.0.sku"] {
            assert!(slips(name, &lines).is_empty(), "{name}");
        }
    }

    #[test]
    fn field_of_a_late_line_is_not_missing() {
        let mut lines = vec![r#"{"level":1}"#; 2000];
        lines.push(r#"{"levels":1}"#);
        assert!(slips("levels", &lines).is_empty());
    }
}
