//! Names of fields that were probably meant to be others.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::nearest::nearest;

/// How many lines are looked at.
const MOST_LINES: usize = 1000;

/// How deep objects are looked into.
const DEEPEST: usize = 4;

/// The fields that lines have.
#[derive(Debug, Default)]
pub(super) struct Known {
    names: BTreeSet<String>,
    lines: usize,
}

impl Known {
    /// Takes up the fields of a line, if it is one of the first.
    pub(super) fn look_at(&mut self, line: &str) {
        if self.lines < MOST_LINES
            && let Ok(members) = serde_json::from_str(line)
        {
            self.lines += 1;
            self.add("", &members, DEEPEST);
        }
    }

    fn add(&mut self, before: &str, members: &Map<String, Value>, deep: usize) {
        for (name, value) in members {
            let name = format!("{before}{name}");
            if let Value::Object(members) = value
                && deep > 0
            {
                self.add(&format!("{name}."), members, deep - 1);
            }
            self.names.insert(name);
        }
    }

    /// Tells which of the fields that a query names no line has, where lines have one of almost that name.
    pub(super) fn slips<'a>(&self, asked: impl Iterator<Item = &'a str>) -> Vec<String> {
        let unknown: BTreeSet<_> = asked.filter(|name| !self.names.contains(*name)).collect();
        let slip = |name| {
            let near = nearest(name, self.names.iter().map(String::as_str))?;
            let lines = if self.lines < MOST_LINES { "lines" } else { "first lines" };
            Some(format!("the {lines} have no field {name:?}, but {near:?}"))
        };
        unknown.into_iter().filter_map(slip).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_with_what_was_meant() {
        let mut known = Known::default();
        known.look_at(r#"{"level":"INFO","order":{"id":1,"total":2}}"#);
        known.look_at("START RequestId: 1");
        let slips = |name| known.slips([name].into_iter());
        assert_eq!(slips("levl"), [r#"the lines have no field "levl", but "level""#]);
        assert_eq!(
            slips("order.totl"),
            [r#"the lines have no field "order.totl", but "order.total""#]
        );
        for name in ["level", "order.id", "order", "customer"] {
            assert!(slips(name).is_empty(), "{name}");
        }
    }
}
