//! What is asked of DynamoDB, each a single request.
//!
//! Requests are boxed: the SDK's are so deep that rustc would refuse to compute the layout of a handler around them.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::SdkError,
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError,
        update_item::builders::UpdateItemFluentBuilder,
    },
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use powertools_core::ExpectedError;

use super::{
    DynamoDbStore,
    failure::Action,
    item::{self, COMPLETED, IN_PROGRESS, Item, number},
};
use crate::{Claim, ClaimOutcome, Lease, PersistenceStore, Record, StoreError, WriteOutcome};

/// When a claim is granted; formats as Powertools for Python has them.
const IS_FREE: &str = "attribute_not_exists(#id) OR #expiry < :now OR (#status = :inprogress AND \
                       attribute_exists(#in_progress_expiry) AND #in_progress_expiry < :now_in_millis)";

/// How many values an expression has at most.
const MOST_VALUES: usize = 6;

impl PersistenceStore for DynamoDbStore {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        let names = &self.0.attributes;
        let put = self.client()?.put_item();
        let values = HashMap::from([
            (":now".to_owned(), number(now_ms / 1000)),
            (":now_in_millis".to_owned(), number(now_ms)),
            (":inprogress".to_owned(), text(IN_PROGRESS)),
        ]);
        let put = put
            .table_name(self.table())
            .set_item(Some(item::claimed(names, key, claim)))
            .condition_expression(IS_FREE)
            .set_expression_attribute_names(Some(self.0.names.claim.clone()))
            .set_expression_attribute_values(Some(values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .customize()
            // A replay begins with it, and it must not look like a failure of the table in a trace.
            .interceptor(ExpectedError::new("ConditionalCheckFailedException"));
        match Box::pin(put.send()).await {
            Ok(_) => Ok(ClaimOutcome::Granted),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refusal)) => {
                    self.held(key, refusal.item()).await
                }
                _ => Err(self.action("PutItem", 0).failed(error)),
            },
        }
    }

    async fn complete(
        &self,
        key: &str,
        _now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        item::check_size(&self.0.attributes, key, data.unwrap_or_default())?;
        let value = data.map(|data| self.1.write(key, data)).transpose()?;
        let (expression, values) = completion(lease, value, expires_at);
        let update = self.update(key, lease, expression, &self.0.names.complete, values)?;
        self.send(update, data.map_or(0, str::len)).await
    }

    async fn release(
        &self,
        key: &str,
        _now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        let delete = self.client()?.delete_item();
        let delete = delete
            .table_name(self.table())
            .set_key(Some(self.0.attributes.key_of(key)))
            .condition_expression(is_mine(lease))
            .set_expression_attribute_names(Some(self.0.names.release.clone()))
            .set_expression_attribute_values(Some(values(lease)));
        match Box::pin(delete.send()).await {
            Ok(_) => Ok(WriteOutcome::Applied),
            Err(error) if is_lost_delete(&error) => Ok(WriteOutcome::LeaseLost),
            Err(error) => Err(self.action("DeleteItem", 0).failed(error)),
        }
    }

    async fn extend(
        &self,
        key: &str,
        _now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let mut values = values(lease);
        values.insert(":until".to_owned(), number(until));
        values.insert(":expiry".to_owned(), number(expires_at));
        let expression = "SET #in_progress_expiry = :until, #expiry = :expiry";
        let update = self.update(key, lease, expression, &self.0.names.extend, values)?;
        self.send(update, 0).await
    }

    #[cfg(feature = "md5")]
    fn with_native_data(self) -> Self {
        Self(self.0, item::DataFormat::Native)
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let names = &self.0.attributes;
        let read = self.client()?.get_item();
        let read = read.table_name(self.table()).set_key(Some(names.key_of(key)));
        match Box::pin(read.consistent_read(true).send()).await {
            Ok(answer) => {
                answer.item().map(|item| item::record(names, key, item, self.1)).transpose()
            }
            Err(error) => Err(self.action("GetItem", 0).failed(error)),
        }
    }
}

impl DynamoDbStore {
    /// Changes an item on the condition that `lease` holds it.
    fn update(
        &self,
        key: &str,
        lease: &Lease,
        expression: &str,
        names: &HashMap<String, String>,
        values: Item,
    ) -> Result<UpdateItemFluentBuilder, StoreError> {
        let update = self.client()?.update_item();
        Ok(update
            .table_name(self.table())
            .set_key(Some(self.0.attributes.key_of(key)))
            .condition_expression(is_mine(lease))
            .update_expression(expression)
            .set_expression_attribute_names(Some(names.clone()))
            .set_expression_attribute_values(Some(values)))
    }

    async fn send(
        &self,
        update: UpdateItemFluentBuilder,
        bytes: usize,
    ) -> Result<WriteOutcome, StoreError> {
        match Box::pin(update.send()).await {
            Ok(_) => Ok(WriteOutcome::Applied),
            Err(error) if is_lost_update(&error) => Ok(WriteOutcome::LeaseLost),
            Err(error) => Err(self.action("UpdateItem", bytes).failed(error)),
        }
    }

    fn action(&self, name: &'static str, bytes: usize) -> Action<'_> {
        Action::on_record(name, &self.0.table, bytes)
    }

    /// Returns the record that a claim was refused for.
    async fn held(&self, key: &str, item: Option<&Item>) -> Result<ClaimOutcome, StoreError> {
        if let Some(item) = item {
            return Ok(ClaimOutcome::Held(item::record(&self.0.attributes, key, item, self.1)?));
        }
        // Old local servers do not return it.
        match self.read(key).await? {
            Some(record) => Ok(ClaimOutcome::Held(record)),
            None => {
                let what = format!("the record of {key:?} went away while it was claimed");
                Err(StoreError::Unavailable { what, source: None })
            }
        }
    }
}

/// Returns the update of a record that is completed, and its values with those of [`is_mine`].
pub(super) fn completion(
    lease: &Lease,
    data: Option<AttributeValue>,
    expires_at: u64,
) -> (&'static str, Item) {
    let mut values = values(lease);
    values.insert(":completed".to_owned(), text(COMPLETED));
    values.insert(":expiry".to_owned(), number(expires_at));
    let expression = match data {
        Some(data) => {
            values.insert(":data".to_owned(), data);
            "SET #status = :completed, #expiry = :expiry, #data = :data"
        }
        None => "SET #status = :completed, #expiry = :expiry REMOVE #data",
    };
    (expression, values)
}

/// Returns the condition that a record is in progress under `lease`.
pub(super) fn is_mine(lease: &Lease) -> &'static str {
    match lease.owner {
        Some(_) => "#status = :inprogress AND #in_progress_expiry = :mine AND #owner = :owner",
        None => {
            "#status = :inprogress AND #in_progress_expiry = :mine AND attribute_not_exists(#owner)"
        }
    }
}

/// Returns the values of [`is_mine`], with room for those of a change.
fn values(lease: &Lease) -> Item {
    let mut values = Item::with_capacity(MOST_VALUES);
    values.insert(":inprogress".to_owned(), text(IN_PROGRESS));
    values.insert(":mine".to_owned(), number(lease.until));
    if let Some(owner) = &lease.owner {
        values.insert(":owner".to_owned(), text(owner.as_str()));
    }
    values
}

fn is_lost_update(error: &SdkError<UpdateItemError, HttpResponse>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

fn is_lost_delete(error: &SdkError<DeleteItemError, HttpResponse>) -> bool {
    error.as_service_error().is_some_and(DeleteItemError::is_conditional_check_failed_exception)
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
