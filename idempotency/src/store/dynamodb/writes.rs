//! The limits of a transaction, checked before it is sent.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::{item::Item, table::table_name};

/// How many writes a transaction may have.
///
/// Source: "Service, account, and table quotas in Amazon DynamoDB", as for the sizes.
const MAX_WRITES: usize = 100;

/// How large all items of a transaction may be together.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How large an item may be.
const MAX_ITEM_BYTES: usize = 400 * 1024;

/// Writes that DynamoDB would not take as one transaction; nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidWrites {
    /// There are too many.
    #[error(
        "at most {max} writes fit into one transaction, and {count} were given; make fewer, or several \
         operations"
    )]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be: 100, of which the record takes one.
        max: usize,
    },
    /// All items together are too large.
    #[error(
        "the items of one transaction may have {max} bytes, and these have at least {bytes}; write less, or \
         keep large values in S3"
    )]
    TooLarge {
        /// How large they are at least, with the result.
        bytes: usize,
        /// How large they may be.
        max: usize,
    },
    /// One item is too large.
    #[error(
        "an item may have {max} bytes, and write {index} puts one of at least {bytes}; keep large values in S3"
    )]
    ItemTooLarge {
        /// The index of the write, from 0.
        index: usize,
        /// How large its item is at least.
        bytes: usize,
        /// How large it may be.
        max: usize,
    },
    /// A write is about the record of the operation, which the transaction completes.
    #[error(
        "write {index} is about the operation's own idempotency record, which `complete_with` writes; leave it \
         out"
    )]
    OwnRecord {
        /// The index of the write, from 0.
        index: usize,
    },
    /// Two writes are about one item.
    #[error(
        "writes {first} and {second} are about the same item, and a transaction may have one write for each; \
         combine them"
    )]
    SameItem {
        /// The index of the one, from 0.
        first: usize,
        /// The index of the other.
        second: usize,
    },
}

/// The record that a transaction completes.
pub(super) struct OwnRecord<'a> {
    pub(super) table: &'a str,
    pub(super) key: Item,
    /// How large the result is.
    pub(super) bytes: usize,
}

/// Checks what can be known before DynamoDB is asked: sizes of items that are updated, and keys of items that are put
/// into tables about which nothing else is known, can't be.
pub(super) fn check(
    writes: &[TransactWriteItem],
    record: Option<&OwnRecord<'_>>,
) -> Result<(), InvalidWrites> {
    let max = MAX_WRITES - usize::from(record.is_some());
    if writes.len() > max {
        return Err(InvalidWrites::TooMany { count: writes.len(), max });
    }
    check_sizes(writes, record.map_or(0, |record| record.bytes))?;
    check_items(writes, record)
}

fn check_sizes(writes: &[TransactWriteItem], record: usize) -> Result<(), InvalidWrites> {
    let mut total = record;
    for (index, write) in writes.iter().enumerate() {
        let bytes = item_of(write).map_or(0, least_size);
        if bytes > MAX_ITEM_BYTES {
            return Err(InvalidWrites::ItemTooLarge { index, bytes, max: MAX_ITEM_BYTES });
        }
        total += bytes;
    }
    if total > MAX_BYTES {
        return Err(InvalidWrites::TooLarge { bytes: total, max: MAX_BYTES });
    }
    Ok(())
}

fn check_items(
    writes: &[TransactWriteItem],
    record: Option<&OwnRecord<'_>>,
) -> Result<(), InvalidWrites> {
    // The names of a table's keys are known from writes that have one, and from the record.
    let mut keys: HashMap<&str, &Item> = HashMap::new();
    keys.extend(writes.iter().filter_map(|write| Some((table_of(write)?, key_of(write)?))));
    keys.extend(record.map(|record| (table_name(record.table), &record.key)));
    let mut seen: Vec<(&str, &Item, usize)> = Vec::with_capacity(writes.len());
    for (index, write) in writes.iter().enumerate() {
        let (Some(table), Some(item)) = (table_of(write), key_of(write).or(item_of(write))) else {
            continue;
        };
        let Some(names) = keys.get(table) else {
            continue;
        };
        let is_same = |other: &Item| names.keys().all(|name| item.get(name) == other.get(name));
        if record.is_some_and(|own| table_name(own.table) == table && is_same(&own.key)) {
            return Err(InvalidWrites::OwnRecord { index });
        }
        if let Some((.., first)) = seen.iter().find(|it| it.0 == table && is_same(it.1)) {
            return Err(InvalidWrites::SameItem { first: *first, second: index });
        }
        seen.push((table, item, index));
    }
    Ok(())
}

fn table_of(write: &TransactWriteItem) -> Option<&str> {
    let name = match write {
        TransactWriteItem { put: Some(put), .. } => &put.table_name,
        TransactWriteItem { update: Some(update), .. } => &update.table_name,
        TransactWriteItem { delete: Some(delete), .. } => &delete.table_name,
        TransactWriteItem { condition_check: Some(check), .. } => &check.table_name,
        _ => return None,
    };
    Some(table_name(name))
}

/// Returns the item that is put.
fn item_of(write: &TransactWriteItem) -> Option<&Item> {
    write.put.as_ref().map(|put| &put.item)
}

/// Returns the key of an item that is updated, deleted or checked.
fn key_of(write: &TransactWriteItem) -> Option<&Item> {
    match write {
        TransactWriteItem { update: Some(update), .. } => Some(&update.key),
        TransactWriteItem { delete: Some(delete), .. } => Some(&delete.key),
        TransactWriteItem { condition_check: Some(check), .. } => Some(&check.key),
        _ => None,
    }
}

/// Returns how large an item is at least: DynamoDB adds to it for lists, maps and numbers.
fn least_size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + least_size_of(value)).sum()
}

fn least_size_of(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Bs(all) => all.iter().map(|bytes| bytes.as_ref().len()).sum(),
        AttributeValue::Ns(numbers) => numbers.len(),
        AttributeValue::L(values) => values.iter().map(least_size_of).sum(),
        AttributeValue::M(values) => least_size(values),
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
