use std::fmt::Write;

use super::{ExportError, Query};

/// Writes resources.
pub(super) fn resources(queries: &[Query<'_>]) -> Result<String, ExportError> {
    let resources = queries.iter().map(resource).collect::<Result<Vec<_>, _>>()?;
    Ok(resources.join("\n"))
}

fn resource(query: &Query<'_>) -> Result<String, ExportError> {
    let label = query.words().collect::<Vec<_>>().join("_");
    let mut attributes = format!("  name = {}\n", quoted(&query.name));
    if !query.log_groups.is_empty() {
        let groups: Vec<_> = query.log_groups.iter().map(|group| quoted(group)).collect();
        attributes += &format!("  log_group_names = [{}]\n", groups.join(", "));
    }
    attributes += &format!("  query_string = {}\n", text(&query.filled()?));
    Ok(format!(
        "resource \"aws_cloudwatch_query_definition\" \"query_{label}\" {{\n{attributes}}}\n"
    ))
}

/// Writes a text of lines as it stands, or in quotes if a heredoc would change it.
fn text(text: &str) -> String {
    let is_plain = |next: char| !next.is_control() || matches!(next, '\n' | '\t');
    if !text.ends_with('\n') || !text.chars().all(is_plain) {
        return quoted(text);
    }
    let mut marker = "QUERY".to_owned();
    while text.lines().any(|line| line.trim() == marker) {
        marker.push('_');
    }
    format!("<<{marker}\n{}{marker}", without_templates(text))
}

fn quoted(text: &str) -> String {
    let mut escaped = String::new();
    for next in text.chars() {
        match next {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(control));
            }
            next => escaped.push(next),
        }
    }
    format!("\"{}\"", without_templates(&escaped))
}

/// Doubles what would begin a template, `${` and `%{`; signs right before it are templates of their own, because
/// three in a row can be read in two ways.
fn without_templates(text: &str) -> String {
    let mut out = String::new();
    let mut signs = String::new();
    for next in text.chars() {
        match (next, signs.pop()) {
            ('{', Some(last)) => {
                signs.drain(..).for_each(|sign| out.extend(["${\"", &sign.to_string(), "\"}"]));
                out.extend([last, last, '{']);
            }
            (next, last) => {
                signs.extend(last);
                if matches!(next, '$' | '%') {
                    signs.push(next);
                } else {
                    out.push_str(&signs);
                    signs.clear();
                    out.push(next);
                }
            }
        }
    }
    out + &signs
}
