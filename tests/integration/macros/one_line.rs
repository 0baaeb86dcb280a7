//! Functions of one line: what an attribute makes of them must not look odd to the compiler.
#![deny(warnings)]

use std::sync::LazyLock;

use powertools::{
    Error, LambdaEvent,
    idempotency::{Idempotency, MemoryStore, idempotent},
    metrics::metered,
    tracer::traced,
};
use serde_json::Value;

static ONCE: LazyLock<Idempotency<MemoryStore>> =
    LazyLock::new(|| Idempotency::builder("one-line", MemoryStore::new()).build());

#[traced]
async fn is_traced() -> u8 { 1 }

#[traced]
async fn has_attributes() -> u8 { #![allow(clippy::identity_op)] 1 + 0 }

#[metered]
async fn is_metered() -> u8 { 1 }

#[idempotent(store = ONCE, key = id)]
async fn is_idempotent(id: u8) -> Result<u8, Error> { Ok(id) }

#[powertools::handler(log_event)]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> { Ok(event.payload) }

#[tokio::test]
async fn one_line_functions_give_no_lint_warnings() {
    assert_eq!((is_traced().await, has_attributes().await, is_metered().await), (1, 1, 1));
    assert_eq!(is_idempotent(1).await.unwrap(), 1);
    let event = LambdaEvent::new(Value::Null, Default::default());
    assert_eq!(handler(event).await.unwrap(), Value::Null);
}
