//! From the fields of a hash to a record.

use std::collections::HashMap;

use redis::{FromRedisValue, Value};

use crate::{Lease, Owner, Record, Status, StoreError};

pub(super) const STATUS: &str = "status";
pub(super) const EXPIRATION: &str = "expiration";
pub(super) const IN_PROGRESS_EXPIRATION: &str = "in_progress_expiration";
pub(super) const OWNER: &str = "owner";
pub(super) const DATA: &str = "data";
pub(super) const VALIDATION: &str = "validation";

pub(super) const IN_PROGRESS: &str = "INPROGRESS";
pub(super) const COMPLETED: &str = "COMPLETED";

/// How large a value may be, in bytes: `proto-max-bulk-len`, as every server has it by default.
const MOST_BYTES: usize = 512 * 1024 * 1024;

/// Refuses a result that the server would close the connection for.
pub(super) fn check_size(bytes: usize) -> Result<(), StoreError> {
    if bytes > MOST_BYTES { Err(StoreError::TooLarge { bytes }) } else { Ok(()) }
}

/// Reads the record of `key`, `None` if there are no fields.
pub(super) fn record(key: &str, fields: Value) -> Result<Option<Record>, StoreError> {
    let unreadable = |problem| StoreError::Unreadable { key: key.to_owned(), problem };
    // The error would show the values.
    let Ok(mut fields) = HashMap::<String, String>::from_redis_value(fields) else {
        return Err(unreadable("its fields should be text".to_owned()));
    };
    if fields.is_empty() {
        return Ok(None);
    }
    let status = match fields.get(STATUS).map(String::as_str) {
        Some(IN_PROGRESS) => Status::InProgress,
        Some(COMPLETED) => Status::Completed,
        found => {
            return Err(unreadable(expected(STATUS, "INPROGRESS or COMPLETED", found)));
        }
    };
    let number = |name| match fields.get(name) {
        None => Ok(None),
        Some(text) => match text.parse::<u64>() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(unreadable(expected(name, "a whole number", Some(text)))),
        },
    };
    let Some(expires_at) = number(EXPIRATION)? else {
        return Err(unreadable(expected(EXPIRATION, "seconds since 1970", None)));
    };
    let until = number(IN_PROGRESS_EXPIRATION)?;
    let owner = fields.remove(OWNER).map(Owner::from_text);
    Ok(Some(Record {
        status,
        expires_at,
        lease: until.map(|until| Lease { until, owner }),
        data: fields.remove(DATA),
        validation: fields.remove(VALIDATION),
    }))
}

fn expected(name: &str, expected: &str, found: Option<&str>) -> String {
    let found = found.map_or_else(
        || "nothing".to_owned(),
        |text| format!("{:?}", text.chars().take(100).collect::<String>()),
    );
    format!("its field `{name}` should be {expected}, found {found}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(fields: &[(&str, &str)]) -> Value {
        let texts = fields.iter().flat_map(|(name, value)| [name, value]);
        Value::Array(texts.map(|text| Value::BulkString(text.as_bytes().to_vec())).collect())
    }

    fn read(fields: &[(&str, &str)]) -> Result<Option<Record>, StoreError> {
        record("k", value(fields))
    }

    const RUNNING: [(&str, &str); 3] =
        [(STATUS, IN_PROGRESS), (EXPIRATION, "1900"), (IN_PROGRESS_EXPIRATION, "1800001")];

    #[test]
    fn record_is_read_from_its_fields() {
        let expected = Record {
            status: Status::InProgress,
            expires_at: 1900,
            lease: Some(Lease { until: 1_800_001, owner: None }),
            data: None,
            validation: None,
        };
        assert_eq!(read(&RUNNING).unwrap(), Some(expected.clone()));
        let pairs = RUNNING.map(|(name, value)| {
            (Value::SimpleString(name.to_owned()), Value::BulkString(value.into()))
        });
        assert_eq!(record("k", Value::Map(pairs.into())).unwrap(), Some(expected), "in RESP3");
        assert_eq!(read(&[]).unwrap(), None);
    }

    #[test]
    fn unreadable_field_is_reported_with_its_key() {
        for (index, (name, value), problem) in [
            (0, (STATUS, "DONE"), "INPROGRESS or COMPLETED, found \"DONE\""),
            (0, ("x", "y"), "INPROGRESS or COMPLETED, found nothing"),
            (1, (EXPIRATION, "soon"), "a whole number, found \"soon\""),
            (1, ("x", "y"), "seconds since 1970, found nothing"),
            (2, (IN_PROGRESS_EXPIRATION, "-1"), "a whole number, found \"-1\""),
        ] {
            let mut fields = RUNNING;
            fields[index] = (name, value);
            let error = read(&fields).unwrap_err().to_string();
            assert!(error.starts_with("the record of \"k\" can't be read: its field"), "{error}");
            assert!(error.ends_with(problem), "{error}");
        }
    }

    #[test]
    fn recorded_data_is_not_in_errors() {
        let secret = Value::BulkString(b"card 4242 \xff".to_vec());
        let fields = Value::Array(vec![Value::BulkString(DATA.into()), secret]);
        let error = record("k", fields).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("4242"), "{error}");
    }

    #[test]
    fn results_that_no_server_takes_are_too_large() {
        assert!(check_size(MOST_BYTES).is_ok());
        let error = check_size(MOST_BYTES + 1).unwrap_err();
        assert!(matches!(error, StoreError::TooLarge { bytes } if bytes == MOST_BYTES + 1));
    }
}
