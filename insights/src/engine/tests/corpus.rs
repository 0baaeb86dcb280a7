//! Queries of other people: they run, or what does not run is named.

use crate::{Engine, LogEvent, ast::Query, language::corpus::entries};

#[test]
fn published_queries_give_columns_or_a_reason() {
    let (mut run, mut refused) = (0, Vec::new());
    for entry in entries().into_iter().filter(|entry| entry.refused.is_none()) {
        let query = Query::parse(&entry.query).unwrap();
        match Engine::new(&entry.query, &query) {
            Ok(mut engine) => {
                let _ = engine.feed(&LogEvent::new(r#"{"a":1}"#));
                let columns = engine.finish().columns;
                assert!(
                    query.columns().is_none_or(|said| said == columns),
                    "{}: {columns:?}",
                    entry.name
                );
                run += 1;
            }
            Err(problems) => {
                let names =
                    problems.iter().all(|problem| problem.message.contains("not supported"));
                assert!(names, "{}: {problems:?}", entry.name);
                refused.push(entry.name);
            }
        }
    }
    // What is left are commands and functions that a local run has no use for, or that came in 2026.
    assert!(run >= 8 * refused.len(), "{run} run; refused: {refused:?}");
}
