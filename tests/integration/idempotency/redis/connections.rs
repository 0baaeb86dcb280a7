//! Connections that are lost, silent, shared, or never made.

use std::time::{Duration, SystemTime};

use powertools_idempotency::{
    ClaimOutcome, Environment, Idempotency, ManualClock, PersistenceStore, RedisStore, StoreError,
};
use tokio::task::JoinSet;

use super::{
    super::invocation,
    Server,
    conforms::{claim, now_ms},
    proxy::Proxy,
};

/// An operation that reads nothing of the process's environment.
pub(super) fn operation(store: RedisStore) -> Idempotency<RedisStore> {
    let nothing = Environment::of([("", ""); 0]);
    Idempotency::builder("place", store).environment(nothing).build()
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn closed_connection_is_replaced_within_the_call() {
    let server = Server::start().await;
    let (store, now) = (server.store(), now_ms());
    assert_eq!(store.claim("k", now, claim(now, "a")).await.unwrap(), ClaimOutcome::Granted);
    for _ in 0..5 {
        server.send("CLIENT KILL TYPE normal").await;
        // Before and after the client has noticed.
        if fastrand::bool() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let record = store.read("k").await.unwrap().unwrap();
        assert_eq!(record.lease, Some(claim(now, "a").lease));
    }
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn server_that_restarts_is_found_again() {
    let mut server = Server::with(&["--appendonly yes --appendfsync always"]).await;
    let (store, now) = (server.store(), now_ms());
    assert_eq!(store.claim("k", now, claim(now, "a")).await.unwrap(), ClaimOutcome::Granted);
    server.stop();
    for _ in 0..2 {
        let error = store.claim("k", now, claim(now, "b")).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        let address = format!("claim on the server 127.0.0.1:{}: no connection", server.port);
        assert!(error.to_string().contains(&address), "{error}");
    }
    server.restart().await;
    let held = store.claim("k", now, claim(now, "b")).await.unwrap();
    assert!(
        matches!(held, ClaimOutcome::Held(record) if record.lease == Some(claim(now, "a").lease))
    );
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn silent_connection_costs_one_retry() {
    let server = Server::start().await;
    let proxy = Proxy::start(server.port).await;
    let orders = operation(RedisStore::from_url(proxy.url()));
    let place = async |key: &str| {
        let call = orders.call(&()).key(key).try_run(async || Ok::<_, std::io::Error>(1));
        let clock = ManualClock::at(SystemTime::now());
        invocation(&clock, Duration::from_secs(30)).scope(call).await
    };
    assert!(!place("first").await.unwrap().is_replayed());
    assert_eq!(proxy.connections(), 1);
    proxy.forget();
    assert!(!place("second").await.unwrap().is_replayed());
    assert_eq!(proxy.connections(), 2);
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn late_responses_are_not_mistaken_for_those_of_other_calls() {
    let server = Server::start().await;
    let (store, now) = (server.store(), now_ms());
    for key in 0..20 {
        let claim = claim(now, &format!("owner of {key}"));
        store.claim(&key.to_string(), now, claim).await.unwrap();
    }
    for round in 0..2000 {
        let (given_up, asked) = (fastrand::u32(0..20), fastrand::u32(0..20));
        let limit = Duration::from_micros(fastrand::u64(0..300));
        let _ = tokio::time::timeout(limit, store.read(&given_up.to_string())).await;
        let record = store.read(&asked.to_string()).await.unwrap().unwrap();
        let owner = record.lease.unwrap().owner.unwrap();
        assert_eq!(owner.as_str(), format!("owner of {asked}"), "in round {round}");
    }
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn calls_at_the_same_time_share_a_connection() {
    let server = Server::start().await;
    let proxy = Proxy::start(server.port).await;
    let store = RedisStore::from_url(proxy.url());
    let mut reading = JoinSet::new();
    for key in 0..64 {
        let store = store.clone();
        reading.spawn(async move { store.read(&key.to_string()).await.unwrap() });
    }
    assert!(reading.join_all().await.iter().all(Option::is_none));
    assert_eq!(proxy.connections(), 1);
}

#[test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
fn store_outlives_the_runtime_of_its_connection() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outer = runtime();
    let server = outer.block_on(Server::start());
    let store = server.store();
    for _ in 0..3 {
        assert_eq!(runtime().block_on(store.read("k")).unwrap(), None);
    }
    let orders = operation(store);
    for delivery in 0..3 {
        let placed = orders.run_blocking("k", &(), || Ok::<_, StoreErrors>(1)).unwrap();
        assert_eq!(placed.is_replayed(), delivery > 0);
    }
}

type StoreErrors = Box<dyn std::error::Error + Send + Sync>;

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn warm_up_makes_the_connection_of_the_first_claim() {
    let server = Server::start().await;
    let proxy = Proxy::start(server.port).await;
    let (store, now) = (RedisStore::from_url(proxy.url()), now_ms());
    assert_eq!(proxy.connections(), 0);
    store.warm_up().await;
    store.claim("k", now, claim(now, "a")).await.unwrap();
    assert_eq!(proxy.connections(), 1);
}

#[tokio::test]
async fn missing_configuration_is_an_error_of_each_call() {
    let store = RedisStore::from_env("POWERTOOLS_NO_SUCH_URL");
    for _ in 0..2 {
        let error = store.read("k").await.unwrap_err();
        assert!(matches!(error, StoreError::Refused { .. }), "{error}");
        let expected = "the environment variable POWERTOOLS_NO_SUCH_URL is not set; set it to the server's URL";
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn passwords_are_not_in_errors_and_debug_output() {
    for url in [
        "redis://user:hunter2@127.0.0.1:1/0",
        "redis://user:hunter2@127.0.0.1:1/hunter2",
        "redis://user:hunter2@:1",
        "redis://user:hunter2@127.0.0.1:1/0?protocol=hunter2",
        "rediss://user:hunter2@127.0.0.1:1/#hunter2",
        "http://user:hunter2@host",
        "hunter2",
        "redis://hunter2 hunter2",
    ] {
        let store = RedisStore::from_url(url);
        let error = store.read("k").await.unwrap_err();
        let shown = format!("{error} {error:?} {store:?}");
        assert!(!shown.contains("hunter2"), "{url}: {shown}");
    }
}
