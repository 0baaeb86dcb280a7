use std::fmt;

use crate::key::hex;

/// What a store keeps under a key.
///
/// Its `Debug` does not show the result, which may be anything that the operation returns.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Record {
    /// How far its operation is.
    pub status: Status,
    /// When it is as if it had never been, in seconds since 1970.
    pub expires_at: u64,
    /// The lease under which it may be completed or released, or was completed; `None` where another program wrote no lease.
    pub lease: Option<Lease>,
    /// The result as JSON; `None` while there is none, or where it could not be kept.
    pub data: Option<String>,
    /// The digest of what two calls with one key must have in common.
    pub validation: Option<String>,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// An attempt is running, or was and died.
    InProgress,
    /// It has a result.
    Completed,
}

/// The right of one attempt to run an operation, and to write what came of it.
///
/// Two leases are the same if both members are: `owner` tells attempts apart whose leases happen to end
/// in the same millisecond.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// When others may take over, in milliseconds since 1970.
    pub until: u64,
    /// The attempt; `None` on records that programs without owners share.
    pub owner: Option<Owner>,
}

/// A random id of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner(String);

impl Owner {
    /// Makes a new one from the operating system's randomness.
    ///
    /// A generator in memory would not do: environments that are restored from one snapshot have the same.
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        if getrandom::fill(&mut bytes).is_err() {
            fastrand::fill(&mut bytes);
        }
        Self(hex(&bytes))
    }

    /// Takes one that was read from a store.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = self.data.as_ref().map(|data| format!("{} bytes", data.len()));
        f.debug_struct("Record")
            .field("status", &self.status)
            .field("expires_at", &self.expires_at)
            .field("lease", &self.lease)
            .field("data", &data)
            .field("validation", &self.validation)
            .finish()
    }
}

impl Record {
    /// Tells whether the record is as if it had never been, at `now_ms` milliseconds since 1970.
    pub fn is_expired(&self, now_ms: u64) -> bool {
        self.expires_at < now_ms / 1000
    }

    /// Tells whether an attempt has the right to run, at `now_ms` milliseconds since 1970.
    ///
    /// A record in progress without a lease, as some programs write it, is held until it expires.
    pub fn is_held(&self, now_ms: u64) -> bool {
        let lease_ended = self.lease.as_ref().is_some_and(|lease| lease.until < now_ms);
        self.status == Status::InProgress && !self.is_expired(now_ms) && !lease_ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_data_is_not_in_debug_output() {
        let record = Record {
            status: Status::Completed,
            expires_at: 1,
            lease: None,
            data: Some(r#"{"card":"4242"}"#.to_owned()),
            validation: None,
        };
        let debug = format!("{record:?}");
        assert!(debug.contains("15 bytes") && !debug.contains("4242"), "{debug}");
    }

    #[test]
    fn owners_differ() {
        assert_ne!(Owner::random(), Owner::random());
        assert_eq!(Owner::random().as_str().len(), 32);
    }
}
