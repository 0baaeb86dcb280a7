//! Charges a payment once: identifies equal calls, and counts their outcomes.

use std::time::Duration;

use powertools::{
    idempotency::{
        Event, Idempotency, IdempotencyBuilder, IdempotencyProblem, KeyFrom, OnInProgress,
        PersistenceStore,
    },
    idempotent,
    metrics::{self, Metric},
};
use thiserror::Error;

use crate::payments::{self, ChargeError, Payment, Receipt};

/// How long the result of a payment is kept. This is longer than its queues keep a message: four days in the queue,
/// four more in its dead-letter queue, and another four if it is sent again from there.
const REMEMBERED: Duration = Duration::from_secs(14 * 24 * 60 * 60);

const CHARGED: Metric = Metric::count("PaymentsCharged");
const REPLAYED: Metric = Metric::count("PaymentsReplayed");
const REFUSED: Metric = Metric::count("PaymentsRefused");
const FAILED: Metric = Metric::count("PaymentsFailed");
const IN_DOUBT: Metric = Metric::count("PaymentsInDoubt");

/// An error in settling a payment.
#[derive(Debug, Error)]
pub(crate) enum Unsettled {
    #[error(transparent)]
    Charge(#[from] ChargeError),
    #[error(transparent)]
    Idempotency(#[from] IdempotencyProblem),
}

/// Charges a payment, once for all messages about it.
#[tracing::instrument(skip_all, fields(payment_id = payment.id))]
#[idempotent(store = charging, payload = payment)]
pub(crate) async fn settle<S: PersistenceStore>(
    charging: &Idempotency<S>,
    payment: &Payment,
) -> Result<Receipt, Unsettled> {
    Ok(payments::charge(payment).await?)
}

/// Configures the operation: a payment is identified by its id, and always has the same amount.
pub(crate) fn charging<S: PersistenceStore>(
    store: S,
    on_in_progress: OnInProgress,
) -> IdempotencyBuilder<S> {
    Idempotency::builder("charge", store)
        .key_from(KeyFrom::Pointer("/id".into()))
        .validate(KeyFrom::Pointer("/amount".into()))
        .expires_after(REMEMBERED)
        .on_in_progress(on_in_progress)
        .on_event(note)
}

/// Counts the outcomes of payments, and logs those that [`settle`] does not return.
fn note(event: Event) {
    let metric = match event {
        Event::Fresh => {
            tracing::info!(outcome = "fresh", "payment settled");
            CHARGED
        }
        Event::Replayed | Event::ReplayedFromCache => {
            tracing::info!(outcome = "replayed", "payment settled");
            REPLAYED
        }
        Event::Refused => REFUSED,
        Event::Released | Event::PayloadMismatch => FAILED,
        Event::Waited => return tracing::info!("waiting for another attempt"),
        unrecorded => {
            tracing::error!(event = unrecorded.name(), "a card may be charged twice");
            IN_DOUBT
        }
    };
    metrics::record(&metric, 1);
}
