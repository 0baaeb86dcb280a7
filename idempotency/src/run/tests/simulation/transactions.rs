//! Completions together with the operation's own writes, in a store that makes both in one step.

use std::sync::Arc;

use super::{
    ledger::Write,
    network::{SimulatedStore, number_of},
    properties::ONE_RETRY,
    round::World,
};
use crate::{
    Attempt, CompleteWithError, InvalidWrites, PersistenceStore, StoreError, WriteOutcome,
    run::complete_with::complete_in_transaction,
    store::{RecordCompletion, Transacted, TransactionalStore},
};

/// Of how many results one is too large to be recorded with the writes.
const TOO_LARGE: u64 = 5;

/// Completes the record together with one write, which has the number of the effect.
pub(super) async fn complete(
    world: &World,
    attempt: &Attempt<SimulatedStore>,
    number: u64,
) -> Result<(), CompleteWithError> {
    let completed = complete_in_transaction(attempt, &number, &[number]).await;
    match &completed {
        Ok(()) => {
            world.count("transacted");
            world.ledger(|ledger| ledger.check_writes(number, 1));
        }
        Err(error) => {
            world.count("transaction failed");
            if matches!(error, CompleteWithError::LeaseLost) {
                world.ledger(|ledger| ledger.check_writes(number, 0));
            }
            if world.plan.weather.silent.is_some() {
                world.violate(ONE_RETRY, format!("the transaction of {number}: {error}"));
            }
        }
    }
    completed
}

impl TransactionalStore for SimulatedStore {
    type Write = u64;

    fn check_writes(
        &self,
        _: &[u64],
        _: Option<(&str, Option<&str>)>,
    ) -> Result<(), InvalidWrites> {
        Ok(())
    }

    async fn transact(
        &self,
        record: Option<&RecordCompletion<'_>>,
        writes: &[u64],
        token: &str,
    ) -> Result<Transacted, StoreError> {
        let Some(&RecordCompletion { key, lease, data, expires_at }) = record else {
            unreachable!("every call of the simulation has a key");
        };
        let (key, lease, data) = (key.to_owned(), lease.clone(), data.map(str::to_owned));
        let (writes, token, delivery) = (writes.to_vec(), token.to_owned(), self.delivery);
        let now_ms = self.world.clock(delivery).now_ms();
        self.send("transact", async move |world: Arc<World>| {
            if world.tokens.lock().unwrap().contains(&token) {
                return Ok(Transacted::Applied);
            }
            // The same for each request with that result, as in DynamoDB.
            if data.is_some() && writes.iter().any(|number| number % TOO_LARGE == 0) {
                return Err(StoreError::TooLarge { bytes: 400_001 });
            }
            let (before, memory) = (world.memory.get(&key), &world.memory);
            let outcome =
                memory.complete(&key, now_ms, &lease, data.as_deref(), expires_at).await?;
            if outcome == WriteOutcome::LeaseLost {
                return Ok(Transacted::LeaseLost);
            }
            world.tokens.lock().unwrap().insert(token);
            let number = data.as_deref().and_then(number_of);
            world.written(delivery, now_ms, before.as_ref(), &Write::Complete { number });
            world.ledger(|ledger| {
                writes.iter().for_each(|number| ledger.transacted(delivery, *number));
            });
            Ok(Transacted::Applied)
        })
        .await
    }
}
