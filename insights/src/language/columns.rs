use crate::ast::{Command, Projection, Query};

impl Query {
    /// Gives the names of the result's columns, if the query alone determines them.
    ///
    /// For `stats`, what makes the groups comes first, as the service shows it. A column without a name of its own is
    /// called by the text of its expression. The service shows `@ptr` besides.
    pub fn columns(&self) -> Option<Vec<String>> {
        let mut columns = Columns::Undetermined;
        for command in &self.commands {
            columns = columns.after(&command.node);
        }
        match columns {
            Columns::Listed(names) | Columns::Displayed(names) => Some(names),
            Columns::Undetermined | Columns::Lost => None,
        }
    }
}

#[derive(Debug)]
enum Columns {
    /// No command listed any yet.
    Undetermined,
    Listed(Vec<String>),
    /// The list of `display`, to which nothing is added.
    Displayed(Vec<String>),
    /// A command that is not known in detail came by.
    Lost,
}

impl Columns {
    fn after(self, command: &Command) -> Self {
        match command {
            Command::Display(list) => Self::Displayed(names(list)),
            Command::Stats(stats) => {
                Self::Listed([names(&stats.by), names(&stats.aggregates)].concat())
            }
            Command::Pattern(_) => Self::Listed(PATTERN.map(str::to_owned).to_vec()),
            Command::Fields(list) => self.listing(names(list)),
            Command::Parse(parse) => self.with(parse.all_names()),
            Command::Unnest { into, .. } => self.with(vec![into.node.clone()]),
            Command::Foreign(name) if !NEUTRAL.contains(&name.as_str()) => Self::Lost,
            _ => self,
        }
    }

    fn listing(self, names: Vec<String>) -> Self {
        match self {
            Self::Undetermined => Self::Listed(Vec::new()).with(names),
            other => other.with(names),
        }
    }

    fn with(self, names: Vec<String>) -> Self {
        let Self::Listed(mut listed) = self else { return self };
        for name in names {
            if !listed.contains(&name) {
                listed.push(name);
            }
        }
        Self::Listed(listed)
    }
}

// What `pattern` gives, by `CWL_QuerySyntax-Pattern`.
const PATTERN: [&str; 4] = ["@pattern", "@ratio", "@sampleCount", "@severityLabel"];

// Commands that change no columns.
const NEUTRAL: [&str; 9] = [
    "filldown",
    "fillmissing",
    "filterindex",
    "limit with a parameter",
    "search",
    "source",
    "subquery",
    "tail",
    "unmask",
];

fn names(projections: &[Projection]) -> Vec<String> {
    projections.iter().map(|projection| projection.name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use crate::ast::Query;

    fn columns(query: &str) -> Option<String> {
        Some(Query::parse(query).unwrap().columns()?.join("; "))
    }

    #[test]
    fn query_without_lists_or_with_unknown_commands_has_no_fixed_columns() {
        assert_eq!(columns("filter a = 1 | parse '*' as b | limit 5"), None);
        assert_eq!(columns("fields a | lookup t b"), None);
        assert_eq!(columns("fields a | lookup t b | display c"), Some("c".to_owned()));
    }

    #[test]
    fn fields_accumulate_and_display_and_stats_reset_columns() {
        for (query, expected) in [
            ("fields a, b as c | fields d, a | parse '*' as e | unnest f into g", "a; c; d; e; g"),
            ("display a | display b | fields c | parse '*' as d", "b"),
            (
                "fields a | stats count(*) as n by a, bin(5m) | fields n * 2 as m",
                "a; bin(5m); n; m",
            ),
            ("fields a | tail 5 | unmask b", "a"),
            ("fields `a-b`, c  +\n d", "a-b; c + d"),
        ] {
            assert_eq!(columns(query).as_deref(), Some(expected), "{query}");
        }
    }
}
