use crate::{Place, Problem};

/// Shows problems with the lines of the query that they are about.
pub(super) fn shown(query: &str, problems: &[Problem]) -> String {
    let shown: Vec<_> = problems.iter().map(|problem| one(query, problem)).collect();
    shown.join("\n")
}

fn one(query: &str, problem: &Problem) -> String {
    let Problem { place: Place { line, column, .. }, message, remedy, .. } = problem;
    let text = query.lines().nth(line - 1).unwrap_or_default();
    let margin = line.to_string().len();
    let before: String =
        text.chars().take(column - 1).map(|next| if next == '\t' { '\t' } else { ' ' }).collect();
    let carets = "^".repeat(length(query, problem, text, *column));
    format!(
        "{message}\n{:margin$} |\n{line} | {text}\n{:margin$} | {before}{carets} {remedy}",
        "", ""
    )
}

/// Returns how many characters of its line a problem is about, one at least.
fn length(query: &str, problem: &Problem, line: &str, column: usize) -> usize {
    let part = query.get(problem.place.span.clone()).unwrap_or_default();
    let part = part.lines().next().unwrap_or_default().chars().count();
    let rest = line.chars().count().saturating_sub(column - 1);
    part.min(rest).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_is_under_the_problem() {
        let query = "fields a\n| fitler \u{e4}\u{e4} = 1";
        let problem = Problem::new(query, 11..17, "no command `fitler`", "did you mean `filter`?");
        let expected = "no command `fitler`\n  |\n2 | | fitler \u{e4}\u{e4} = 1\n  |   ^^^^^^ did you mean `filter`?";
        assert_eq!(shown(query, &[problem]), expected);
    }

    #[test]
    fn problem_at_the_end_of_a_query_has_a_caret() {
        let query = "stats count(";
        let problem = Problem::new(query, 12..12, "unclosed", "close it");
        assert!(shown(query, &[problem]).ends_with("\n  |             ^ close it"));
    }
}
