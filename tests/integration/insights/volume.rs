use powertools_local::LogFormat;
use serde_json::json;

use super::Shop;

async fn sold() -> Shop {
    let shop = Shop::start(LogFormat::Json).await;
    for what in ["place", "card", "fail"] {
        shop.send(what).await;
    }
    shop
}

#[tokio::test]
async fn top_messages_are_counted() {
    let rows = sold().await.rows("top-messages", &[]);
    assert_eq!(rows[0], json!({"level": "INFO", "message": "order received", "lines": 3}));
    assert_eq!(rows[1], json!({"level": "INFO", "message": "order placed", "lines": 2}));
    assert_eq!(rows.len(), 3, "{rows:?}");
}

#[tokio::test]
async fn log_volume_is_counted_by_level_and_location() {
    let shop = sold().await;
    let rows = shop.rows("log-volume", &[]);
    let lines = shop.local.function_lines();
    let lines: Vec<_> = lines.iter().filter(|line| line.contains("\"location\":")).collect();
    let sum = |name: &str| rows.iter().filter_map(|row| row[name].as_u64()).sum::<u64>();
    assert_eq!(sum("lines"), lines.len() as u64);
    assert_eq!(sum("size"), lines.iter().map(|line| line.len() as u64).sum::<u64>());
    let place = rows.iter().find(|row| row["lines"] == 3).unwrap();
    assert!(place["location"].as_str().unwrap().contains("insights::shop"), "{place}");
    assert_eq!(place["level"], "INFO");
}

#[tokio::test]
async fn metric_values_are_summed_by_dimension() {
    let shop = sold().await;
    let rows = shop.rows("metric-values", &[("metric", "Latency"), ("dimension", "payment")]);
    let row = |payment: &str| json!({"payment": payment, "samples": 2, "total": 8, "average": 4, "smallest": 3, "p90": 5, "largest": 5});
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.contains(&row("cash")) && rows.contains(&row("card")), "{rows:?}");
    let rows = shop.rows("metric-values", &[("metric", "OrdersPlaced")]);
    assert_eq!((&rows[0]["service"], &rows[0]["total"]), (&json!("shop"), &json!(2)));
}
