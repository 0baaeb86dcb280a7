//! What is asked of DynamoDB, each a single request.
//!
//! Requests are boxed: the SDK's are so deep that rustc would refuse to compute the layout of a handler around them.

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::SdkError,
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError,
        update_item::builders::UpdateItemFluentBuilder,
    },
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};

use super::{
    DynamoDbStore,
    failure::Asked,
    item::{self, COMPLETED, IN_PROGRESS, number},
};
use crate::{Claim, Claimed, Fenced, Lease, PersistenceStore, Record, StoreError};

/// When a claim is granted; formats as Powertools for Python has them.
const IS_FREE: &str = "attribute_not_exists(#id) OR #expiry < :now OR (#status = :inprogress AND \
                       attribute_exists(#in_progress_expiry) AND #in_progress_expiry < :now_in_millis)";

impl PersistenceStore for DynamoDbStore {
    async fn claim(&self, key: &str, now_ms: u64, claim: Claim) -> Result<Claimed, StoreError> {
        let names = &self.0.attributes;
        let put = self.0.source.client()?.put_item();
        let put = put
            .table_name(&self.0.table)
            .set_item(Some(item::claimed(names, key, claim)))
            .condition_expression(IS_FREE)
            .expression_attribute_names("#id", &names.key)
            .expression_attribute_names("#expiry", &names.expiration)
            .expression_attribute_names("#in_progress_expiry", &names.in_progress_expiration)
            .expression_attribute_names("#status", &names.status)
            .expression_attribute_values(":now", number(now_ms / 1000))
            .expression_attribute_values(":now_in_millis", number(now_ms))
            .expression_attribute_values(":inprogress", text(IN_PROGRESS))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match Box::pin(put.send()).await {
            Ok(_) => Ok(Claimed::Granted),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refusal)) => {
                    self.held(key, refusal.item()).await
                }
                _ => Err(self.asked("PutItem", 0).failed(error)),
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
    ) -> Result<Fenced, StoreError> {
        let names = &self.0.attributes;
        item::check_size(names, key, data.unwrap_or_default())?;
        let update = self
            .update(key, lease)?
            .expression_attribute_names("#data", &names.data)
            .expression_attribute_values(":completed", text(COMPLETED))
            .expression_attribute_values(":expiry", number(expires_at));
        let update = match data {
            Some(data) => update
                .update_expression("SET #status = :completed, #expiry = :expiry, #data = :data")
                .expression_attribute_values(":data", text(data)),
            None => {
                update.update_expression("SET #status = :completed, #expiry = :expiry REMOVE #data")
            }
        };
        self.send(update, data.map_or(0, str::len)).await
    }

    async fn release(&self, key: &str, _now_ms: u64, lease: &Lease) -> Result<Fenced, StoreError> {
        let names = &self.0.attributes;
        let delete = self.0.source.client()?.delete_item();
        let delete = delete
            .table_name(&self.0.table)
            .set_key(Some(names.key_of(key)))
            .condition_expression(is_mine(lease))
            .expression_attribute_names("#status", &names.status)
            .expression_attribute_names("#in_progress_expiry", &names.in_progress_expiration)
            .expression_attribute_names("#owner", &names.owner)
            .expression_attribute_values(":inprogress", text(IN_PROGRESS))
            .expression_attribute_values(":mine", number(lease.until));
        let delete = match &lease.owner {
            Some(owner) => delete.expression_attribute_values(":owner", text(owner.as_str())),
            None => delete,
        };
        match Box::pin(delete.send()).await {
            Ok(_) => Ok(Fenced::Done),
            Err(error) if is_lost_delete(&error) => Ok(Fenced::Lost),
            Err(error) => Err(self.asked("DeleteItem", 0).failed(error)),
        }
    }

    async fn extend(
        &self,
        key: &str,
        _now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<Fenced, StoreError> {
        let update = self
            .update(key, lease)?
            .update_expression("SET #in_progress_expiry = :until, #expiry = :expiry")
            .expression_attribute_values(":until", number(until))
            .expression_attribute_values(":expiry", number(expires_at));
        self.send(update, 0).await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let names = &self.0.attributes;
        let read = self.0.source.client()?.get_item();
        let read = read.table_name(&self.0.table).set_key(Some(names.key_of(key)));
        match Box::pin(read.consistent_read(true).send()).await {
            Ok(answer) => answer.item().map(|item| item::record(names, key, item)).transpose(),
            Err(error) => Err(self.asked("GetItem", 0).failed(error)),
        }
    }
}

impl DynamoDbStore {
    /// Changes an item on the condition that `lease` holds it.
    fn update(&self, key: &str, lease: &Lease) -> Result<UpdateItemFluentBuilder, StoreError> {
        let names = &self.0.attributes;
        let update = self.0.source.client()?.update_item();
        let update = update
            .table_name(&self.0.table)
            .set_key(Some(names.key_of(key)))
            .condition_expression(is_mine(lease))
            .expression_attribute_names("#status", &names.status)
            .expression_attribute_names("#in_progress_expiry", &names.in_progress_expiration)
            .expression_attribute_names("#expiry", &names.expiration)
            .expression_attribute_names("#owner", &names.owner)
            .expression_attribute_values(":inprogress", text(IN_PROGRESS))
            .expression_attribute_values(":mine", number(lease.until));
        Ok(match &lease.owner {
            Some(owner) => update.expression_attribute_values(":owner", text(owner.as_str())),
            None => update,
        })
    }

    async fn send(
        &self,
        update: UpdateItemFluentBuilder,
        bytes: usize,
    ) -> Result<Fenced, StoreError> {
        match Box::pin(update.send()).await {
            Ok(_) => Ok(Fenced::Done),
            Err(error) if is_lost_update(&error) => Ok(Fenced::Lost),
            Err(error) => Err(self.asked("UpdateItem", bytes).failed(error)),
        }
    }

    fn asked(&self, action: &'static str, bytes: usize) -> Asked<'_> {
        Asked { action, table: &self.0.table, bytes }
    }

    /// Returns the record that a claim was refused for.
    async fn held(&self, key: &str, item: Option<&item::Item>) -> Result<Claimed, StoreError> {
        if let Some(item) = item {
            return Ok(Claimed::Held(item::record(&self.0.attributes, key, item)?));
        }
        // Old local servers do not return it.
        match self.read(key).await? {
            Some(record) => Ok(Claimed::Held(record)),
            None => {
                let what = format!("the record of {key:?} went away while it was claimed");
                Err(StoreError::Unavailable { what, source: None })
            }
        }
    }
}

/// Returns the condition that a record is in progress under `lease`.
fn is_mine(lease: &Lease) -> &'static str {
    match lease.owner {
        Some(_) => "#status = :inprogress AND #in_progress_expiry = :mine AND #owner = :owner",
        None => {
            "#status = :inprogress AND #in_progress_expiry = :mine AND attribute_not_exists(#owner)"
        }
    }
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
