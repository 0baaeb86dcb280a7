//! What Lambda's own lines tell, in both log formats.

use std::time::Duration;

use powertools_local::LogFormat::{self, Json, Text};
use serde_json::{Value, json};

use super::{Shop, column};

async fn sold(format: LogFormat) -> Shop {
    let shop = Shop::start(format).await;
    for what in ["place", "call", "place", "fail"] {
        shop.send(what).await;
    }
    shop
}

fn number(row: &Value, name: &str) -> f64 {
    row[name].as_f64().unwrap_or_else(|| panic!("no {name} in {row}"))
}

#[tokio::test]
async fn slowest_invocation_comes_first_with_its_id() {
    for format in [Text, Json] {
        let shop = Shop::start(format).await;
        let first = shop.send("place").await;
        let slow = shop.send("charge").await;
        let rows = shop.rows("slowest-invocations", &[]);
        assert_eq!(column(&rows, "request_id").len(), 2, "{format:?}");
        let of = |id: &str| rows.iter().find(|row| row["request_id"] == id).unwrap();
        assert!(number(of(&slow.request_id), "duration_ms") >= 20.0, "{rows:?}");
        assert!(number(of(&first.request_id), "init_ms") > 0.0, "{rows:?}");
        assert_eq!(of(&slow.request_id).get("init_ms"), None);
        assert!(number(&rows[0], "duration_ms") >= number(&rows[1], "duration_ms"));
        assert!(rows[0]["@logStream"].as_str().unwrap().contains("[$LATEST]"));
    }
}

#[tokio::test]
async fn latency_percentiles_are_below_the_maximum() {
    for format in [Text, Json] {
        let rows = sold(format).await.rows("latency", &[]);
        let invocations: f64 = rows.iter().map(|row| number(row, "invocations")).sum();
        assert_eq!(invocations, 4.0, "{format:?}");
        let row = &rows[0];
        let [p50, p90, p99, max] =
            ["p50_ms", "p90_ms", "p99_ms", "max_ms"].map(|name| number(row, name));
        assert!(p50 > 0.0 && p50 <= p90 && p90 <= p99 && p99 <= max * 1.01, "{row}");
    }
}

#[tokio::test]
async fn one_of_four_invocations_was_a_cold_start() {
    for format in [Text, Json] {
        let shop = sold(format).await;
        let rows = shop.rows("cold-starts", &[]);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        let counted = ["invocations", "cold_starts", "share"].map(|name| number(row, name));
        assert_eq!(counted, [4.0, 1.0, 25.0], "{format:?}");
        assert!(number(row, "avg_init_ms") > 0.0, "{row}");
        assert_eq!(number(row, "max_init_ms"), number(row, "avg_init_ms"));
        let own = shop.rows("cold-start-lines", &[]);
        let expected =
            json!({"function_name": "shop", "service": "shop", "requests": 4, "cold_starts": 1});
        assert_eq!(own, [expected]);
    }
}

#[tokio::test]
async fn memory_and_cost_come_from_report_lines() {
    for format in [Text, Json] {
        let shop = sold(format).await;
        let rows = shop.rows("memory", &[]);
        let row = &rows[0];
        assert_eq!((number(row, "invocations"), number(row, "provisioned_mb")), (4.0, 256.0));
        let used = number(row, "max_used_mb");
        assert!(used > 0.0 && number(row, "unused_mb") == 256.0 - used, "{row}");
        let rows = shop.rows("cost", &[("gb_second", "2"), ("request", "10")]);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((number(row, "invocations"), number(row, "memory")), (4.0, 256.0));
        let gb_seconds = number(row, "billed_ms_total") / 1000.0 * 0.25;
        assert!((number(row, "gb_seconds") - gb_seconds).abs() < 1e-9, "{row}");
        assert!((number(row, "dollars") - (40.0 + 2.0 * gb_seconds)).abs() < 1e-9, "{row}");
    }
}

#[tokio::test]
async fn timeouts_are_listed_with_their_request() {
    for format in [Text, Json] {
        let shop = Shop::start(format).await;
        shop.send("place").await;
        let slow = shop.event("sleep", "api-2").timeout(Duration::from_millis(700));
        let outcome = slow.send().await.unwrap();
        assert!(outcome.timed_out);
        let rows = shop.rows("timeouts", &[]);
        assert_eq!(column(&rows, "request_id"), [json!(outcome.request_id)], "{format:?}");
        let after = number(&rows[0], "after_ms");
        assert!((699.0..30_000.0).contains(&after), "{format:?} {rows:?}");
    }
}

#[tokio::test]
async fn restarted_request_is_a_retry() {
    for format in [Text, Json] {
        let shop = Shop::start(format).await;
        for _ in 0..2 {
            shop.event("fail", "api-1")
                .request_id("6f6f2e2c-0000-4000-8000-00000000000a")
                .send()
                .await
                .unwrap();
        }
        shop.send("place").await;
        let rows = shop.rows("retries", &[]);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(row["request_id"], "6f6f2e2c-0000-4000-8000-00000000000a");
        assert_eq!(row["attempts"], 2);
    }
}

#[tokio::test]
async fn versions_list_invocations_and_errors() {
    for format in [Text, Json] {
        let rows = sold(format).await.rows("versions", &[]);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(row["function_version"], "$LATEST");
        let counted = ["invocations", "cold_starts", "errors"].map(|name| number(row, name));
        assert_eq!(counted, [4.0, 1.0, 1.0], "{format:?} {row}");
    }
}
