use powertools_insights::{Engine, LogEvent, Template, Value, ast::Query};
use powertools_local::{Local, LogEvent as Written};
use serde_json::{Map, Value as Json, json};

/// Runs a template over a function's log stream; returns its rows without what they lack.
pub(super) fn rows(local: &Local, name: &str, values: &[(&str, &str)]) -> Vec<Json> {
    rows_of(name, values, |engine| {
        let events = local.logs();
        let flow = events.iter().try_for_each(|event| engine.feed(&seen(event)));
        assert!(flow.is_continue(), "{name} has seen enough");
    })
}

/// Runs a template over what it is fed with.
pub(super) fn rows_of(
    name: &str,
    values: &[(&str, &str)],
    feed: impl FnOnce(&mut Engine),
) -> Vec<Json> {
    let text = Template::find(name).unwrap().fill(values).unwrap();
    let query = Query::parse(&text).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    let engine = Engine::new(&text, &query);
    let mut engine = engine.unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    feed(&mut engine);
    let table = engine.finish();
    let row = |row: &Vec<Option<Value>>| {
        let cells = table.columns.iter().zip(row);
        let cells = cells.filter_map(|(name, cell)| Some((name.clone(), json(cell.as_ref()?))));
        Json::Object(cells.collect::<Map<_, _>>())
    };
    table.rows.iter().map(row).collect()
}

/// Returns one column of rows.
pub(super) fn column(rows: &[Json], name: &str) -> Vec<Json> {
    rows.iter().map(|row| row[name].clone()).collect()
}

fn seen(event: &Written) -> LogEvent<'_> {
    LogEvent {
        timestamp: i64::try_from(event.timestamp).ok(),
        log_stream: Some(&event.stream),
        log: Some("123456789012:/aws/lambda/shop"),
        ..LogEvent::new(&event.message)
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Number(number) if number.fract() == 0.0 => json!(*number as i64),
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Time(time) => json!({ "ms": time }),
        other => panic!("{other:?}"),
    }
}
