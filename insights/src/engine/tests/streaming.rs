use super::engine;
use crate::LogEvent;

#[test]
fn result_so_far_can_be_seen_at_any_time() {
    let mut engine = engine("stats count(*) as n").unwrap();
    assert!(engine.rows().rows.is_empty());
    for expected in ["1", "2"] {
        assert!(engine.feed(&LogEvent::new("x")).is_continue());
        assert_eq!(engine.rows().rows[0][0].as_ref().unwrap().to_string(), expected);
    }
}

#[test]
fn impossible_query_reads_nothing() {
    let mut engine = engine("fields a | limit 0").unwrap();
    assert!(engine.feed(&LogEvent::new("x")).is_break());
    assert_eq!(engine.statistics().records_scanned, 0);
}

#[test]
fn scanned_and_matched_records_are_counted() {
    let mut engine = engine("filter level = \"ERROR\" | stats count(*)").unwrap();
    for line in
        [r#"{"level":"ERROR"}"#, r#"{"level":"INFO"}"#, r#"{"level":"INFO","text":"ERROR"}"#]
    {
        let _ = engine.feed(&LogEvent::new(line));
    }
    let statistics = engine.statistics();
    assert_eq!(
        (statistics.records_matched, statistics.records_scanned, statistics.bytes_scanned),
        (1, 3, 64)
    );
}
