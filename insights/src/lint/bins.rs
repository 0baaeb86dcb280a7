use crate::{
    Problem, ProblemKind,
    ast::{Expression, Node},
    language::units::Unit,
};

use super::Subject;

/// Tells which periods the service cuts.
pub(super) fn problems(subject: &Subject<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let expressions = subject.query.commands.iter().flat_map(|command| command.node.expressions());
    for expression in expressions {
        expression.visit(&mut |part| {
            problems.extend(period_of(part).and_then(|period| cut(subject, period)));
            true
        });
    }
    problems
}

/// The period that a call rounds to; a duration elsewhere is a number of milliseconds, and not cut.
fn period_of(call: &Expression) -> Option<&Expression> {
    let Node::Call { name, arguments } = &call.node else { return None };
    let rounds = ["bin", "datefloor", "dateceil"];
    let is_rounding = rounds.iter().any(|known| name.node.eq_ignore_ascii_case(known));
    arguments.last().filter(|_| is_rounding)
}

fn cut(subject: &Subject<'_>, expression: &Expression) -> Option<Problem> {
    let Node::Duration { count, unit } = &expression.node else { return None };
    let unit = Unit::named(unit)?;
    let cap = unit.cap.filter(|cap| count > cap)?;
    let written = subject.text_at(&expression.span);
    let message = format!("the service cuts {written} to {cap}{}", unit.short);
    let problem = subject.problem(&expression.span, message, remedy(*count, unit));
    Some(problem.of_kind(ProblemKind::Misleading))
}

fn remedy(count: u64, unit: &Unit) -> String {
    let Some((larger, number)) = unit.larger else { return "write a larger unit".to_owned() };
    if !count.is_multiple_of(number) {
        return format!("write a whole number of {larger}");
    }
    let (count, next) = (count / number, Unit::named(larger));
    match next {
        Some(next) if next.cap.is_some_and(|cap| count > cap) => remedy(count, next),
        _ => format!("write {count}{larger}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::assert_says;

    #[test]
    fn periods_over_the_limit_of_their_unit_are_reported() {
        assert_says(&[
            ("stats count(*) by bin(60s), bin(60m), bin(24h), bin(1000ms), bin(400d)", ""),
            ("stats count(*) by bin(300s)", "1:23: the service cuts 300s to 60s; write 5m"),
            (
                "stats count(*) by bin(90 m)",
                "1:26: unexpected 'm'; write an operator, ',' or ')' before it",
            ),
            (
                "stats count(*) by bin(90min)",
                "1:23: the service cuts 90min to 60m; write a whole number of h",
            ),
            ("stats count(*) by bin(48h)", "1:23: the service cuts 48h to 24h; write 2d"),
            ("stats count(*) by bin(86400s)", "1:23: the service cuts 86400s to 60s; write 24h"),
            (
                "fields datefloor(@timestamp, 5000ms)",
                "1:30: the service cuts 5000ms to 1000ms; write 5s",
            ),
        ]);
    }
}
