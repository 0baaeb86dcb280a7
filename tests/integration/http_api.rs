//! What the example of an HTTP API shows.

use serde_json::{Value, json};

use crate::demo::Shown;

#[test]
fn router_responds_to_every_event_source() {
    let shown = Shown::by("http-api");
    let answers =
        shown.summary.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let answers = answers.collect::<Vec<_>>();
    let order = r#"{"id":"o-1","customer":"c-1029","product":"tea","quantity":2}"#;
    let expected = [
        format!("HTTP API POST /orders 201 {order}"),
        format!("HTTP API POST /orders 201 {order} (replayed)"),
        format!("REST API GET /orders/o-1 200 {order}"),
        format!("load balancer GET /orders 200 [{order}]"),
        "function URL DELETE /orders/o-1 204".to_owned(),
        r#"REST API GET /orders/o-1 404 {"status":404,"title":"there is no order o-1"}"#.to_owned(),
        r#"HTTP API POST /orders 409 {"status":409,"title":"101 tea wanted, 100 left"}"#.to_owned(),
    ];
    assert_eq!(answers[..7], expected);
    assert!(
        answers[7].contains("422") && answers[7].contains("missing field `product`"),
        "{answers:?}"
    );
    assert_eq!(
        answers[8],
        r#"load balancer GET /teapots 404 {"status":404,"title":"there is nothing here"}"#
    );
}

#[test]
fn lines_metrics_and_spans_have_the_route() {
    let shown = Shown::by("http-api");
    let routes = [
        "POST /orders",
        "POST /orders",
        "GET /orders/{id}",
        "GET /orders",
        "DELETE /orders/{id}",
        "GET /orders/{id}",
        "POST /orders",
        "POST /orders",
        "none",
    ];
    let of = |values: Vec<&Value>| values.iter().map(|it| it["route"].clone()).collect::<Vec<_>>();
    assert_eq!(of(shown.saying("request served")), routes);
    let measured: Vec<_> = shown.metrics.iter().filter(|it| it.get("Requests").is_some()).collect();
    let dimensions = &measured[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
    assert_eq!(*dimensions, json!([["service", "route"]]));
    assert_eq!(of(measured), routes);
    assert_eq!((shown.sum("Requests"), shown.sum("Failures")), (9.0, 4.0));
    let handlers = shown.spans.iter().filter(|span| span["name"] == "## http_api");
    for handler in handlers {
        let below = shown.spans.iter().filter(|span| span["parent_id"] == handler["id"]);
        assert_eq!(below.count(), 1, "the request's below {handler}");
    }
    assert!(shown.lines.iter().all(|line| line["route"].is_string()), "{:?}", shown.lines);
}

#[test]
fn request_id_of_the_event_source_is_the_correlation_id() {
    let shown = Shown::by("http-api");
    let ids = shown.saying("request served").into_iter().map(|line| line["correlation_id"].clone());
    let ids = ids.collect::<Vec<_>>();
    let gateway = json!("LV7fzho-PHcEJPw=");
    assert_eq!((&ids[0], &ids[2]), (&gateway, &json!("deef4878-7910-11e6-8f14-25afc3e9ae33")));
    assert!(ids[3].as_str().unwrap().starts_with("Root=1-"), "{ids:?}");
    assert_eq!(ids[4], json!("MIZRNhJtIAMEMDw="));
}
