use crate::{
    Problem,
    ast::{Command, Expression, Node, Spanned},
    language::functions::{FUNCTIONS, Function, Kind},
    suggest::suggest,
};

use super::{Subject, outputs::Outputs};

/// Tells which functions the service does not have, which are called with too few or too many arguments, and which
/// aggregates stand outside of `stats`.
pub(super) fn problems(subject: &Subject<'_>) -> Vec<Problem> {
    let mut outputs = Outputs::default();
    let mut problems = Vec::new();
    for Spanned { node, .. } in &subject.query.commands {
        problems.extend(of_command(subject, node, &outputs));
        if let Command::Stats(stats) = node {
            outputs.extend(&stats.by);
            outputs.extend(&stats.aggregates);
        }
    }
    problems
}

fn of_command(subject: &Subject<'_>, command: &Command, outputs: &Outputs) -> Vec<Problem> {
    let aggregating = match command {
        Command::Stats(stats) => stats.aggregates.len(),
        _ => 0,
    };
    let mut problems = Vec::new();
    for (at, expression) in command.expressions().into_iter().enumerate() {
        expression.visit(&mut |part| {
            if outputs.has_text_of(subject, part) {
                return false;
            }
            problems.extend(of_call(subject, part, at < aggregating));
            true
        });
    }
    problems
}

fn of_call(subject: &Subject<'_>, call: &Expression, may_aggregate: bool) -> Option<Problem> {
    let Node::Call { name, arguments } = &call.node else { return None };
    let Some(function) = Function::named(&name.node) else {
        return Some(unknown(subject, name));
    };
    wrong_number(subject, name, function, arguments.len())
        .or_else(|| misplaced_star(subject, name, arguments))
        .or_else(|| no_period(subject, function, arguments))
        .or_else(|| misplaced(subject, name, function.kind, may_aggregate))
}

fn unknown(subject: &Subject<'_>, name: &Spanned<String>) -> Problem {
    let remedy = match suggest(&name.node, FUNCTIONS.iter().map(|function| function.name)) {
        Some(known) => format!("did you mean '{known}'?"),
        None => "see CWL_QuerySyntax-operations-functions in AWS's documentation".to_owned(),
    };
    subject.problem(&name.span, format!("unknown function '{}'", name.node), remedy)
}

fn wrong_number(
    subject: &Subject<'_>,
    name: &Spanned<String>,
    function: &Function,
    number: usize,
) -> Option<Problem> {
    let (least, most) = (*function.arguments.start(), *function.arguments.end());
    if function.arguments.contains(&number) {
        return None;
    }
    let wanted = match (least, most) {
        (least, most) if least == most => least.to_string(),
        (least, usize::MAX) => format!("{least} or more"),
        (least, most) => format!("{least} to {most}"),
    };
    let message = format!("'{}' is called with {number} arguments", name.node);
    Some(subject.problem(&name.span, message, format!("it takes {wanted}")))
}

fn misplaced_star(
    subject: &Subject<'_>,
    name: &Spanned<String>,
    arguments: &[Expression],
) -> Option<Problem> {
    let star = arguments.iter().find(|argument| argument.node == Node::Star)?;
    if name.node.eq_ignore_ascii_case("count") {
        return None;
    }
    Some(subject.problem(&star.span, "'*' is only valid in 'count(*)'", "name a field"))
}

fn no_period(
    subject: &Subject<'_>,
    function: &Function,
    arguments: &[Expression],
) -> Option<Problem> {
    let argument = arguments.last()?;
    let is_period = matches!(argument.node, Node::Duration { .. } | Node::Parameter(_));
    if function.kind != Kind::Bin || is_period {
        return None;
    }
    Some(subject.problem(&argument.span, "'bin' takes a period", "write one such as 5m"))
}

fn misplaced(
    subject: &Subject<'_>,
    name: &Spanned<String>,
    kind: Kind,
    may_aggregate: bool,
) -> Option<Problem> {
    if kind != Kind::Aggregate || may_aggregate {
        return None;
    }
    let message = format!("the aggregate '{}' is used outside 'stats'", name.node);
    let remedy = format!("write 'stats {}(…) as name' before, and use the name", name.node);
    Some(subject.problem(&name.span, message, remedy))
}

#[cfg(test)]
mod tests {
    use crate::lint::assert_says;

    #[test]
    fn unknown_functions_and_wrong_arguments_are_reported() {
        assert_says(&[
            (
                "fields TOUPPER(a), case(a, b, c), coalesce(a, b, c, d), now(), strcontains(a, b, true)",
                "",
            ),
            ("stats count(), count(*), count(a), pct(a, 99) by bin(5m), bin({{period}})", ""),
            ("fields toUper(a)", "1:8: unknown function 'toUper'; did you mean 'toupper'?"),
            (
                "filter exists(a)",
                "1:8: unknown function 'exists'; see CWL_QuerySyntax-operations-functions in AWS's documentation",
            ),
            ("stats pct(a)", "1:7: 'pct' is called with 1 arguments; it takes 2"),
            ("fields coalesce()", "1:8: 'coalesce' is called with 0 arguments; it takes 1 or more"),
            ("fields substr(a)", "1:8: 'substr' is called with 1 arguments; it takes 2 to 3"),
            ("stats avg(*)", "1:11: '*' is only valid in 'count(*)'; name a field"),
            ("stats count(*) by bin(300)", "1:23: 'bin' takes a period; write one such as 5m"),
        ]);
    }

    #[test]
    fn aggregates_outside_stats_are_reported() {
        assert_says(&[
            ("stats count(*) by a | filter count(*) > 1 | sort count(*) desc", ""),
            (
                "filter max(a) > 1",
                "1:8: the aggregate 'max' is used outside 'stats'; write 'stats max(…) as name' before, and use the name",
            ),
            (
                "stats count(*) by max(a)",
                "1:19: the aggregate 'max' is used outside 'stats'; write 'stats max(…) as name' before, and use the name",
            ),
        ]);
    }
}
