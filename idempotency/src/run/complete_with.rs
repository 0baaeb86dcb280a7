//! Exactly once: the completion of a record together with the operation's own writes.

mod error;

use std::time::Duration;

use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Serialize, de::DeserializeOwned};

pub use error::CompleteWithError;

use super::{
    Attempt,
    attempt::{Holding, LeaseHandle},
    completion::digest,
    data::data_of,
    fenced_write::{Changed, change},
    record::keep,
    retry::retried,
    waiting::waiting,
};
use crate::{
    DynamoDbStore, Event, Idempotency, Lease, Owner, StoreError, WriteOutcome,
    protocol::RejectedWrite,
    store::{RecordCompletion, Transacted, TransactionalStore},
};

/// For how long writes without a record are tried: DynamoDB remembers a request's token for ten minutes.
///
/// Writes with a record need no such limit, because the record's condition holds only once.
const TOKEN_WINDOW: Duration = Duration::from_secs(9 * 60);

/// How long a token may be.
const MAX_TOKEN: usize = 36;

impl Attempt<DynamoDbStore> {
    /// Records `result` and makes `writes` in one transaction: both happen, or neither.
    ///
    /// Thus, effects in DynamoDB happen exactly once for each key, even if the process dies right after them. Return the
    /// same result from the operation afterwards:
    ///
    /// ```no_run
    /// use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
    /// use powertools_idempotency::{DynamoDbStore, Idempotency};
    ///
    /// # type Error = Box<dyn std::error::Error + Send + Sync>;
    /// # async fn place(orders: &Idempotency<DynamoDbStore>, id: &str) -> Result<(), Error> {
    /// let placed = orders.call(&()).key(id).run_with(async |attempt| {
    ///     let order = Put::builder()
    ///         .table_name("orders")
    ///         .item("id", AttributeValue::S(id.to_owned()))
    ///         .build()?;
    ///     let receipt = format!("order {id} is placed");
    ///     attempt.complete_with(&receipt, [TransactWriteItem::builder().put(order).build()]).await?;
    ///     Ok::<_, Error>(receipt)
    /// });
    /// println!("{}", placed.await?.into_inner());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The record takes one of the hundred writes that DynamoDB allows in a transaction. All tables have to be in the
    /// record's account and region. The function's role needs `dynamodb:UpdateItem` on the table of the records, and
    /// for each write `dynamodb:PutItem`, `UpdateItem`, `DeleteItem` or `ConditionCheckItem` on its table. A write in a
    /// transaction costs twice as much as one alone. In a global table a transaction is atomic in its own region only.
    ///
    /// Conflicts with other transactions and throttles are retried for as long as the invocation has time, with the
    /// same `ClientRequestToken`, so that a request whose answer was lost changes nothing the second time. A
    /// result that is too large for the record is not kept, and the transaction is made all the same. If the operation
    /// fails after this has returned `Ok`, its record stays completed, and a WARN event says so.
    ///
    /// If the record is deleted while the operation runs, this returns [`CompleteWithError::LeaseLost`], whereas a
    /// result that is recorded without a transaction is written again: there the effect has happened, and here nothing
    /// has.
    ///
    /// Where there is no record, because idempotency is disabled or the call has no key, the writes are made in a
    /// transaction alone.
    ///
    /// # Errors
    ///
    /// [`CompleteWithError`], after which the record is not completed unless its variant says otherwise. Return it or
    /// another error from the operation, so that the claim is released.
    pub async fn complete_with<R: Serialize + DeserializeOwned>(
        &self,
        result: &R,
        writes: impl IntoIterator<Item = TransactWriteItem>,
    ) -> Result<(), CompleteWithError> {
        let writes: Vec<_> = writes.into_iter().collect();
        complete_in_transaction(self, result, &writes).await
    }

    /// Does what [`complete_with`](Self::complete_with) does and blocks the thread meanwhile, where
    /// [`Idempotency::run_blocking`] could.
    ///
    /// # Errors
    ///
    /// As [`complete_with`](Self::complete_with), and [`StoreError::Refused`] with
    /// [`BlockingError`](crate::BlockingError) as its source where nothing may wait.
    pub fn complete_with_blocking<R: Serialize + DeserializeOwned>(
        &self,
        result: &R,
        writes: impl IntoIterator<Item = TransactWriteItem>,
    ) -> Result<(), CompleteWithError> {
        waiting(|waiting| waiting.on(self.complete_with(result, writes))).unwrap_or_else(|error| {
            let what = "the transaction was not sent, since its call can't wait".to_owned();
            Err(CompleteWithError::Store(StoreError::Refused { what, source: Some(error.into()) }))
        })
    }
}

pub(super) async fn complete_in_transaction<S: TransactionalStore, R>(
    attempt: &Attempt<S>,
    result: &R,
    writes: &[S::Write],
) -> Result<(), CompleteWithError>
where
    R: Serialize + DeserializeOwned,
{
    match &attempt.0 {
        Holding::Lease(held) => complete(held, data_of(held, result), digest(result), writes).await,
        Holding::Nothing(idempotency) => write_alone(idempotency, writes).await,
    }
}

