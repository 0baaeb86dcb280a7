//! The business logic: charges cards. It does not depend on Lambda, queues or retries.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A payment to charge.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) card: Card,
    /// The amount in cents.
    pub(crate) amount: u64,
}

/// The cards of the simulated card network, by their behavior.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Card {
    Good,
    /// The bank responds slowly.
    Slow,
    /// The bank refuses to pay.
    Empty,
}

/// A customer's receipt for a payment.
#[derive(Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) payment_id: String,
    pub(crate) authorization_id: String,
    /// The amount in cents.
    pub(crate) amount: u64,
}

/// An error in charging a card.
#[derive(Debug, Error)]
pub(crate) enum ChargeError {
    #[error("there is nothing to charge")]
    Nothing,
    #[error("the card is declined")]
    Declined { source: BankError },
}

/// A refusal by a bank.
#[derive(Debug, Error)]
pub(crate) enum BankError {
    #[error("{amount} cents are more than there is")]
    NotCovered { amount: u64 },
}

/// Charges a card: an effect that can't be undone.
pub(crate) async fn charge(payment: &Payment) -> Result<Receipt, ChargeError> {
    if payment.amount == 0 {
        return Err(ChargeError::Nothing);
    }
    let authorization_id =
        authorize(payment).await.map_err(|source| ChargeError::Declined { source })?;
    tracing::info!(amount = payment.amount, authorization_id, "card charged");
    let (payment_id, amount) = (payment.id.clone(), payment.amount);
    Ok(Receipt { payment_id, authorization_id, amount })
}

/// Simulates the card network.
async fn authorize(payment: &Payment) -> Result<String, BankError> {
    let pause = if payment.card == Card::Slow { 1500 } else { 100 };
    tokio::time::sleep(Duration::from_millis(pause)).await;
    match payment.card {
        Card::Good | Card::Slow => Ok(format!("auth-{}", payment.id)),
        Card::Empty => Err(BankError::NotCovered { amount: payment.amount }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(card: Card, amount: u64) -> Payment {
        Payment { id: "p-1".into(), card, amount }
    }

    #[tokio::test]
    async fn good_card_is_charged() {
        let receipt = charge(&payment(Card::Good, 450)).await.unwrap();
        let (payment_id, authorization_id) = ("p-1".into(), "auth-p-1".into());
        assert_eq!(receipt, Receipt { payment_id, authorization_id, amount: 450 });
    }

    #[tokio::test]
    async fn declined_and_empty_payments_are_not_charged() {
        let error = charge(&payment(Card::Empty, 450)).await.unwrap_err();
        let ChargeError::Declined { source } = error else { panic!("{error}") };
        assert_eq!(source.to_string(), "450 cents are more than there is");
        let error = charge(&payment(Card::Good, 0)).await.unwrap_err();
        assert!(matches!(error, ChargeError::Nothing));
    }
}
