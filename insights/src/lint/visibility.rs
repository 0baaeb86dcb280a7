use crate::{
    Problem,
    ast::{Command, Expression, Node, Spanned, Stats},
};

use super::{Subject, outputs::Outputs};

/// Tells which fields are used behind a `stats` that does not give them.
pub(super) fn problems(subject: &Subject<'_>) -> Vec<Problem> {
    let mut visible: Option<Outputs> = None;
    let mut problems = Vec::new();
    for Spanned { node, .. } in &subject.query.commands {
        if let Some(outputs) = &mut visible {
            problems.extend(unseen(subject, node, outputs));
            outputs.add(node);
        }
        match node {
            Command::Stats(stats) => visible = Some(Outputs::of(stats)),
            Command::Pattern(_) => visible = Some(Outputs::of_pattern()),
            Command::Foreign(name) if adds_fields(name) => visible = None,
            _ => {}
        }
    }
    problems
}

fn adds_fields(foreign: &str) -> bool {
    !matches!(foreign, "tail" | "limit with a parameter" | "filldown" | "fillmissing" | "subquery")
}

fn unseen(subject: &Subject<'_>, command: &Command, outputs: &Outputs) -> Vec<Problem> {
    match command {
        Command::Dedup(names) => {
            let unseen = names.iter().filter(|name| !outputs.contains(&name.node));
            unseen.map(|name| unknown(subject, name, &name.node)).collect()
        }
        Command::Stats(stats) => unseen_of_stats(subject, stats, outputs),
        // Dashboards sort by the time that the events had, and mean that of the groups.
        Command::Sort(keys) if outputs.has_time() => {
            let is_time =
                |key: &Expression| matches!(&key.node, Node::Field(name) if name == "@timestamp");
            let keys = keys.iter().map(|key| &key.expression);
            unseen_in(subject, keys.filter(|key| !is_time(key)).collect(), outputs)
        }
        _ => unseen_in(subject, command.expressions(), outputs),
    }
}

/// What is computed may use what was computed before it in the same command.
fn unseen_of_stats(subject: &Subject<'_>, stats: &Stats, outputs: &Outputs) -> Vec<Problem> {
    let mut outputs = outputs.clone();
    let mut problems = Vec::new();
    for projection in stats.aggregates.iter().chain(&stats.by) {
        problems.extend(unseen_in(subject, vec![&projection.expression], &outputs));
        outputs.add_column(projection);
    }
    problems
}

fn unseen_in(
    subject: &Subject<'_>,
    expressions: Vec<&Expression>,
    outputs: &Outputs,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for expression in expressions {
        expression.visit(&mut |part| {
            if outputs.has_text_of(subject, part) {
                return false;
            }
            match &part.node {
                Node::Field(name) => problems.push(unknown(subject, part, name)),
                Node::Call { name, .. } if is_unseen_bin(&name.node, outputs) => {
                    problems.push(no_time(subject, part));
                }
                _ => {}
            }
            true
        });
    }
    problems
}

fn is_unseen_bin(name: &str, outputs: &Outputs) -> bool {
    name.eq_ignore_ascii_case("bin") && !outputs.contains("@timestamp")
}

fn unknown<T>(subject: &Subject<'_>, place: &Spanned<T>, name: &str) -> Problem {
    let message = format!("'{name}' does not exist after 'stats'");
    subject.problem(&place.span, message, "compute it or group by it in that 'stats'")
}

fn no_time(subject: &Subject<'_>, bin: &Expression) -> Problem {
    let message = "'bin' needs '@timestamp', which does not exist after 'stats'";
    let remedy = "write 'max(@timestamp) as @t' there and 'datefloor(@t, 5m)' here";
    subject.problem(&bin.span, message, remedy)
}

#[cfg(test)]
mod tests {
    use crate::lint::assert_says;

    #[test]
    fn field_lost_by_stats_is_reported() {
        let remedy = "compute it or group by it in that 'stats'";
        let unknown = |place: &str, name: &str| {
            format!("{place}: '{name}' does not exist after 'stats'; {remedy}")
        };
        assert_says(&[
            ("stats sum(Fault) by Operation | stats max(`sum(Fault)`) as m by Operation", ""),
            ("stats count(*) as n, sum(n) as m by a | filter n > 1 | sort a, m", ""),
            ("stats count( * ) by a | sort count(*) desc", ""),
            ("stats max(x) as a, min(x) as b, a - b as c | sort c", ""),
            ("stats max(x) as a by y | fields a * 2 as b | sort b", ""),
            ("stats count(*) by bin(5m) as @t | stats count(*) by dateceil(@t, 10m)", ""),
            ("stats count(*) by bin(5m) | sort bin(5m)", ""),
            ("stats max(a) as b by c as d | sort max(a), b, c, d", ""),
            ("stats values(x) as v by a.b | fields v.0 as w, a.b", ""),
            ("stats count(*) as n by a | join x (y) | sort z", ""),
            (
                "fields @message | stats SUM(Fault) by Operation | stats max(strlen(@message)) as m",
                &unknown("1:68", "@message"),
            ),
            ("stats count(*) by bin(5m) | sort @timestamp desc", ""),
            ("stats count(*) by datefloor(@timestamp + 9h, 1d) as t | sort @timestamp", ""),
            ("stats count(*) as N by a | sort n", &unknown("1:33", "n")),
            ("pattern @message | sort @timestamp", &unknown("1:25", "@timestamp")),
            ("stats count(*) as n by a | sort @timestamp desc", &unknown("1:33", "@timestamp")),
            ("stats count(*) as n by a | dedup b", &unknown("1:34", "b")),
            (
                "stats sum(l) as n by @logStream | stats avg(n) by bin(5m)",
                "1:51: 'bin' needs '@timestamp', which does not exist after 'stats'; write 'max(@timestamp) as @t' there and 'datefloor(@t, 5m)' here",
            ),
        ]);
    }
}
