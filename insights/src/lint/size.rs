use std::collections::BTreeSet;

use crate::Problem;

// Both from `AWS::Logs::QueryDefinition`.
const LONGEST: usize = 10_000;
const MOST_PARAMETERS: usize = 20;

/// Tells whether a query is too long or has too many parameters.
pub(super) fn problems(text: &str) -> Vec<Problem> {
    [too_long(text), too_many_parameters(text)].into_iter().flatten().collect()
}

fn too_long(text: &str) -> Option<Problem> {
    let (end, _) = text.char_indices().nth(LONGEST)?;
    let length = text.chars().count();
    let message = format!("the query has {length} characters; the service takes {LONGEST}");
    Some(Problem::new(text, end..text.len(), message, "take out comments, or make it two queries"))
}

fn too_many_parameters(text: &str) -> Option<Problem> {
    let mut names = BTreeSet::new();
    let mut at = 0;
    while let Some((start, name)) = next_parameter(text, at) {
        names.insert(name);
        at = start + name.len();
        if names.len() > MOST_PARAMETERS {
            let message = format!("the query has more than {MOST_PARAMETERS} parameters");
            return Some(Problem::new(
                text,
                start..at,
                message,
                "write some of the values into it",
            ));
        }
    }
    None
}

fn next_parameter(text: &str, at: usize) -> Option<(usize, &str)> {
    let start = at + text.get(at..)?.find("{{")? + 2;
    let length = text.get(start..)?.find("}}")?;
    Some((start, text.get(start..start + length)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_over_ten_thousand_characters_is_reported() {
        let fits = format!("limit 1 #{}", "ä".repeat(LONGEST - 9));
        assert!(problems(&fits).is_empty());
        let problem = &problems(&format!("{fits}ä"))[0];
        assert_eq!(problem.message, "the query has 10001 characters; the service takes 10000");
        assert_eq!(problem.place.column, LONGEST + 1);
    }

    #[test]
    fn more_than_twenty_parameters_are_reported() {
        let of = |count: usize| -> String {
            (0..count * 2).map(|number| format!("{{{{p{}}}}} ", number % count)).collect()
        };
        assert!(problems(&of(MOST_PARAMETERS)).is_empty());
        let problem = &problems(&of(MOST_PARAMETERS + 1))[0];
        assert_eq!(problem.message, "the query has more than 20 parameters");
    }
}
