use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

/// Returns a unique name for this run, so that a permanent table has no records of its payments.
pub(super) fn run_id() -> String {
    format!("{:x}", UNIX_EPOCH.elapsed().unwrap_or_default().as_millis())
}

/// Returns a payment in the format of the queue's messages.
pub(super) fn payment(run: &str, number: u32, card: &str, amount: u64) -> Value {
    json!({"id": format!("{run}/p-{number}"), "card": card, "amount": amount})
}

/// One of the fixtures of `aws_lambda_events`.
const MESSAGE: &str = include_str!("../../events/sqs.json");

/// Returns an event from the queue, for its `delivery`th delivery.
pub(super) fn event(delivery: u32, payments: &[Value]) -> Value {
    let sample: Value = serde_json::from_str(MESSAGE).unwrap_or_default();
    let records = payments.iter().zip(1..).map(|(payment, number)| {
        let mut record = sample["Records"][0].clone();
        record["messageId"] = format!("m{delivery}-{number}").into();
        record["body"] = payment.to_string().into();
        record
    });
    json!({"Records": records.collect::<Vec<_>>()})
}
