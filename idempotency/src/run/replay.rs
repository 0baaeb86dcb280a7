use serde::de::DeserializeOwned;

use super::call::Identity;
use crate::{IdempotencyError, Outcome, Record, idempotency::Settings};

/// Returns the result of a record.
pub(super) fn replay<T: DeserializeOwned, E>(
    settings: &Settings,
    identity: &Identity,
    record: Record,
) -> Result<Outcome<T>, IdempotencyError<T, E>> {
    let Some(data) = &record.data else {
        return Err(IdempotencyError::ResultNotKept {
            call: settings.call_id(Some(&identity.key)),
        });
    };
    let result = match &settings.hook {
        None => serde_json::from_str(data),
        Some(hook) => serde_json::from_str(data)
            .and_then(|value| serde_json::from_value(hook(value, &record))),
    };
    match result {
        Ok(result) => Ok(Outcome::Replayed(result, record)),
        Err(source) => {
            let (call, record) = (settings.call_id(Some(&identity.key)), Box::new(record));
            Err(IdempotencyError::UnreadableResult { call, record, source })
        }
    }
}
