//! What the service would refuse, and what it would take but mean otherwise.
//!
//! From the pages `CWL_QuerySyntax*` of the CloudWatch Logs user guide, and from what its error messages say.

#[cfg(test)]
mod agreement;
mod bins;
mod calls;
mod ephemeral;
mod options;
mod outputs;
mod patterns;
mod placement;
mod size;
mod stats;
mod visibility;

pub use options::LintOptions;

use crate::{
    Engine, Problem, ProblemKind,
    ast::{Query, Span},
};

/// Tells everything that is wrong with a query.
///
/// What the service takes but means otherwise, such as `bin(300s)`, is told too; the message says what happens. A
/// query whose grammar is wrong is only checked for its grammar and its size.
///
/// # Examples
///
/// ```
/// let problems = powertools_insights::lint("stats count(*) by bin(300s)");
/// assert_eq!(problems[0].to_string(), "1:23: the service cuts 300s to 60s; write 5m");
/// ```
pub fn lint(text: &str) -> Vec<Problem> {
    lint_with(text, &LintOptions::default())
}

/// Tells everything that is wrong with a query, knowing more than the query.
pub fn lint_with(text: &str, options: &LintOptions) -> Vec<Problem> {
    let mut problems = size::problems(text);
    match Query::parse(text) {
        Err(faults) => problems.extend(faults),
        Ok(query) => {
            let subject = Subject { text, query: &query, options };
            let mut found: Vec<_> = RULES.iter().flat_map(|rule| rule(&subject)).collect();
            if found.iter().all(|problem| problem.kind != ProblemKind::Invalid) {
                found.extend(refused_by_engine(&subject));
            }
            problems.extend(found);
        }
    }
    problems.sort_by_key(|problem| problem.place.span.start);
    problems
}

/// What the engine does not run though no rule says why: both know the same language.
fn refused_by_engine(subject: &Subject<'_>) -> Vec<Problem> {
    let problems = Engine::new(subject.text, subject.query).err().unwrap_or_default();
    problems.into_iter().filter(|problem| problem.kind == ProblemKind::Invalid).collect()
}

/// What a rule looks at.
#[derive(Debug)]
struct Subject<'a> {
    text: &'a str,
    query: &'a Query,
    options: &'a LintOptions,
}

type Rule = fn(&Subject<'_>) -> Vec<Problem>;

const RULES: &[Rule] = &[
    placement::problems,
    ephemeral::problems,
    visibility::problems,
    calls::problems,
    stats::problems,
    bins::problems,
    patterns::problems,
];

impl Subject<'_> {
    fn problem(
        &self,
        span: &Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        Problem::new(self.text, span.clone(), message, remedy)
    }

    fn text_at(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }
}

/// What the linter says of a query, each problem in a line.
#[cfg(test)]
fn said(text: &str) -> Vec<String> {
    lint(text).iter().map(ToString::to_string).collect()
}

/// Holds that the linter says `expected` of each query, and nothing if that is empty.
#[cfg(test)]
fn assert_says(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let said = said(text);
        let expected: &[&str] = if expected.is_empty() { &[] } else { &[expected] };
        assert_eq!(said, expected, "{text}");
    }
}
