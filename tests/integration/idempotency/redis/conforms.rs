//! The store keeps the protocol.

use std::time::{SystemTime, UNIX_EPOCH};

use powertools_idempotency::{
    Claim, ClaimOutcome, Lease, Owner, PersistenceStore, Record, RedisStore, Status, StoreError,
    WriteOutcome,
    conformance::{self, Violations},
};
use redis::{FromRedisValue, Value, aio::MultiplexedConnection};

use super::Server;

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn redis_store_conforms() -> Result<(), Violations> {
    conformance::check(&Server::start().await.store()).await
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn redis_store_with_a_given_connection_conforms() -> Result<(), Violations> {
    let server = Server::start().await;
    let store = RedisStore::new(server.connection().await.unwrap()).key_prefix("");
    conformance::check(&store).await
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn redis_store_conforms_with_records_of_other_programs() -> Result<(), Violations> {
    check_foreign(&Server::start().await).await
}

pub(crate) async fn check_foreign(server: &Server) -> Result<(), Violations> {
    let connection = server.connection().await.unwrap();
    let put = async |key: String, record: Record| {
        let put = put(connection.clone(), format!("idempotency:{key}"), record).await;
        put.map_err(|error| StoreError::Refused {
            what: "HSET".to_owned(),
            source: Some(error.into()),
        })
    };
    conformance::check_foreign(&server.store(), put).await
}

async fn put(
    mut connection: MultiplexedConnection,
    key: String,
    record: Record,
) -> redis::RedisResult<()> {
    let status = match record.status {
        Status::InProgress => "INPROGRESS",
        Status::Completed => "COMPLETED",
    };
    let mut hset = redis::cmd("HSET");
    hset.arg(key).arg("status").arg(status).arg("expiration").arg(record.expires_at);
    if let Some(lease) = record.lease {
        hset.arg("in_progress_expiration").arg(lease.until);
    }
    for (name, value) in [("data", record.data), ("validation", record.validation)] {
        if let Some(value) = value {
            hset.arg(name).arg(value);
        }
    }
    hset.query_async(&mut connection).await
}

pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

/// A claim of a lease of a minute, for a record that expires after an hour.
pub(crate) fn claim(now_ms: u64, owner: &str) -> Claim {
    let lease = Lease { until: now_ms + 60_000, owner: Some(Owner::from_text(owner)) };
    Claim { lease, expires_at: now_ms / 1000 + 3600, validation: Some("digest".to_owned()) }
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn records_are_hashes_with_the_documented_fields() {
    let server = Server::start().await;
    let (store, now) = (server.store().key_prefix("orders/"), now_ms());
    let claim = claim(now, "a");
    let (lease, expires_at) = (claim.lease.clone(), claim.expires_at);
    assert_eq!(store.claim("k", now, claim).await.unwrap(), ClaimOutcome::Granted);
    let completed = store.complete("k", now, &lease, Some("{\"n\":1}"), expires_at).await.unwrap();
    assert_eq!(completed, WriteOutcome::Applied);
    let fields = server.send("HGETALL orders/k").await;
    let mut fields = Vec::<(String, String)>::from_redis_value(fields).unwrap();
    fields.sort();
    let (until, expires_at) = (lease.until.to_string(), expires_at.to_string());
    let expected = [
        ("data", "{\"n\":1}"),
        ("expiration", &expires_at),
        ("in_progress_expiration", &until),
        ("owner", "a"),
        ("status", "COMPLETED"),
        ("validation", "digest"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn records_are_deleted_by_the_server_after_they_expired() {
    let server = Server::start().await;
    // By a clock that is an hour fast.
    let (store, now) = (server.store(), now_ms() + 3_600_000);
    let claim = claim(now, "a");
    let (lease, expires_at) = (claim.lease.clone(), claim.expires_at);
    let left = |wanted_ms: u64, left: Value| {
        let left = u64::from_redis_value(left).unwrap();
        // The whole second, a minute for the difference of clocks, and what the test took.
        assert!((wanted_ms..=wanted_ms + 61_000).contains(&left), "{left}");
        assert!(left + 30_000 > wanted_ms + 60_000, "{left}");
    };
    store.claim("k", now, claim).await.unwrap();
    left(3_600_000, server.send("PTTL idempotency:k").await);
    let until = lease.until + 60_000;
    assert_eq!(
        store.extend("k", now, &lease, until, expires_at + 60).await.unwrap(),
        WriteOutcome::Applied
    );
    left(3_660_000, server.send("PTTL idempotency:k").await);
    let lease = Lease { until, ..lease };
    assert_eq!(
        store.complete("k", now, &lease, Some("1"), expires_at + 3600).await.unwrap(),
        WriteOutcome::Applied
    );
    left(7_200_000, server.send("PTTL idempotency:k").await);
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn scripts_missing_on_the_server_are_loaded_again() {
    let server = Server::start().await;
    let (store, now) = (server.store(), now_ms());
    for owner in ["a", "b"] {
        let claim = claim(now, owner);
        let lease = claim.lease.clone();
        assert_eq!(store.claim("k", now, claim).await.unwrap(), ClaimOutcome::Granted);
        server.send("SCRIPT FLUSH").await;
        assert_eq!(store.release("k", now, &lease).await.unwrap(), WriteOutcome::Applied);
    }
    let before = sent_scripts(&server).await;
    for _ in 0..3 {
        assert_eq!(store.read("k").await.unwrap(), None);
    }
    assert_eq!(sent_scripts(&server).await, before + 1);
}

/// Returns how often a script was sent to be run.
async fn sent_scripts(server: &Server) -> u64 {
    let info = String::from_redis_value(server.send("INFO commandstats").await).unwrap();
    let calls = info.lines().find_map(|line| line.strip_prefix("cmdstat_eval:calls="));
    calls.map_or(0, |calls| calls.split(',').next().unwrap().parse().unwrap())
}
