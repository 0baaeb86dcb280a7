//! Effects happen once, whatever the network does.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use fastrand::Rng;
use powertools_idempotency::RedisStore;

use super::{
    super::dynamodb::chaos,
    Server,
    proxy::{Fate, Proxy},
};

const ROUNDS: u64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn effects_happen_once_in_redis_under_faults() {
    let server = Server::start().await;
    let counts = check(&server, ROUNDS).await;
    for what in ["Fresh", "Replayed", "Failed", "InProgress", "LeaseLost", "crash"] {
        assert!(counts.contains_key(what), "no {what} in {counts:?}");
    }
}

/// Plays that many rounds over a network that fails.
pub(crate) async fn check(server: &Server, rounds: u64) -> BTreeMap<&'static str, u64> {
    let seed = chaos::seed();
    let planned = Mutex::new(Rng::with_seed(seed));
    let proxy = Proxy::with(server.port, move || plan(&mut planned.lock().unwrap())).await;
    chaos::check_store(RedisStore::from_url(proxy.url()), server.store(), rounds, seed).await
}

fn plan(random: &mut Rng) -> (Duration, Fate) {
    let fate = match random.u8(0..100) {
        0..3 => Fate::CutBefore,
        3..6 => Fate::CutAfter,
        _ => Fate::Delivered,
    };
    let pause = match random.u8(0..20) {
        0 => Duration::from_millis(random.u64(0..50)),
        1..5 => Duration::from_millis(random.u64(0..5)),
        _ => Duration::ZERO,
    };
    (pause, fate)
}
