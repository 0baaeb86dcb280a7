use powertools_local::LogFormat::{Json, Text};
use serde_json::json;

use super::shop::TRACE;
use super::{Shop, column};

#[tokio::test]
async fn request_query_returns_lines_of_function_and_lambda() {
    for (format, own) in [(Text, "REPORT RequestId"), (Json, "platform.report")] {
        let shop = Shop::start(format).await;
        shop.send("place").await;
        let outcome = shop.send("fail").await;
        let rows = shop.rows("request", &[("request_id", &outcome.request_id)]);
        let lines = column(&rows, "line");
        let lines: Vec<_> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        assert!(lines.contains(&"order received"), "{lines:?}");
        assert!(lines.iter().any(|line| line.starts_with(own)), "{lines:?}");
        assert!(!lines.contains(&"order placed"), "that was another request: {lines:?}");
        let failed = rows.iter().find(|row| row["exception_name"] == "OutOf").unwrap();
        assert_eq!(
            (&failed["level"], &failed["exception"]),
            (&json!("ERROR"), &json!("out of tea"))
        );
        assert!(failed["location"].is_string());
    }
}

#[tokio::test]
async fn correlation_query_returns_all_requests() {
    let shop = Shop::start(Json).await;
    for api_id in ["api-7", "api-8", "api-7"] {
        shop.event("place", api_id).send().await.unwrap();
    }
    let rows = shop.rows("correlation", &[("correlation_id", "api-7")]);
    let mut messages = column(&rows, "message");
    // Two lines of one millisecond may come in any order.
    messages.sort_by_key(ToString::to_string);
    assert_eq!(messages, ["order placed", "order placed", "order received", "order received"]);
    assert_eq!(rows[0]["service"], "shop");
    assert_ne!(rows[0]["function_request_id"], rows[3]["function_request_id"]);
    let twice = shop.rows("duplicate-deliveries", &[]);
    let [row] = twice.as_slice() else { panic!("{twice:?}") };
    assert_eq!((&row["correlation_id"], &row["deliveries"]), (&json!("api-7"), &json!(2)));
    assert_eq!(row["function_name"], "shop");
}

#[tokio::test]
async fn trace_query_returns_lines_and_report() {
    for (format, own) in [(Text, "REPORT RequestId"), (Json, "platform.report")] {
        let shop = Shop::start(format).await;
        let outcome = shop.send("place").await;
        shop.local.invoke(&json!({})).await.unwrap();
        let rows = shop.rows("trace", &[("trace_id", TRACE)]);
        let placed = rows.iter().find(|row| row["line"] == "order placed").unwrap();
        assert_eq!(placed["request_id"], outcome.request_id);
        assert_eq!(placed["span_id"].as_str().map(str::len), Some(16));
        let report =
            |row: &serde_json::Value| row["line"].as_str().is_some_and(|it| it.starts_with(own));
        assert!(rows.iter().any(report), "{rows:#?}");
        assert!(rows.iter().all(|row| row["request_id"] == outcome.request_id), "{rows:#?}");
    }
}

#[tokio::test]
async fn tenants_list_requests_and_errors() {
    let shop = Shop::start(Json).await;
    for (what, tenant) in [("place", "blue"), ("fail", "blue"), ("place", "red")] {
        shop.event(what, "api-1").tenant_id(tenant).send().await.unwrap();
    }
    shop.send("place").await;
    let row = |tenant: &str, requests: u32, lines: u32, errors: u32| json!({"tenant_id": tenant, "requests": requests, "lines": lines, "errors": errors});
    assert_eq!(shop.rows("tenants", &[]), [row("blue", 2, 4, 1), row("red", 1, 2, 0)]);
}
