use serde::de::DeserializeOwned;

use super::{call::Identity, data::result_of};
use crate::{Event, IdempotencyError, Outcome, Record, idempotency::Settings};

/// Returns the result of a record, and emits `event` if it can be read.
pub(super) fn replay<T: DeserializeOwned, E>(
    settings: &Settings,
    identity: &Identity,
    record: Record,
    event: Event,
) -> Result<Outcome<T>, IdempotencyError<T, E>> {
    let call = || settings.call_id(Some(&identity.key));
    let Some(data) = &record.data else {
        return Err(IdempotencyError::ResultNotKept { call: call() });
    };
    match result_of(settings, &identity.key, data, &record) {
        Ok(result) => {
            settings.emit(event);
            Ok(Outcome::Replayed(result, record))
        }
        Err(source) => {
            let record = Box::new(record);
            Err(IdempotencyError::UnreadableResult { call: call(), record, source })
        }
    }
}
