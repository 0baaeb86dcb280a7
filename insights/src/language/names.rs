//! The names that commands give.

use crate::ast::{Parse, ParsePattern, Projection};

impl Projection {
    /// The name of the column.
    pub(crate) fn name(&self) -> &str {
        self.alias.as_ref().map_or(&self.text, |alias| &alias.node)
    }
}

impl Parse {
    /// The names of what is taken, those of a regular expression's groups first.
    pub(crate) fn all_names(&self) -> Vec<String> {
        let groups = match &self.pattern.node {
            ParsePattern::Glob(_) => Vec::new(),
            ParsePattern::Regex(regex) => group_names(regex),
        };
        let aliases = self.names.iter().map(|name| name.node.clone());
        groups.into_iter().chain(aliases).collect()
    }
}

/// The names of a regular expression's groups, also if it can't be compiled.
fn group_names(regex: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = regex;
    while let Some(at) = rest.find(['\\', '(']) {
        let found = &rest[at..];
        if let Some(name) = group_name(found) {
            names.push(name.to_owned());
        }
        let escaped = found.strip_prefix('\\').and_then(|after| after.chars().next());
        rest = &found[1 + escaped.map_or(0, char::len_utf8)..];
    }
    names
}

fn group_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("(?<").or_else(|| text.strip_prefix("(?P<"))?;
    let (name, _) = name.split_once('>')?;
    let is_name = !name.starts_with(['=', '!']) && !name.is_empty();
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_groups_name_something() {
        let names = group_names(r"\((?<a>.) (?P<b_2>(?<c>x)) (?<=d)(?<!e)(?:f)(g) \\(?<h>.)");
        assert_eq!(names, ["a", "b_2", "c", "h"]);
    }
}
