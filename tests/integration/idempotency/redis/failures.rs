//! The errors of servers, and what they ask for.

use powertools_idempotency::{
    ClaimOutcome, PersistenceStore, RedisStore, StoreError, WriteOutcome,
};

use super::{
    Server,
    conforms::{claim, now_ms},
};

/// The permissions as the documentation of `RedisStore` has them, for a user without a password.
const DOCUMENTED: &str = "ACL SETUSER orders on nopass resetchannels ~idempotency:* -@all +eval +evalsha +del \
                          +exists +hdel +hgetall +hmget +hset +pexpire";

async fn refused(store: &RedisStore) -> String {
    let now = now_ms();
    let error = store.claim("k", now, claim(now, "a")).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");
    error.to_string()
}

async fn unavailable(store: &RedisStore) -> String {
    let now = now_ms();
    let error = store.claim("k", now, claim(now, "a")).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    error.to_string()
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn missing_and_wrong_passwords_are_named() {
    let server = Server::with(&["--requirepass secret"]).await;
    let with =
        |user: &str| RedisStore::from_url(format!("redis://{user}@127.0.0.1:{}", server.port));
    let read = server.store().read("k").await.unwrap_err().to_string();
    for error in [read, refused(&server.store()).await] {
        assert!(error.contains("the server asks for a password"), "{error}");
    }
    for user in [":wrong", "orders:secret"] {
        let error = refused(&with(user)).await;
        assert!(error.contains("does not accept this user with this password"), "{error}");
    }
    let open = Server::start().await;
    let store = RedisStore::from_url(format!("redis://:secret@127.0.0.1:{}", open.port));
    let error = refused(&store).await;
    assert!(error.contains("does not accept this user with this password"), "{error}");
    assert_eq!(with(":secret").read("k").await.unwrap(), None);
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn missing_permissions_are_named_and_the_documented_ones_suffice() {
    let server = Server::start().await;
    server.send(DOCUMENTED).await;
    let store = RedisStore::from_url(format!("redis://orders:x@127.0.0.1:{}", server.port));
    let now = now_ms();
    for data in [Some("1"), None] {
        let claim = claim(now, "a");
        let lease = claim.lease.clone();
        let key = format!("{data:?}");
        assert_eq!(store.claim(&key, now, claim).await.unwrap(), ClaimOutcome::Granted);
        let extended = store.extend(&key, now, &lease, lease.until, now / 1000 + 99).await;
        assert_eq!(extended.unwrap(), WriteOutcome::Applied);
        let completed = store.complete(&key, now, &lease, data, now / 1000 + 99).await;
        assert_eq!(completed.unwrap(), WriteOutcome::Applied);
        assert_eq!(store.release(&key, now, &lease).await.unwrap(), WriteOutcome::LeaseLost);
        assert_eq!(store.read(&key).await.unwrap().unwrap().data.as_deref(), data);
    }
    let error = refused(&store.clone().key_prefix("other:")).await;
    assert!(error.contains("allow it on the keys `other:*`"), "{error}");
    server.send("ACL SETUSER orders -hset").await;
    let error = refused(&store).await;
    assert!(error.contains("allow it on the keys `idempotency:*`"), "{error}");
    server.send("ACL SETUSER orders -evalsha").await;
    let error = refused(&store).await;
    assert!(error.contains("'evalsha'"), "{error}");
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn replica_is_unavailable_until_it_is_the_primary() {
    let primary = Server::start().await;
    let replica = Server::start().await;
    let store = replica.store();
    assert_eq!(store.read("k").await.unwrap(), None);
    replica.send(&format!("REPLICAOF 127.0.0.1 {}", primary.port)).await;
    let error = unavailable(&store).await;
    assert!(error.contains("the server is a read-only replica"), "{error}");
    replica.send("REPLICAOF NO ONE").await;
    let now = now_ms();
    assert_eq!(store.claim("k", now, claim(now, "a")).await.unwrap(), ClaimOutcome::Granted);
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn full_memory_refuses_claims_and_allows_releases() {
    let server = Server::with(&["--maxmemory-policy noeviction"]).await;
    let (store, now) = (server.store(), now_ms());
    let claim = claim(now, "a");
    let lease = claim.lease.clone();
    assert_eq!(store.claim("held", now, claim).await.unwrap(), ClaimOutcome::Granted);
    server.send("CONFIG SET maxmemory 1").await;
    let error = unavailable(&store).await;
    assert!(error.contains("the server's memory is full"), "{error}");
    assert_eq!(store.read("k").await.unwrap(), None);
    assert_eq!(store.release("held", now, &lease).await.unwrap(), WriteOutcome::Applied);
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn values_of_other_programs_are_not_overwritten() {
    let server = Server::start().await;
    let (store, now) = (server.store(), now_ms());
    let python = "{\"status\":\"COMPLETED\",\"expiration\":1}";
    server.send(&format!("SET idempotency:text {python}")).await;
    server.send("HSET idempotency:hash name value").await;
    for (key, expected) in [
        ("text", "`idempotency:text` should be a hash"),
        ("hash", "its field `status` should be INPROGRESS or COMPLETED, found nothing"),
    ] {
        let claimed = store.claim(key, now, claim(now, "a")).await.map(drop);
        for error in [claimed.unwrap_err(), store.read(key).await.unwrap_err()] {
            assert!(matches!(error, StoreError::Unreadable { .. }), "{error:?}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
    assert_eq!(server.send("GET idempotency:text").await, redis::Value::BulkString(python.into()));
    assert_eq!(server.send("HLEN idempotency:hash").await, redis::Value::Int(1));
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn results_over_the_limit_of_the_server_are_too_large() {
    let server = Server::with(&["--proto-max-bulk-len 1mb"]).await;
    let (store, now) = (server.store(), now_ms());
    let claim = claim(now, "a");
    let lease = claim.lease.clone();
    assert_eq!(store.claim("k", now, claim).await.unwrap(), ClaimOutcome::Granted);
    let data = format!("\"{}\"", "x".repeat(2 << 20));
    let error = store.complete("k", now, &lease, Some(&data), now / 1000).await.unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { bytes } if bytes == data.len()), "{error:?}");
    // The server has closed the connection.
    let completed = store.complete("k", now, &lease, Some("1"), now / 1000 + 9).await.unwrap();
    assert_eq!(completed, WriteOutcome::Applied);
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn server_at_its_connection_limit_is_unavailable() {
    let server = Server::with(&["--maxclients 2"]).await;
    let busy = [server.connection().await.unwrap(), server.connection().await.unwrap()];
    let store = server.store();
    let error = unavailable(&store).await;
    assert!(error.contains("no connection"), "{error}");
    drop(busy);
    let read = async || store.read("k").await.is_ok_and(|record| record.is_none());
    while !read().await {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn server_that_does_not_run_scripts_is_named() {
    let server = Server::with(&["--rename-command EVALSHA nothing"]).await;
    let error = refused(&server.store()).await;
    assert!(error.contains("must run scripts by EVAL and EVALSHA"), "{error}");
}
