use serde_json::Value;

use super::{Query, cloudformation};

/// Writes a script of commands.
pub(super) fn commands(queries: &[Query<'_>]) -> String {
    queries.iter().map(command).collect::<Vec<_>>().join("\n")
}

fn command(query: &Query<'_>) -> String {
    let mut options = vec![
        format!("--name {}", quoted(&query.name)),
        format!("--query-string {}", quoted(&query.text())),
    ];
    if !query.log_groups.is_empty() {
        let groups: Vec<_> = query.log_groups.iter().map(|group| quoted(group)).collect();
        options.push(format!("--log-group-names {}", groups.join(" ")));
    }
    let parameters = cloudformation::parameters(query, ["name", "defaultValue", "description"]);
    if !parameters.is_empty() {
        options.push(format!("--parameters {}", quoted(&Value::from(parameters).to_string())));
    }
    format!("aws logs put-query-definition \\\n  {}\n", options.join(" \\\n  "))
}

/// Quotes for a POSIX shell, where nothing is special between single quotes but they themselves.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
