//! Why DynamoDB refuses the writes of a transaction.

use std::fmt;

use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};

use super::{failure::without_values, item::Item};

/// A write that made DynamoDB cancel a transaction.
///
/// Neither its `Debug` nor its `Display` shows the item or a value.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct WriteFailure {
    /// The index of the write in the order they were given, from 0.
    pub index: usize,
    /// What kept it from being made.
    pub reason: WriteFailureReason,
    /// The item as it was when the condition failed, if the write asked for it with
    /// `ReturnValuesOnConditionCheckFailure::AllOld`.
    pub item: Option<std::collections::HashMap<String, AttributeValue>>,
}

/// What keeps DynamoDB from making a write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteFailureReason {
    /// Its condition was not met.
    ConditionFailed,
    /// Another request was changing the item.
    Conflict,
    /// The table or one of its indexes was throttled.
    Throttled,
    /// The write does not fit the table or the item, such as an operand of another type.
    Invalid {
        /// What DynamoDB says, without values.
        message: String,
    },
    /// The items with this partition key would be larger than a table with a local secondary index allows.
    ItemCollectionTooLarge,
    /// Another reason, by DynamoDB's code for it.
    Other {
        /// The code.
        code: String,
    },
}

impl WriteFailure {
    /// Reads one of the reasons of a cancelled transaction; `None` if this write could have been made.
    pub(super) fn read(index: usize, reason: &CancellationReason) -> Option<Self> {
        let message = || without_values(reason.message().unwrap_or_default());
        // Source: `TransactionCanceledException` in the API reference of DynamoDB.
        let read = match reason.code().unwrap_or("None") {
            "None" => return None,
            "ConditionalCheckFailed" => WriteFailureReason::ConditionFailed,
            "TransactionConflict" => WriteFailureReason::Conflict,
            "ProvisionedThroughputExceeded" | "ThrottlingError" => WriteFailureReason::Throttled,
            "ValidationError" => WriteFailureReason::Invalid { message: message() },
            "ItemCollectionSizeLimitExceeded" => WriteFailureReason::ItemCollectionTooLarge,
            code => WriteFailureReason::Other { code: code.to_owned() },
        };
        // moto returns an empty item where it has none.
        let item: Option<Item> = reason.item().filter(|item| !item.is_empty()).cloned();
        Some(Self { index, reason: read, item })
    }

    /// Tells whether the condition of the write was not met.
    pub fn is_condition_failed(&self) -> bool {
        self.reason == WriteFailureReason::ConditionFailed
    }

    /// Tells whether the same write may succeed in a moment.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self.reason, WriteFailureReason::Conflict | WriteFailureReason::Throttled)
    }
}

impl fmt::Display for WriteFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "write {}: {}", self.index, self.reason)
    }
}

impl fmt::Display for WriteFailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConditionFailed => f.write_str("its condition was not met"),
            Self::Conflict => f.write_str("another request was changing the item"),
            Self::Throttled => f.write_str("the table was throttled"),
            Self::Invalid { message } => write!(f, "it is invalid: {message}"),
            Self::ItemCollectionTooLarge => f.write_str("the item collection would be too large"),
            Self::Other { code } => f.write_str(code),
        }
    }
}

impl fmt::Debug for WriteFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attributes = self.item.as_ref().map(|item| format!("{} attributes", item.len()));
        f.debug_struct("WriteFailure")
            .field("index", &self.index)
            .field("reason", &self.reason)
            .field("item", &attributes)
            .finish()
    }
}