async fn complete<S: TransactionalStore>(
    held: &LeaseHandle<S>,
    data: Option<String>,
    digest: Option<[u8; 32]>,
    writes: &[S::Write],
) -> Result<(), CompleteWithError> {
    let settings = held.idempotency.settings();
    let store = held.idempotency.store();
    store.check_writes(writes, Some((&held.key, data.as_deref())))?;
    held.completion.start().map_err(|is_done| match is_done {
        true => CompleteWithError::AlreadyCompleted,
        false => CompleteWithError::OutcomeUnknown,
    })?;
    let expires_at = settings.expires_at(settings.now_ms(), 0);
    let transaction = Transaction { held, writes, expires_at };
    match transaction.send(data).await {
        Ok(data) => {
            held.completion.finish(digest.filter(|_| data.is_some()));
            keep(held, data, expires_at);
            settings.emit(Event::Fresh);
            Ok(())
        }
        // It may have been made.
        Err(error @ CompleteWithError::Store(_)) => Err(error),
        Err(error) => {
            held.completion.reopen();
            Err(error)
        }
    }
}

/// The writes of an attempt and the completion of its record.
struct Transaction<'a, S: TransactionalStore> {
    held: &'a LeaseHandle<S>,
    writes: &'a [S::Write],
    expires_at: u64,
}

impl<S: TransactionalStore> Transaction<'_, S> {
    /// Sends it, without the result if that is too large; returns the result that is recorded.
    async fn send(&self, data: Option<String>) -> Result<Option<String>, CompleteWithError> {
        match self.try_send(data.as_deref()).await {
            Err(CompleteWithError::Store(StoreError::TooLarge { bytes })) => {
                let held = self.held;
                held.idempotency.settings().emit(Event::ResultNotKept);
                tracing::warn!(
                    idempotency_result_bytes = bytes,
                    idempotency_operation = held.idempotency.settings().name,
                    idempotency_key = &*held.key,
                    "a result is too large for the store and is not kept"
                );
                self.try_send(None).await.map(|()| None)
            }
            sent => sent.map(|()| data),
        }
    }

    async fn try_send(&self, data: Option<&str>) -> Result<(), CompleteWithError> {
        let sent = change(self.held, data, async |lease: Lease| self.ask(data, &lease).await);
        match sent.await? {
            // Only this attempt completes its record, and only one of its transactions is on its way.
            Changed::Made | Changed::Not(RejectedWrite::Completed) => Ok(()),
            // A record that has vanished is not claimed again, as it is for a result whose effect has happened: nothing
            // was written here, so that a retry may run the operation once more.
            Changed::Not(_) => Err(CompleteWithError::LeaseLost),
        }
    }

    /// Asks with one token until there is an answer; another lease makes another request, and takes another token.
    async fn ask(
        &self,
        data: Option<&str>,
        lease: &Lease,
    ) -> Result<WriteOutcome, CompleteWithError> {
        let Self { held, writes, expires_at } = *self;
        let (store, budget) = (held.idempotency.store(), held.idempotency.settings().budget());
        let record = RecordCompletion { key: &held.key, lease, data, expires_at };
        let token = token(lease, held.completion.count_request());
        match retried(budget.record(), || store.transact(Some(&record), writes, &token)).await? {
            Transacted::Applied => Ok(WriteOutcome::Applied),
            Transacted::LeaseLost => Ok(WriteOutcome::LeaseLost),
            Transacted::Rejected(failures) => Err(CompleteWithError::WritesRejected { failures }),
        }
    }
}

/// Makes the writes where there is no record.
async fn write_alone<S: TransactionalStore>(
    idempotency: &Idempotency<S>,
    writes: &[S::Write],
) -> Result<(), CompleteWithError> {
    let (store, settings) = (idempotency.store(), idempotency.settings());
    store.check_writes(writes, None)?;
    if writes.is_empty() {
        return Ok(());
    }
    let token = Owner::random();
    let budget = settings.budget().record().min(TOKEN_WINDOW);
    match retried(budget, || store.transact(None, writes, token.as_str())).await? {
        Transacted::Rejected(failures) => Err(CompleteWithError::WritesRejected { failures }),
        Transacted::Applied | Transacted::LeaseLost => Ok(()),
    }
}

/// Returns the token of an attempt's `count`th request: DynamoDB refuses a token that comes with other parameters, and
/// takes a request whose token it has seen as done.
fn token(lease: &Lease, count: u16) -> String {
    // Begins with the owner, so that the record of a request in the logs can be found.
    let owner = lease.owner.clone().unwrap_or_else(Owner::random);
    let owner: String = owner.as_str().chars().take(MAX_TOKEN - 4).collect();
    format!("{owner}{count:04x}")
}

#[cfg(test)]
mod tests;
