//! Tokens for the systems that an operation calls.

use sha2::{Digest, Sha256};

use super::Attempt;
use crate::PersistenceStore;

impl<S: PersistenceStore> Attempt<S> {
    /// Returns a token that is the same for every attempt at this key; `None` where there is no record.
    ///
    /// Between an effect and its record a process may die, and then the next attempt repeats the effect. A system that
    /// accepts a token recognises the repetition, so that together the effect happens once. The token is a UUID, 36
    /// characters of hexadecimal digits and hyphens, derived from the key of the record:
    ///
    /// | system | where the token goes | how long it is remembered |
    /// |---|---|---|
    /// | payment providers (Stripe, Adyen, …) | header `Idempotency-Key` | at least a day, as the provider says |
    /// | SQS FIFO queues | `MessageDeduplicationId` | 5 minutes |
    /// | Step Functions | name of a standard execution | 90 days |
    /// | ECS, EC2 and other APIs of AWS | `ClientToken`, `ClientRequestToken` | as the service says |
    /// | a database of your own | a unique column | as long as the row |
    ///
    /// A record that has expired gives its key, and so its token, to a new operation: keep results for
    /// [longer](crate::IdempotencyBuilder::expires_after) than the systems remember the token. An operation that calls
    /// several systems, or one several times, derives a token for each with [`token_for`](Self::token_for).
    pub fn token(&self) -> Option<String> {
        self.key().map(|key| token_of(key, ""))
    }

    /// Returns a token as [`token`](Self::token) does that is different for each `step` of the operation.
    pub fn token_for(&self, step: &str) -> Option<String> {
        self.key().map(|key| token_of(key, step))
    }
}

/// Returns a UUID of version 8 (RFC 9562) from the digest of a key.
pub(super) fn token_of(key: &str, step: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(b"powertools idempotency token\0");
    digest.update(key.as_bytes());
    digest.update([0]);
    digest.update(step.as_bytes());
    let digest = digest.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id[6] = id[6] & 0x0f | 0x80;
    id[8] = id[8] & 0x3f | 0x80;
    let digits = crate::key::hex(&id);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_a_uuid_that_depends_on_key_and_step() {
        let token = token_of("orders.place#1", "");
        assert_eq!(token, token_of("orders.place#1", ""));
        assert_eq!(token.len(), 36);
        assert_eq!((&token[14..15], &token[8..9]), ("8", "-"));
        assert!(token.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()));
        let others = [token_of("orders.place#2", ""), token_of("orders.place#1", "refund")];
        assert!(!others.contains(&token) && others[0] != others[1]);
    }
}
