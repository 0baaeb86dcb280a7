//! Completions that an operation makes itself, in one transaction with its own writes.

#[cfg(feature = "dynamodb")]
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::attempt::LeaseHandle;
use crate::{CanonicalForm, PersistenceStore, idempotency::Settings, result_json::json_of};

/// How far an attempt is with completing its record itself.
#[derive(Default)]
pub(super) struct Completion {
    state: Mutex<State>,
    /// How many different requests were made.
    #[cfg(feature = "dynamodb")]
    requests: AtomicU16,
}

#[cfg_attr(not(feature = "dynamodb"), expect(dead_code, reason = "only DynamoDB has transactions"))]
#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    /// Nothing was written.
    #[default]
    Open,
    /// A transaction is on its way, or got no answer: its writes may have been made.
    Started,
    /// The record is completed.
    Done {
        /// The digest of the recorded result; `None` if no result was kept.
        recorded: Option<[u8; 32]>,
    },
}

impl Completion {
    /// Tells whether the operation has completed its record.
    pub(super) fn is_done(&self) -> bool {
        matches!(*self.lock(), State::Done { .. })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "dynamodb")]
impl Completion {
    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// One has begun before: whether it was made is known if it is done.
    pub(super) fn start(&self) -> Result<(), bool> {
        let mut state = self.lock();
        match *state {
            State::Open => {
                *state = State::Started;
                Ok(())
            }
            State::Started => Err(false),
            State::Done { .. } => Err(true),
        }
    }

    /// Notes that the transaction has written nothing, so that another may follow.
    pub(super) fn reopen(&self) {
        *self.lock() = State::Open;
    }

    /// Returns how many different requests were made before this one.
    pub(super) fn count_request(&self) -> u16 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// Notes that the record holds the result with this digest, or none.
    pub(super) fn finish(&self, recorded: Option<[u8; 32]>) {
        *self.lock() = State::Done { recorded };
    }
}

/// Warns of a result that differs from the one that the operation has recorded: replays will give the other.
pub(super) fn check_result<S: PersistenceStore, T: Serialize>(held: &LeaseHandle<S>, result: &T) {
    let state = *held.completion.lock();
    if let State::Done { recorded: Some(recorded) } = state
        && digest(result).is_some_and(|digest| digest != recorded)
    {
        tracing::warn!(
            idempotency_operation = held.idempotency.settings().name,
            idempotency_key = &*held.key,
            "the operation returned another result than it gave to `complete_with`, which is what will be \
             replayed"
        );
    }
}

/// Warns of an error or a panic that comes after the record was completed.
pub(super) fn warn_not_released(settings: &Settings, key: &str) {
    tracing::warn!(
        idempotency_operation = settings.name,
        idempotency_key = key,
        "the operation failed after `complete_with` had completed its record; a retry replays the recorded result"
    );
}

/// Returns the digest of a result's JSON, whose members may come in any order.
pub(super) fn digest<T: Serialize>(result: &T) -> Option<[u8; 32]> {
    use sha2::Digest;
    let json = CanonicalForm::of_results().of(&json_of(result).ok()?).ok()?;
    Some(sha2::Sha256::digest(json.as_bytes()).into())
}
