//! The examples as functions under emulators that are not ours.

use serde_json::{Value, json};

/// An example, an event of its folder, and what has to come of it.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    /// In the example's folder.
    pub(crate) event: &'static str,
    /// A JSON pointer into the answer, and what is there.
    answer: (&'static str, fn() -> Value),
    correlation_id: Option<&'static str>,
    /// Recorded before the answer is posted, or with the cold start.
    metric: &'static str,
}

pub(crate) const QUICKSTART: Example = Example {
    name: "quickstart",
    event: "events/place-order.json",
    answer: ("/statusCode", || json!(201)),
    correlation_id: Some("LV7fzho-PHcEJPw="),
    metric: "ColdStart",
};

pub(crate) const HTTP_API: Example = Example {
    name: "http-api",
    event: "events/place-order.json",
    answer: ("/statusCode", || json!(201)),
    correlation_id: Some("LV7fzho-PHcEJPw="),
    metric: "Requests",
};

pub(crate) const EVENTS: Example = Example {
    name: "events",
    event: "events/order-placed.json",
    answer: ("", || json!({"order_id": "o-1", "tracking": "track-o-1"})),
    correlation_id: Some("request-1"),
    metric: "ColdStart",
};

pub(crate) const CONCURRENT: Example = Example {
    name: "concurrent",
    event: "events/parcel.json",
    answer: ("", || json!({"carrier": "bike", "price": 200})),
    correlation_id: Some("p-1"),
    metric: "ColdStart",
};

/// Needs a table.
pub(crate) const PAYMENTS: Example = Example {
    name: "payments",
    event: "events/payment.json",
    answer: ("", || json!({"batchItemFailures": []})),
    correlation_id: None,
    metric: "ColdStart",
};

impl Example {
    /// Returns the example's folder.
    pub(crate) fn folder(&self) -> String {
        format!("{}/../examples/{}", env!("CARGO_MANIFEST_DIR"), self.name)
    }

    pub(crate) fn assert_answer(&self, answer: &Value) {
        let (pointer, expected) = self.answer;
        assert_eq!(answer.pointer(pointer), Some(&expected()), "{answer}");
    }

    /// Checks what the function printed: its first invocation's lines and metrics.
    pub(crate) fn assert_printed(&self, printed: Vec<Value>) {
        let (metrics, lines): (Vec<_>, Vec<_>) =
            printed.into_iter().partition(|line| line.get("_aws").is_some());
        assert!(metrics.iter().any(|it| it.get(self.metric).is_some()), "{metrics:?}");
        assert!(!lines.is_empty(), "it logs what it does");
        for line in &lines {
            let request_id = line["function_request_id"].as_str();
            assert_eq!(request_id.map(str::len), Some(36), "a UUID in {line}");
            assert_eq!(line["correlation_id"].as_str(), self.correlation_id, "{line}");
            assert_eq!(line["cold_start"], true, "{line}");
        }
    }
}
