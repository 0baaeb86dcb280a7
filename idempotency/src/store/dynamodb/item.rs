//! From a record to an item and back.

use std::{collections::HashMap, str::FromStr};

use aws_sdk_dynamodb::types::AttributeValue;

use super::attributes::Attributes;
#[cfg(feature = "md5")]
use super::native;
use crate::{Claim, Lease, Owner, Record, Status, StoreError};

pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) const IN_PROGRESS: &str = "INPROGRESS";
pub(super) const COMPLETED: &str = "COMPLETED";

/// How large an item may be, in bytes; names of attributes count.
///
/// Source: "Service, account, and table quotas in Amazon DynamoDB".
const MOST_BYTES: usize = 400 * 1024;

/// How the result is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataFormat {
    /// As a string with its JSON.
    Text,
    /// As the attribute value that it is.
    #[cfg(feature = "md5")]
    Native,
}

impl DataFormat {
    /// Returns the attribute value of a result.
    #[cfg_attr(
        not(feature = "md5"),
        expect(unused_variables, reason = "only native data needs it")
    )]
    pub(super) fn write(self, key: &str, data: &str) -> Result<AttributeValue, StoreError> {
        match self {
            Self::Text => Ok(AttributeValue::S(data.to_owned())),
            #[cfg(feature = "md5")]
            Self::Native => native::from_json(data).map_err(|error| {
                let what = format!("the result of {key:?} has no form in DynamoDB");
                StoreError::Refused { what, source: Some(error.into()) }
            }),
        }
    }

    /// Returns the result of a record; one that was completed elsewhere has a result.
    #[cfg_attr(
        not(feature = "md5"),
        expect(unused_variables, reason = "only native data needs it")
    )]
    fn read(
        self,
        item: &Reading<'_>,
        name: &str,
        is_complete_elsewhere: bool,
    ) -> Result<Option<String>, StoreError> {
        match self {
            Self::Text => Ok(item.text(name)?.map(str::to_owned)),
            #[cfg(feature = "md5")]
            Self::Native => match item.value(name) {
                // What JavaScript has no value for, `undefined`, is left out.
                None => Ok(is_complete_elsewhere.then(|| "null".to_owned())),
                Some(value) => match native::to_json(value) {
                    Some(json) => Ok(Some(json)),
                    None => Err(item.unreadable(name, "a value that JSON has")),
                },
            },
        }
    }
}

/// Returns the item of an attempt in progress.
pub(super) fn claimed(attributes: &Attributes, key: &str, claim: Claim) -> Item {
    let mut item = attributes.key_with_room(key, 5);
    let mut put = |name: &str, value| drop(item.insert(name.to_owned(), value));
    put(&attributes.status, AttributeValue::S(IN_PROGRESS.to_owned()));
    put(&attributes.expiration, number(claim.expires_at));
    put(&attributes.in_progress_expiration, number(claim.lease.until));
    if let Some(owner) = claim.lease.owner {
        put(&attributes.owner, AttributeValue::S(owner.to_string()));
    }
    if let Some(validation) = claim.validation {
        put(&attributes.validation, AttributeValue::S(validation));
    }
    item
}

pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Refuses a result whose item would be larger than DynamoDB keeps, before it is sent.
///
/// What the item has besides is not counted to the last byte, so that DynamoDB may still refuse it.
pub(super) fn check_size(attributes: &Attributes, key: &str, data: &str) -> Result<(), StoreError> {
    let least = attributes.data.len() + attributes.key.len() + key.len() + data.len();
    if least > MOST_BYTES {
        return Err(StoreError::TooLarge { bytes: data.len() });
    }
    Ok(())
}

/// Reads an item, also one that another program wrote.
pub(super) fn record(
    attributes: &Attributes,
    key: &str,
    item: &Item,
    format: DataFormat,
) -> Result<Record, StoreError> {
    let item = Reading { key, item };
    let status = match item.text(&attributes.status)? {
        Some(IN_PROGRESS) => Status::InProgress,
        Some(COMPLETED) => Status::Completed,
        Some(_) => return Err(item.unreadable(&attributes.status, "INPROGRESS or COMPLETED")),
        None => return Err(item.unreadable(&attributes.status, "a string")),
    };
    let Some(expires_at) = item.number(&attributes.expiration)? else {
        return Err(item.unreadable(&attributes.expiration, "seconds since 1970"));
    };
    let owner = item.text(&attributes.owner)?.map(Owner::from_text);
    let until = item.number(&attributes.in_progress_expiration)?;
    let is_complete_elsewhere = status == Status::Completed && owner.is_none();
    let data = format.read(&item, &attributes.data, is_complete_elsewhere)?;
    Ok(Record {
        status,
        expires_at,
        lease: until.map(|until| Lease { until, owner }),
        data,
        validation: item.text(&attributes.validation)?.map(str::to_owned),
    })
}

/// An item that is being read.
struct Reading<'a> {
    key: &'a str,
    item: &'a Item,
}

impl<'a> Reading<'a> {
    /// Looks through all attributes: they are few, and to hash their names would take longer.
    fn value(&self, name: &str) -> Option<&'a AttributeValue> {
        self.item.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, StoreError> {
        match self.value(name) {
            None | Some(AttributeValue::Null(_)) => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(AttributeValue::N(_)) => Err(self.unexpected(name, "a string", "a number")),
            Some(_) => Err(self.unreadable(name, "a string")),
        }
    }

    fn number(&self, name: &str) -> Result<Option<u64>, StoreError> {
        match self.value(name) {
            None | Some(AttributeValue::Null(_)) => Ok(None),
            Some(AttributeValue::N(number)) => match u64::from_str(number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(self.unreadable(name, "a whole number")),
            },
            Some(_) => Err(self.unreadable(name, "a number")),
        }
    }

    fn unreadable(&self, name: &str, expected: &str) -> StoreError {
        let found = match self.value(name) {
            None => "nothing".to_owned(),
            Some(AttributeValue::S(text)) => format!("{:?}", shortened(text)),
            Some(AttributeValue::N(number)) => number.clone(),
            // Such a value may be a result, which an error must not show.
            Some(other) => type_of(other).to_owned(),
        };
        self.unexpected(name, expected, &found)
    }

    fn unexpected(&self, name: &str, expected: &str, found: &str) -> StoreError {
        let problem = format!("its attribute `{name}` should be {expected}, and is {found}");
        StoreError::Unreadable { key: self.key.to_owned(), problem }
    }
}

fn type_of(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::B(_) => "binary",
        AttributeValue::Bool(_) => "a boolean",
        AttributeValue::Bs(_) | AttributeValue::Ns(_) | AttributeValue::Ss(_) => "a set",
        AttributeValue::L(_) => "a list",
        AttributeValue::M(_) => "a map",
        _ => "of another type",
    }
}

/// Returns at most the first hundred characters.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
