use std::time::Duration;

use powertools_core::install_panic_hook;
use powertools_local::LogFormat;
use serde_json::json;

use super::{Shop, column};

async fn failing() -> Shop {
    // The hook is the whole process's: other tests may have installed it, so this one does too.
    install_panic_hook();
    let shop = Shop::start(LogFormat::Json).await;
    for what in ["place", "fail", "panic", "refuse", "fail"] {
        shop.send(what).await;
    }
    shop
}

#[tokio::test]
async fn errors_by_type_counts_errors_panics_and_warnings() {
    let rows = failing().await.rows("errors-by-type", &[]);
    let row = |name: &str, level: &str, lines: u32, last: &str| json!({"error": name, "level": level, "lines": lines, "requests": lines, "last": last});
    assert_eq!(rows[0], row("OutOf", "ERROR", 2, "out of tea"));
    assert!(rows.contains(&row("OutOf", "WARN", 1, "out of cups")), "{rows:?}");
    assert!(rows.contains(&row("panic", "ERROR", 1, "no tea at all")), "{rows:?}");
    assert_eq!(rows.len(), 3);
}

#[tokio::test]
async fn errors_over_time_separates_errors_and_warnings() {
    let rows = failing().await.rows("errors-over-time", &[]);
    let sum = |name| column(&rows, name).iter().filter_map(serde_json::Value::as_i64).sum::<i64>();
    assert_eq!((sum("errors"), sum("warnings")), (3, 1), "{rows:?}");
    let window = rows[0]["window"]["ms"].as_i64().unwrap();
    assert_eq!(window % 300_000, 0);
}

#[tokio::test]
async fn watchdog_lists_the_open_spans() {
    let shop = Shop::start(LogFormat::Json).await;
    let timeout = Duration::from_millis(700);
    let outcome = shop.event("sleep", "api-1").timeout(timeout).send().await.unwrap();
    assert!(outcome.timed_out);
    let rows = shop.rows("watchdog", &[]);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row["function_request_id"], outcome.request_id);
    let (elapsed, remaining) = (row["elapsed_ms"].as_f64(), row["remaining_ms"].as_f64());
    assert!(elapsed.is_some_and(|elapsed| (400.0..=700.0).contains(&elapsed)), "{row}");
    assert!(remaining.is_some_and(|remaining| (0.0..=100.0).contains(&remaining)), "{row}");
    assert!(row["open_spans"] == "handler, wait for the bank", "{row}");
}

#[tokio::test]
async fn batch_failures_lists_message_and_reason() {
    let shop = Shop::start(LogFormat::Json).await;
    shop.send("batch").await;
    shop.send("batch").await;
    let row = json!({"message_id": "m-2", "failures": 2, "requests": 2, "last_type": "OutOf", "last": "out of tea"});
    assert_eq!(shop.rows("batch-failures", &[]), [row]);
}

#[tokio::test]
async fn dependencies_are_counted_by_name() {
    let shop = Shop::start(LogFormat::Json).await;
    shop.send("call").await;
    let rows = shop.rows("dependency-spans", &[]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!((&row["name"], &row["calls"]), (&json!("bank"), &json!(2)));
    assert_eq!((&row["faults"], &row["errors"]), (&json!(1), &json!(0)));
    let most = row["max_ms"].as_f64().unwrap();
    assert!((5.0..20_000.0).contains(&most), "{row}");
    let rows = shop.rows("dependencies", &[]);
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    let counted = (&row["dependency"], &row["calls"], &row["failures"], &row["last_failure"]);
    assert_eq!(counted, (&json!("bank"), &json!(2), &json!(1), &json!("out")));
    assert!(row["max_ms"].as_f64().is_some(), "{row}");
}
