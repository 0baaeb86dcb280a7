//! The completion of a record and the operation's own writes as one request.

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{CancellationReason, TransactWriteItem, Update},
};

use super::{
    DynamoDbStore, InvalidWrites, WriteFailure, WriteFailureReason,
    failure::{self, Action},
    item,
    persist::{completion, is_mine},
    writes::{self, OwnRecord},
};
use crate::{
    StoreError,
    store::{RecordCompletion, Transacted, TransactionalStore},
};

impl TransactionalStore for DynamoDbStore {
    type Write = TransactWriteItem;

    fn check_writes(
        &self,
        writes: &[TransactWriteItem],
        record: Option<(&str, Option<&str>)>,
    ) -> Result<(), InvalidWrites> {
        let record = record.map(|(key, data)| OwnRecord {
            table: self.table(),
            key: self.0.attributes.key_of(key),
            bytes: data.map_or(0, str::len),
        });
        writes::check(writes, record.as_ref())
    }

    async fn transact(
        &self,
        record: Option<&RecordCompletion<'_>>,
        writes: &[TransactWriteItem],
        token: &str,
    ) -> Result<Transacted, StoreError> {
        let mut items = Vec::with_capacity(writes.len() + 1);
        items.extend_from_slice(writes);
        // Comes last, so that the indexes of the reasons are those of the writes.
        items.extend(record.map(|record| self.completion_of(record)).transpose()?);
        let request = self.client()?.transact_write_items().set_transact_items(Some(items));
        match Box::pin(request.client_request_token(token).send()).await {
            Ok(_) => Ok(Transacted::Applied),
            Err(error) => self.cancelled(record, writes.len(), error),
        }
    }
}

impl DynamoDbStore {
    fn completion_of(
        &self,
        record: &RecordCompletion<'_>,
    ) -> Result<TransactWriteItem, StoreError> {
        let RecordCompletion { key, lease, data, expires_at } = *record;
        item::check_size(&self.0.attributes, key, data.unwrap_or_default())?;
        let value = data.map(|data| self.1.write(key, data)).transpose()?;
        let (expression, values) = completion(lease, value, expires_at);
        let update = Update::builder()
            .table_name(self.table())
            .set_key(Some(self.0.attributes.key_of(key)))
            .condition_expression(is_mine(lease))
            .update_expression(expression)
            .set_expression_attribute_names(Some(self.0.names.complete.clone()))
            .set_expression_attribute_values(Some(values))
            .build()
            .map_err(|error| StoreError::Refused {
                what: "the completion of the record could not be built".to_owned(),
                source: Some(error.into()),
            })?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn cancelled(
        &self,
        record: Option<&RecordCompletion<'_>>,
        count: usize,
        error: SdkError<TransactWriteItemsError, HttpResponse>,
    ) -> Result<Transacted, StoreError> {
        let action = Action::transaction(&self.0.table, record.is_some());
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
        else {
            return Err(action.failed(error));
        };
        let reasons = cancelled.cancellation_reasons();
        if reasons.len() != count + usize::from(record.is_some()) {
            let what =
                "DynamoDB cancelled the transaction and does not say which write was the reason";
            return Err(StoreError::Refused { what: what.to_owned(), source: None });
        }
        let bytes = record.and_then(|record| record.data).map_or(0, str::len);
        meaning(&action, reasons, count, bytes)
    }
}

/// Returns what the reasons of a cancelled transaction mean; those of the first `count` are the operation's own
/// writes.
fn meaning(
    action: &Action<'_>,
    reasons: &[CancellationReason],
    count: usize,
    bytes: usize,
) -> Result<Transacted, StoreError> {
    let failures = reasons.iter().enumerate();
    let mut failures: Vec<_> =
        failures.filter_map(|(index, reason)| WriteFailure::read(index, reason)).collect();
    let own = failures.pop_if(|last| last.index == count);
    match own.map(|failure| failure.reason) {
        // Counts more than the other failures: the own writes may fail because they were made before.
        Some(WriteFailureReason::ConditionFailed) => return Ok(Transacted::LeaseLost),
        Some(WriteFailureReason::Invalid { message }) if failure::is_too_large(&message) => {
            return Err(StoreError::TooLarge { bytes });
        }
        // Perhaps an earlier request of this attempt is still changing it, and the other failures come from that.
        Some(reason @ (WriteFailureReason::Conflict | WriteFailureReason::Throttled)) => {
            return Err(action.unavailable(&format!("the record: {reason}")));
        }
        None => (),
        Some(reason) => return Err(action.refused(&format!("the record: {reason}"))),
    }
    if failures.iter().all(WriteFailure::is_transient) {
        let why =
            failures.first().map_or("cancelled for no reason".to_owned(), ToString::to_string);
        return Err(action.unavailable(&why));
    }
    Ok(Transacted::Rejected(failures))
}

#[cfg(test)]
mod tests;
