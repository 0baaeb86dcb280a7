//! The function: makes the payments of a batch of messages, and returns the messages that failed.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::{StreamExt, stream};
use powertools::{
    Error, LambdaEvent,
    idempotency::{Idempotency, IdempotencyError, PersistenceStore},
    logger::exception,
};
use tracing::Instrument;

use crate::{
    once::{Unsettled, settle},
    payments::Payment,
};

/// The number of payments of a batch that are charged concurrently.
const AT_ONCE: usize = 5;

/// Charges the payments of a batch, and returns the messages that the queue should deliver again.
pub(crate) async fn charge_batch<S: PersistenceStore>(
    charging: &Idempotency<S>,
    event: LambdaEvent<SqsEvent>,
) -> Result<SqsBatchResponse, Error> {
    let records = event.payload.records.into_iter().map(|record| handle(charging.clone(), record));
    let mut handled = stream::iter(records).buffer_unordered(AT_ONCE);
    let mut response = SqsBatchResponse::default();
    while let Some(failed) = handled.next().await {
        if let Some(message_id) = failed {
            response.add_failure(message_id);
        }
    }
    Ok(response)
}

/// Handles one message, and returns its id if it has to be delivered again.
async fn handle<S: PersistenceStore>(
    charging: Idempotency<S>,
    record: SqsMessage,
) -> Option<String> {
    // The queue always sets an id. Without one, Lambda delivers the whole batch again.
    let message_id = record.message_id.unwrap_or_default();
    let body = record.body.unwrap_or_default();
    let span = tracing::info_span!("record", message_id);
    let is_done = charge(&charging, &body).instrument(span).await;
    (!is_done).then_some(message_id)
}

/// Charges the payment in a message's body, and returns whether it is settled.
async fn charge<S: PersistenceStore>(charging: &Idempotency<S>, body: &str) -> bool {
    let payment: Payment = match serde_json::from_str(body) {
        Ok(payment) => payment,
        Err(error) => {
            tracing::error!(error = exception(&error), outcome = "failed", "no payment");
            return false;
        }
    };
    match settle(charging, &payment).await {
        Ok(_) => true,
        Err(error) => {
            tell(&payment.id, &error);
            false
        }
    }
}

fn tell(payment_id: &str, error: &Unsettled) {
    if let Unsettled::Idempotency(IdempotencyError::InProgress { .. }) = error {
        tracing::info!(payment_id, outcome = "refused", "another attempt is charging it");
    } else {
        let error = exception(error);
        tracing::warn!(payment_id, error, outcome = "failed", "payment not settled");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use powertools::{
        idempotency::{MemoryStore, OnInProgress},
        testing::{Captured, TestResponse},
        with_state,
    };
    use serde_json::{Value, json};

    use super::*;
    use crate::once;

    fn charging(captured: &Captured, policy: OnInProgress) -> Idempotency<MemoryStore> {
        let charging = once::charging(MemoryStore::new(), policy).disabled(false);
        charging.clock(captured.clock().clone()).build()
    }

    async fn send(
        captured: &Captured,
        charging: &Idempotency<MemoryStore>,
        bodies: &[Value],
    ) -> Vec<String> {
        let records = bodies.iter().zip(0..);
        let records = records
            .map(|(body, at)| json!({"messageId": format!("m-{at}"), "body": body.to_string()}));
        let batch = json!({"Records": records.collect::<Vec<_>>()});
        let handler = with_state(charging.clone(), charge_batch);
        failures(&captured.invoke(handler, &batch).await)
    }

    fn failures(answer: &TestResponse) -> Vec<String> {
        let failures = answer.json::<SqsBatchResponse>().unwrap().batch_item_failures.into_iter();
        let mut failures = failures.map(|failure| failure.item_identifier).collect::<Vec<_>>();
        failures.sort();
        failures
    }

    #[tokio::test]
    async fn each_payment_is_charged_once_and_failed_ones_are_returned() {
        let captured = Captured::new();
        let bodies = [
            json!({"id": "p-1", "card": "good", "amount": 450}),
            json!({"id": "p-2", "card": "empty", "amount": 450}),
            json!({"id": "p-1", "amount": 450, "card": "good"}),
            json!({"id": "p-3"}),
        ];
        let charging = charging(&captured, OnInProgress::Wait(Duration::from_secs(9)));
        assert_eq!(send(&captured, &charging, &bodies).await, ["m-1", "m-3"]);
        let charged = captured.lines();
        let charged = charged.iter().filter(|line| line["message"] == "card charged");
        assert_eq!(charged.count(), 1);
        for metric in ["PaymentsCharged", "PaymentsReplayed", "PaymentsFailed"] {
            assert_eq!(captured.metric(metric), [1.0], "{metric}");
        }
    }

    #[tokio::test]
    async fn payment_has_one_amount() {
        let captured = Captured::new();
        let charging = charging(&captured, OnInProgress::Refuse);
        for (amount, expected) in [(450, 0), (451, 1), (450, 0)] {
            let body = json!({"id": "p-1", "card": "good", "amount": amount});
            assert_eq!(send(&captured, &charging, &[body]).await.len(), expected);
        }
        let lines = captured.lines();
        let told = lines.iter().filter_map(|line| line["outcome"].as_str());
        assert_eq!(told.collect::<Vec<_>>(), ["fresh", "failed", "replayed"]);
    }
}
