use super::engine;

#[track_caller]
fn refused(query: &str, place: &str, words: &str) {
    let problems = engine(query).err().unwrap_or_else(|| panic!("{query} is taken"));
    let found = &query[problems[0].place.span.clone()];
    assert_eq!(
        (found, problems[0].message.contains(words)),
        (place, true),
        "{query}: {}",
        problems[0]
    );
}

#[test]
fn unsupported_feature_is_reported_with_its_position() {
    refused("fields a | filter b = {{name}}", "{{name}}", "`{{name}}`");
    refused("filter level = nope(a)", "nope", "`nope` is not supported");
    refused("filter count(*) > 1", "count", "outside `stats`");
    refused("stats sum(max(a))", "max", "inside another aggregate");
    refused("stats count(*) by level | fields user", "user", "`user` no longer exists");
    refused("stats count(*) + user by level", "user", "neither in an aggregate nor in `by`");
    refused("stats count(*) as n | stats latest(n)", "latest", "`@timestamp`");
    refused("stats count(*) as n | stats max(n) by bin(5m)", "5m", "`@timestamp`");
    refused("stats pct(a, 101)", "101", "from 0 to 100");
    refused("fields abs(1, 2)", "abs", "takes 1 arguments, not 2");
    refused("fields datefloor(@timestamp, 5)", "5", "not a period");
    refused("parse @message \"* *\" as a", "\"* *\"", "2 `*` and 1 names");
}

#[test]
fn unsupported_command_is_refused_by_name() {
    for query in ["fields a | anomaly", "fields @message | diff"] {
        if let Ok(parsed) = crate::ast::Query::parse(query) {
            let problems = crate::Engine::new(query, &parsed).err().unwrap();
            assert!(problems[0].message.contains("not supported"), "{}", problems[0]);
        }
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    assert_eq!(engine("fields nope(1), nada(2) | filter {{x}}").err().unwrap().len(), 3);
}
