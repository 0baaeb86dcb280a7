use crate::{
    Problem,
    ast::{Command, Expression, Node, Stats},
    language::functions::{Function, Kind},
};

use super::{Subject, outputs::Outputs};

/// Tells which fields `stats` gives without aggregating them.
pub(super) fn problems(subject: &Subject<'_>) -> Vec<Problem> {
    let stats = subject.query.commands.iter().filter_map(|command| match &command.node {
        Command::Stats(stats) => Some(stats),
        _ => None,
    });
    stats.flat_map(|stats| of_stats(subject, stats)).collect()
}

fn of_stats(subject: &Subject<'_>, stats: &Stats) -> Vec<Problem> {
    let mut named = Outputs::default();
    named.extend(&stats.by);
    let mut problems = Vec::new();
    for projection in &stats.aggregates {
        let raw = raw_field(subject, &projection.expression, &named);
        problems.extend(raw.map(|field| not_aggregated(subject, field)));
        named.add_column(projection);
    }
    problems
}

/// The first field that is neither inside of an aggregate nor named in the same command.
fn raw_field<'a>(
    subject: &Subject<'_>,
    expression: &'a Expression,
    named: &Outputs,
) -> Option<&'a Expression> {
    let mut found = None;
    expression.visit(&mut |part| {
        let is_raw = matches!(part.node, Node::Field(_)) && !named.has_text_of(subject, part);
        if is_raw && found.is_none() {
            found = Some(part);
        }
        !is_other_than_scalar(part)
    });
    found
}

// Unknown functions are told elsewhere.
fn is_other_than_scalar(expression: &Expression) -> bool {
    let Node::Call { name, .. } = &expression.node else { return false };
    Function::named(&name.node).is_none_or(|function| function.kind != Kind::Scalar)
}

fn not_aggregated(subject: &Subject<'_>, field: &Expression) -> Problem {
    let name = subject.text_at(&field.span);
    let message = format!("'{name}' is not aggregated");
    subject.problem(&field.span, message, format!("write 'latest({name})', or group by it"))
}

#[cfg(test)]
mod tests {
    use crate::lint::assert_says;

    #[test]
    fn non_aggregate_in_stats_is_reported() {
        assert_says(&[
            ("stats sum(a) / count(*) * 100 as p, abs(max(b)), max(abs(b)), p * 2 by c", ""),
            ("stats max(a) as x, min(a) as y, x - y as z", ""),
            ("stats a", "1:7: 'a' is not aggregated; write 'latest(a)', or group by it"),
            (
                "stats count(*), toupper(a)",
                "1:25: 'a' is not aggregated; write 'latest(a)', or group by it",
            ),
            ("stats max(a) - b", "1:16: 'b' is not aggregated; write 'latest(b)', or group by it"),
        ]);
    }
}
