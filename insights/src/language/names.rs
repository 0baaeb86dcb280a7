//! The names that commands give.

use regex::Regex;

use crate::ast::{Expression, Node, Parse, ParsePattern, Projection, Stats};

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

impl Stats {
    /// The first of what makes the groups that is a part of time: `sort @timestamp` means it.
    pub(crate) fn time(&self) -> Option<usize> {
        self.by.iter().position(|by| rounds_timestamp(&by.expression))
    }
}

fn rounds_timestamp(expression: &Expression) -> bool {
    let Node::Call { name, arguments } = &expression.node else { return false };
    let is = |known: &str| name.node.eq_ignore_ascii_case(known);
    match arguments.as_slice() {
        [_] => is("bin"),
        [time, _] => {
            let mut has_time = false;
            time.visit(&mut |part| {
                has_time |= matches!(&part.node, Node::Field(name) if name == "@timestamp");
                true
            });
            has_time && (is("bin") || is("datefloor") || is("dateceil"))
        }
        _ => false,
    }
}

/// Returns the text of an expression as another may write it: blanks don't count, nor does the case of a function.
pub(crate) fn column_key(text: &str) -> String {
    if text.contains(['"', '\'', '/']) {
        return text.to_owned();
    }
    let mut key = String::with_capacity(text.len());
    let mut word = 0;
    for character in text.chars().filter(|character| !character.is_whitespace()) {
        if character == '(' {
            let function = key.split_off(word).to_ascii_lowercase();
            key.push_str(&function);
        }
        key.push(character);
        if !(character.is_ascii_alphanumeric() || character == '_') {
            word = key.len();
        }
    }
    key
}

/// Compiles a regular expression; returns the names of its groups too, which may hold what Rust's may not: `(?<@t>…)`.
///
/// # Errors
///
/// The expression can't be compiled, or is too large.
pub(crate) fn compile(regex: &str) -> Result<(Regex, Vec<Option<String>>), regex::Error> {
    let names = group_names(regex);
    let is_plain =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if names.iter().all(|name| is_plain(name)) {
        let regex = Regex::new(regex)?;
        let names = regex.capture_names().map(|name| name.map(str::to_owned)).collect();
        return Ok((regex, names));
    }
    let mut plain = regex.to_owned();
    for (number, name) in names.iter().enumerate().filter(|(_, name)| !is_plain(name)) {
        for begin in ["(?<", "(?P<"] {
            plain = plain.replacen(&format!("{begin}{name}>"), &format!("(?<__{number}>"), 1);
        }
    }
    let regex = Regex::new(&plain)?;
    let original = |name: &str| match name
        .strip_prefix("__")
        .and_then(|number| number.parse::<usize>().ok())
    {
        Some(number) => names.get(number).cloned(),
        None => Some(name.to_owned()),
    };
    let names = regex.capture_names().map(|name| name.and_then(original)).collect();
    Ok((regex, names))
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
    fn only_named_groups_create_fields() {
        let names = group_names(r"\((?<a>.) (?P<b_2>(?<c>x)) (?<=d)(?<!e)(?:f)(g) \\(?<h>.)");
        assert_eq!(names, ["a", "b_2", "c", "h"]);
    }
}
