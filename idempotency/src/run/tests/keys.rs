//! Numbers in keys and in what is validated.

use std::convert::Infallible;

use serde_json::{Value, json, value::RawValue};

use super::{Effects, orders};
use crate::{CanonicalForm, Digest, IdempotencyError, KeyFrom, PayloadError};

/// Pairs of numbers that `serde_json::Value` does not tell apart.
const PAIRS: [[&str; 2]; 5] = [
    ["18446744073709551617", "18446744073709551618"],
    ["-9223372036854775809", "-9223372036854775810"],
    ["0.1", "0.1000000000000000055"],
    ["9007199254740992.0", "9007199254740993.0"],
    ["5e-324", "4e-324"],
];

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).unwrap()
}

fn ways() -> Vec<KeyFrom> {
    vec![
        KeyFrom::Whole,
        KeyFrom::Pointer("/id".into()),
        KeyFrom::Pointers(vec!["/id".into(), "/x".into()]),
        KeyFrom::function(|payload| payload.get("id").cloned()),
        KeyFrom::function(|payload| Some(json!({"ids": [payload["id"]]}))),
        KeyFrom::json_function(|payload| Some(payload.to_owned())),
    ]
}

#[tokio::test]
async fn numbers_that_a_double_does_not_hold_have_their_own_keys() {
    for [one, other] in PAIRS {
        for from in ways() {
            let (orders, effects) = (orders(|it| it.key_from(from)), Effects::default());
            for id in [one, other, one] {
                let payload = raw(&format!(r#"{{"id": {id}, "x": 1}}"#));
                orders.call_json(&payload).try_run(|| effects.happen()).await.unwrap();
                orders.call(&payload).try_run(|| effects.happen()).await.unwrap();
            }
            assert_eq!(effects.count(), 2, "{one} {other}");
        }
    }
}

#[tokio::test]
async fn numbers_that_a_double_does_not_hold_are_told_apart_in_validation() {
    for [one, other] in PAIRS {
        for part in ways() {
            let (orders, effects) = (orders(|it| it.validate(part)), Effects::default());
            let payload = |id: &str| raw(&format!(r#"{{"id": {id}, "x": 1}}"#));
            orders.try_run("k", &payload(one), || effects.happen()).await.unwrap();
            assert!(orders.try_run("k", &payload(one), || effects.happen()).await.is_ok());
            let refused = orders.try_run("k", &payload(other), || effects.happen()).await;
            assert!(matches!(refused, Err(IdempotencyError::PayloadMismatch { .. })));
        }
    }
}

#[cfg(feature = "jmespath")]
#[tokio::test]
async fn expressions_tell_long_decimals_apart() {
    let from = KeyFrom::jmespath("orders[].price").unwrap();
    let (orders, effects) = (orders(|it| it.key_from(from)), Effects::default());
    for price in ["0.1", "0.1000000000000000055", "0.10"] {
        let payload = raw(&format!(r#"{{"orders": [{{"price": {price}}}]}}"#));
        orders.call_json(&payload).try_run(|| effects.happen()).await.unwrap();
    }
    assert_eq!(effects.count(), 2);
}

#[tokio::test]
async fn strings_made_of_rounded_numbers_are_no_keys() {
    let from = KeyFrom::function(|payload| Some(format!("order-{}", payload["id"]).into()));
    let (orders, effects) = (orders(|it| it.key_from(from)), Effects::default());
    let payload = raw(r#"{"id": 18446744073709551617}"#);
    let error = orders.call_json(&payload).try_run(|| effects.happen()).await.unwrap_err();
    assert!(matches!(error, IdempotencyError::Payload { source: PayloadError::InexactNumber, .. }));
    let payload = raw(r#"{"id": 17, "other": 18446744073709551617}"#);
    orders.call_json(&payload).try_run(|| effects.happen()).await.unwrap();
    assert_eq!(effects.count(), 1);
}

#[tokio::test]
async fn decimals_of_equal_value_share_a_key_and_integers_do_not() {
    let (orders, effects) = (orders(|it| it), Effects::default());
    for (number, count) in [("100.0", 1), ("1e2", 1), ("1.000E+2", 1), ("100", 2), ("100", 2)] {
        orders.call_json(&raw(number)).try_run(|| effects.happen()).await.unwrap();
        assert_eq!(effects.count(), count, "{number}");
    }
}

#[cfg(feature = "md5")]
#[tokio::test]
async fn python_reads_integers_exactly_and_decimals_as_doubles() {
    for from in ways() {
        let python = |it: crate::IdempotencyBuilder<crate::MemoryStore>| {
            it.key_from(from.clone()).python_compatible("p")
        };
        let (orders, effects) = (orders(python), Effects::default());
        for (id, count) in [
            ("18446744073709551617", 1),
            ("18446744073709551618", 2),
            ("0.1", 3),
            ("0.1000000000000000055", 3),
        ] {
            let payload = raw(&format!(r#"{{"id": {id}, "x": 1}}"#));
            orders.call_json(&payload).try_run(|| effects.happen()).await.unwrap();
            assert_eq!(effects.count(), count, "{id}");
        }
    }
    let by_id = orders(|it| {
        it.key_from(KeyFrom::function(|payload| payload.get("id").cloned())).python_compatible("p")
    });
    let payload = raw(r#"{"id": 18446744073709551617}"#);
    by_id.call_json(&payload).try_run(async || Ok::<_, Infallible>(())).await.unwrap();
    let digest = Digest::Md5.of("18446744073709551617");
    assert_eq!(by_id.store().keys(), [format!("p#{digest}")]);
}

#[cfg(feature = "lambda-runtime")]
mod layer {
    use lambda_runtime::{LambdaEvent, service_fn};
    use powertools_core::Invocation;
    use serde::{Deserialize, Serialize, de::DeserializeOwned};
    use tower_layer::Layer;
    use tower_service::Service;

    use super::*;

    /// Has the layer handle events whose payloads are read as `P`, and tells how often the handler ran.
    async fn handled<P>(from: KeyFrom, events: &[&str], is_text_kept: bool) -> (u32, Vec<String>)
    where
        P: Serialize + DeserializeOwned + Send + 'static,
    {
        let (orders, effects) = (orders(|it| it.key_from(from)), Effects::default());
        let mut errors = Vec::new();
        for event in events {
            let effects = effects.clone();
            let handler = service_fn(move |_: LambdaEvent<P>| {
                let effects = effects.clone();
                async move { effects.happen().await }
            });
            let mut handler = orders.handler_layer().layer(handler);
            let invocation = Invocation::builder("r").build();
            if is_text_kept {
                invocation.keep_raw_event((*event).to_owned());
            }
            let payload: P = serde_json::from_str(event).unwrap();
            let mut context = lambda_runtime::Context::default();
            context.request_id = "r".to_owned();
            let event = LambdaEvent::new(payload, context);
            let handled = invocation.scope(async { handler.call(event).await }).await;
            errors.extend(handled.err().map(|error| format!("{error:?}")));
        }
        (effects.count(), errors)
    }

    #[tokio::test]
    async fn digits_of_the_event_count_in_the_layer() {
        for [one, other] in PAIRS {
            let [one, other] = [one, other].map(|id| format!(r#"{{"x": 1, "id": {id}}}"#));
            for from in ways() {
                let events = [&*one, &*other, &*one];
                let (count, errors) = handled::<Value>(from, &events, true).await;
                assert_eq!((count, errors), (2, vec![]), "{one} {other}");
            }
        }
    }

    #[tokio::test]
    async fn digits_of_the_event_count_where_a_type_names_them_otherwise() {
        #[derive(Deserialize, Serialize)]
        struct Order {
            #[serde(rename(deserialize = "orderId"))]
            id: f64,
        }
        for from in [KeyFrom::Whole, KeyFrom::Pointer("/id".into())] {
            let events = [
                r#"{"orderId": 18446744073709551617, "delivery": 1}"#,
                r#"{"orderId": 18446744073709551618, "delivery": 1}"#,
                r#"{"orderId": 18446744073709551617, "delivery": 2}"#,
            ];
            assert_eq!(handled::<Order>(from, &events, true).await, (2, vec![]));
        }
    }

    #[tokio::test]
    async fn members_that_the_type_leaves_out_are_not_in_the_key() {
        #[derive(Deserialize, Serialize)]
        struct Order {
            price: f64,
        }
        let events = [r#"{"price": 12.95, "delivery": 1}"#, r#"{"price": 12.95, "delivery": 2}"#];
        assert_eq!(handled::<Order>(KeyFrom::Whole, &events, true).await, (1, vec![]));
    }

    #[tokio::test]
    async fn several_numbers_that_were_rounded_alike_are_told_apart_by_their_place() {
        let events = [
            r#"{"id": 18446744073709551617, "parent": 18446744073709551618}"#,
            r#"{"id": 18446744073709551618, "parent": 18446744073709551617}"#,
        ];
        for from in [KeyFrom::Whole, KeyFrom::Pointer("/id".into())] {
            assert_eq!(handled::<Value>(from, &events, true).await, (2, vec![]));
        }
    }

    #[tokio::test]
    async fn rounded_integers_are_refused_where_the_event_is_not_kept() {
        let events = [r#"{"id": 18446744073709551617}"#];
        for from in [KeyFrom::Whole, KeyFrom::Pointer("/id".into())] {
            let (count, errors) = handled::<Value>(from.clone(), &events, false).await;
            assert!(count == 0 && errors[0].contains("InexactNumber"), "{errors:?}");
            assert_eq!(handled::<Box<RawValue>>(from, &events, false).await, (1, vec![]));
        }
        let other = [r#"{"id": 17, "n": 18446744073709551617, "f": 0.5}"#];
        let from = KeyFrom::Pointer("/id".into());
        assert_eq!(handled::<Value>(from, &other, false).await, (1, vec![]));
    }
}

#[test]
fn default_keys_are_those_of_python_for_numbers_that_a_double_holds() {
    for json in [r#"{"b": [1.50, 1e16, -0.0], "a": 18446744073709551615}"#, "12.95", "1E-7"] {
        let python = CanonicalForm::Python.of(json).unwrap();
        assert_eq!(CanonicalForm::Exact.of(json).unwrap(), python);
    }
}
