//! What the example of events shows.

use serde_json::{Value, json};

use crate::demo::Shown;

#[test]
fn duplicate_event_is_forwarded_once_with_its_correlation_id() {
    let shown = Shown::by("events");
    let put = shown.saying("event put");
    assert_eq!(put.len(), 1, "{}", shown.summary);
    let entry = &put[0]["entry"];
    assert_eq!(
        (&entry["Source"], &entry["DetailType"]),
        (&json!("shop.parcels"), &json!("ParcelSent"))
    );
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(detail["data"], json!({"order_id": "o-1", "tracking": "track-o-1"}));
    assert_eq!(detail["metadata"]["correlation_id"], "request-1");
    assert!(detail["metadata"]["causation_id"].as_str().unwrap().ends_with("-1"), "{detail}");
    assert_eq!((shown.sum("ParcelsSent"), shown.sum("EventsDeliveredAgain")), (1.0, 1.0));
}

#[test]
fn each_delivery_is_logged_with_the_correlation_id() {
    let shown = Shown::by("events");
    let scene = |title: &str| {
        let scenes = shown.summary.split("\n\n").map(str::trim);
        let mut told = scenes.filter_map(|scene| scene.strip_prefix(title)?.trim().lines().next());
        told.next().unwrap_or_else(|| panic!("no {title:?} in {}", shown.summary)).to_owned()
    };
    let parcel = r#"{"order_id":"o-1","tracking":"track-o-1"}"#;
    assert_eq!(scene("an order is placed\n"), parcel);
    assert_eq!(scene("the same event is delivered again\n"), parcel);
    assert_eq!(scene("an order that no parcel holds\n"), "TooMuch: the order can't be sent");
    assert_eq!(scene("Lambda delivers it again\n"), "TooMuch: the order can't be sent");
    let broken = scene("an event that is none of ours\n");
    assert!(broken.starts_with("EventError: ") && broken.contains("`quantity`"), "{broken}");
    for line in &shown.lines {
        let id = line["correlation_id"].as_str().unwrap_or_else(|| panic!("{line}"));
        assert!(["request-1", "request-2", "request-3"].contains(&id), "{line}");
    }
}
