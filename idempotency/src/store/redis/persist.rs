//! The calls of the server, each one script on one key.

use redis::{ErrorKind, ServerErrorKind, Value};

use super::{
    RedisStore,
    failure::Asked,
    hash::{self, EXPIRATION, IN_PROGRESS, IN_PROGRESS_EXPIRATION, OWNER, STATUS, VALIDATION},
    script::{CLAIM, COMPLETE, EXTEND, READ, RELEASE, Script},
};
use crate::{Claim, ClaimOutcome, Lease, PersistenceStore, Record, StoreError, WriteOutcome};

/// How much longer the server keeps a record than its writer's clock asks for, in milliseconds: another
/// environment, whose clock is slow, still counts on it.
const CLOCK_DIFFERENCE: u64 = 60_000;

/// The longest time to live, in milliseconds. Servers refuse what overflows with their clock.
const LONGEST: u64 = 1 << 50;

impl PersistenceStore for RedisStore {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        let Claim { lease, expires_at, validation } = &claim;
        let time_to_live = time_to_live(now_ms, *expires_at);
        let numbers = [now_ms / 1000, now_ms, time_to_live, *expires_at, lease.until];
        let [now, now_ms, time_to_live, expires_at, until] = numbers.map(|it| it.to_string());
        let mut arguments: Vec<&str> = vec![&now, &now_ms, &time_to_live];
        arguments.extend([STATUS, IN_PROGRESS, EXPIRATION, &expires_at]);
        arguments.extend([IN_PROGRESS_EXPIRATION, &until]);
        if let Some(owner) = &lease.owner {
            arguments.extend([OWNER, owner.as_str()]);
        }
        if let Some(validation) = validation {
            arguments.extend([VALIDATION, validation]);
        }
        match self.run(&CLAIM, key, &arguments, 0).await? {
            Value::Int(_) => Ok(ClaimOutcome::Granted),
            fields => match hash::record(key, fields)? {
                Some(record) => Ok(ClaimOutcome::Held(record)),
                None => Err(self.asked(&CLAIM, key, 0).senseless()),
            },
        }
    }

    async fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let bytes = data.map_or(0, str::len);
        hash::check_size(bytes)?;
        let numbers = [time_to_live(now_ms, expires_at), expires_at];
        let [time_to_live, expires_at] = numbers.map(|it| it.to_string());
        let mut arguments: Vec<&str> = vec![&time_to_live, &expires_at];
        arguments.extend(data);
        self.change(&COMPLETE, key, lease, &arguments, bytes).await
    }

    async fn release(
        &self,
        key: &str,
        _now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        self.change(&RELEASE, key, lease, &[], 0).await
    }

    async fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let numbers = [time_to_live(now_ms, expires_at), expires_at, until];
        let [time_to_live, expires_at, until] = numbers.map(|it| it.to_string());
        self.change(&EXTEND, key, lease, &[&time_to_live, &expires_at, &until], 0).await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        hash::record(key, self.run(&READ, key, &[], 0).await?)
    }
}

impl RedisStore {
    /// Runs a script that changes the record only if `lease` holds it.
    async fn change(
        &self,
        script: &'static Script,
        key: &str,
        lease: &Lease,
        arguments: &[&str],
        bytes: usize,
    ) -> Result<WriteOutcome, StoreError> {
        let until = lease.until.to_string();
        let owner = lease.owner.as_ref().map_or_else(String::new, |owner| format!("={owner}"));
        let arguments = [&[&*until, &*owner], arguments].concat();
        match self.run(script, key, &arguments, bytes).await? {
            Value::Int(0) => Ok(WriteOutcome::LeaseLost),
            Value::Int(_) => Ok(WriteOutcome::Applied),
            _ => Err(self.asked(script, key, bytes).senseless()),
        }
    }

    /// Runs a script, which is sent where the server does not have it yet.
    async fn run(
        &self,
        script: &'static Script,
        key: &str,
        arguments: &[&str],
        bytes: usize,
    ) -> Result<Value, StoreError> {
        let source = self.source()?;
        let name = self.name_of(key);
        let answer = match source.send(&script.by_digest(&name, arguments)).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                source.send(&script.by_code(&name, arguments)).await
            }
            answer => answer,
        };
        answer.map_err(|error| self.asked(script, key, bytes).failed(error))
    }

    fn asked<'a>(&'a self, script: &Script, key: &'a str, bytes: usize) -> Asked<'a> {
        let (server, prefix) = (self.server(), self.prefix());
        Asked { action: script.name, server, is_single: self.is_single(), prefix, key, bytes }
    }
}

/// Returns how long the server keeps a record, in milliseconds from now on by the caller's clock.
///
/// A period, because the server's clock may be another: as a time (`PEXPIREAT`), it would end early on a server
/// whose clock is fast. The record lives to the end of the second `expires_at`.
fn time_to_live(now_ms: u64, expires_at: u64) -> u64 {
    let end = expires_at.saturating_add(1).saturating_mul(1000);
    end.saturating_sub(now_ms).saturating_add(CLOCK_DIFFERENCE).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_live_on_the_server_until_they_have_expired_by_a_slow_clock_too() {
        assert_eq!(time_to_live(1_000_500, 1000), 500 + CLOCK_DIFFERENCE);
        // A result that is recorded late has expired, and others still learn that it was there.
        assert_eq!(time_to_live(9_000_000, 1000), CLOCK_DIFFERENCE);
        assert_eq!(time_to_live(0, u64::MAX), LONGEST);
    }
}
