use crate::{
    Problem,
    ast::{Command, Spanned},
};

use super::Subject;

const MOST_STATS: usize = 10;

/// Tells which commands stand where the service takes none.
pub(super) fn problems(subject: &Subject<'_>) -> Vec<Problem> {
    let rules = [too_many_stats, before_stats, after_dedup, pattern_after_sort, source_not_first];
    rules.into_iter().flat_map(|rule| rule(subject)).collect()
}

fn too_many_stats(subject: &Subject<'_>) -> Vec<Problem> {
    let stats = subject.query.commands.iter().filter(|command| is_stats(&command.node));
    let message = format!("a query has at most {MOST_STATS} 'stats'");
    let remedy = "compute more in one of them";
    stats.skip(MOST_STATS).take(1).map(|it| subject.problem(&it.span, &*message, remedy)).collect()
}

/// Of one `stats` alone, the documentation says nothing, and dashboards sort before it.
fn before_stats(subject: &Subject<'_>) -> Vec<Problem> {
    let commands = &subject.query.commands;
    if commands.iter().filter(|command| is_stats(&command.node)).count() < 2 {
        return Vec::new();
    }
    let last = commands.iter().rposition(|command| is_stats(&command.node)).unwrap_or(0);
    let misplaced =
        |command: &&Spanned<Command>| matches!(command.node, Command::Sort(_) | Command::Limit(_));
    let problem = |command: &Spanned<Command>| {
        let name = name(&command.node);
        let message = format!("'{name}' is before the last 'stats'");
        subject.problem(&command.span, message, format!("put '{name}' after it"))
    };
    commands[..last].iter().filter(misplaced).map(problem).collect()
}

fn after_dedup(subject: &Subject<'_>) -> Vec<Problem> {
    let commands = &subject.query.commands;
    let is_dedup = |command: &Spanned<Command>| matches!(command.node, Command::Dedup(_));
    let Some(dedup) = commands.iter().position(is_dedup) else { return Vec::new() };
    let problem = |command: &Spanned<Command>| {
        let message = format!("'{}' is after 'dedup'", name(&command.node));
        subject.problem(
            &command.span,
            message,
            "only 'limit' is allowed there; move it before 'dedup'",
        )
    };
    let is_limit = |command: &Spanned<Command>| matches!(command.node, Command::Limit(_));
    commands[dedup + 1..].iter().filter(|command| !is_limit(command)).map(problem).collect()
}

fn pattern_after_sort(subject: &Subject<'_>) -> Vec<Problem> {
    let commands = &subject.query.commands;
    let is_sort = |command: &Spanned<Command>| matches!(command.node, Command::Sort(_));
    let sort = commands.iter().position(is_sort).unwrap_or(commands.len());
    let is_pattern = |command: &&Spanned<Command>| matches!(command.node, Command::Pattern(_));
    let problem = |command: &Spanned<Command>| {
        subject.problem(&command.span, "'pattern' is after 'sort'", "put 'sort' after it")
    };
    commands[sort..].iter().filter(is_pattern).map(problem).collect()
}

fn source_not_first(subject: &Subject<'_>) -> Vec<Problem> {
    let is_source = |command: &&Spanned<Command>| name(&command.node) == "source";
    let problem = |command: &Spanned<Command>| {
        subject.problem(&command.span, "'SOURCE' is after another command", "put it first")
    };
    let commands = subject.query.commands.iter();
    commands.skip_while(is_source).filter(is_source).map(problem).collect()
}

fn is_stats(command: &Command) -> bool {
    matches!(command, Command::Stats(_))
        || matches!(command, Command::Foreign(name) if name.starts_with("stats"))
}

fn name(command: &Command) -> &str {
    match command {
        Command::Fields(_) => "fields",
        Command::Display(_) => "display",
        Command::Filter(_) => "filter",
        Command::Stats(_) => "stats",
        Command::Sort(_) => "sort",
        Command::Limit(_) => "limit",
        Command::Parse(_) => "parse",
        Command::Dedup(_) => "dedup",
        Command::Pattern(_) => "pattern",
        Command::Unnest { .. } => "unnest",
        Command::Foreign(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{assert_says, said};

    #[test]
    fn misplaced_command_is_reported() {
        assert_says(&[
            ("fields a | sort a | limit 1", ""),
            ("stats count(*) as n by a | sort n | limit 1", ""),
            ("sort a | stats count(*)", ""),
            (
                "stats count(*) as n by a | sort n | stats max(n)",
                "1:28: 'sort' is before the last 'stats'; put 'sort' after it",
            ),
            (
                "limit 10 | stats count(*) as n by a | stats sum(n)",
                "1:1: 'limit' is before the last 'stats'; put 'limit' after it",
            ),
            ("fields a | sort a | dedup a | limit 1", ""),
            (
                "fields a | dedup a | sort a",
                "1:22: 'sort' is after 'dedup'; only 'limit' is allowed there; move it before 'dedup'",
            ),
            ("pattern @message | sort @sampleCount desc", ""),
            (
                "sort @timestamp | pattern @message",
                "1:19: 'pattern' is after 'sort'; put 'sort' after it",
            ),
            ("SOURCE 'g' | fields a", ""),
            ("SOURCE 'g' | SOURCE 'h' | fields a", ""),
            ("fields a | source 'g'", "1:12: 'SOURCE' is after another command; put it first"),
        ]);
    }

    #[test]
    fn more_than_ten_stats_are_reported() {
        let of = |count: usize| {
            let more = |number| format!(" | stats max(n{}) as n{number}", number - 1);
            format!("stats count(*) as n0{}", (1..count).map(more).collect::<String>())
        };
        assert!(said(&of(10)).is_empty());
        assert!(said(&of(12))[0].contains("at most 10 'stats'"));
        assert_eq!(said(&of(12)).len(), 1);
    }
}
