//! `#[metered]`: how long each call of a function took, and whether it failed.

use std::future::pending;

use powertools_metrics::{CallMetrics, metered, testing::Captured};
use serde_json::{Value, json};

#[metered]
async fn place_order(id: u32) -> Result<u32, String> {
    tokio::task::yield_now().await;
    let id = id.checked_sub(1).ok_or("no order")?;
    Ok(id)
}

/// What [`place_order`] expands to, by hand.
async fn place_order_by_hand(id: u32) -> Result<u32, String> {
    const CALL: CallMetrics = CallMetrics::new("PlaceOrderLatency", "PlaceOrderErrors");
    CALL.run(async || {
        tokio::task::yield_now().await;
        let id = id.checked_sub(1).ok_or("no order")?;
        Ok(id)
    })
    .await
}

#[metered(name = "Brew")]
fn boil(water: Option<u32>) -> u32 {
    water.expect("somebody forgot the water")
}

struct Shop {
    orders: Vec<u32>,
}

impl Shop {
    #[metered]
    fn first_mut(&mut self) -> std::io::Result<&mut u32> {
        self.orders.first_mut().ok_or_else(|| std::io::Error::other("closed"))
    }

    #[metered(name = "Wait")]
    async fn wait<T>(&self, what: T) -> impl Iterator<Item = T> + use<'_, T> {
        if self.orders.is_empty() {
            pending::<()>().await;
        }
        std::iter::once(what)
    }
}

/// Returns the values of a metric.
fn values(document: &Value, name: &str) -> Vec<f64> {
    let values = document[name].as_array().unwrap_or_else(|| panic!("no {name}: {document}"));
    values.iter().filter_map(Value::as_f64).collect()
}

#[tokio::test]
async fn call_records_latency_and_failure() {
    let captured = Captured::new();
    captured
        .invoke(async {
            assert_eq!(place_order(1).await, Ok(0));
            assert_eq!(place_order(0).await, Err("no order".to_owned()));
            assert_eq!(place_order_by_hand(0).await, Err("no order".to_owned()));
        })
        .await;
    let document = captured.last();
    assert_eq!(values(&document, "PlaceOrderErrors"), [0.0, 1.0, 1.0]);
    assert_eq!(values(&document, "PlaceOrderLatency").len(), 3);
    let metrics = &document["_aws"]["CloudWatchMetrics"][0]["Metrics"];
    assert_eq!(metrics[0], json!({"Name": "PlaceOrderLatency", "Unit": "Milliseconds"}));
    assert_eq!(metrics[1], json!({"Name": "PlaceOrderErrors", "Unit": "Count"}));
}

#[tokio::test]
async fn panic_and_cancelled_call_are_failures() {
    let captured = Captured::new();
    captured
        .invoke(async {
            assert_eq!(boil(Some(3)), 3);
            assert!(std::panic::catch_unwind(|| boil(None)).is_err());
            let shop = Shop { orders: Vec::new() };
            tokio::select! {
                biased;
                _ = shop.wait(1) => panic!("nobody ever orders"),
                () = tokio::task::yield_now() => {}
            }
        })
        .await;
    let document = captured.last();
    assert_eq!(values(&document, "BrewErrors"), [0.0, 1.0]);
    assert_eq!(values(&document, "WaitErrors"), [1.0]);
    assert_eq!(values(&document, "WaitLatency").len(), 1);
}

#[tokio::test]
async fn method_can_return_borrows_and_impl_trait() {
    let captured = Captured::new();
    captured
        .invoke(async {
            let mut shop = Shop { orders: vec![1] };
            *shop.first_mut().unwrap() += 1;
            assert_eq!(shop.orders, [2]);
            assert_eq!(shop.wait("tea").await.next(), Some("tea"));
        })
        .await;
    assert_eq!(values(&captured.last(), "FirstMutErrors"), [0.0]);
    assert_eq!(values(&captured.last(), "WaitErrors"), [0.0]);
}

#[tokio::test]
async fn function_outside_an_invocation_is_unchanged() {
    assert_eq!(place_order(3).await, Ok(2));
    let task = tokio::spawn(place_order(2));
    assert_eq!(task.await.unwrap(), Ok(1));
}

#[tokio::test]
async fn expansion_uses_absolute_paths() {
    #[expect(dead_code, reason = "they are there to be in the way")]
    mod crowded {
        pub(super) const CALL: u8 = 7;
        struct CallMetrics;

        #[powertools_metrics::metered]
        pub(super) fn seven(call: u8, result: u8) -> u8 {
            CALL + call + result
        }

        #[powertools::metered]
        pub(super) fn facade() -> u8 {
            seven(0, 0)
        }
    }

    let captured = Captured::new();
    assert_eq!(captured.invoke(async { crowded::facade() }).await, 7);
    assert_eq!(values(&captured.last(), "FacadeErrors"), [0.0]);
}
