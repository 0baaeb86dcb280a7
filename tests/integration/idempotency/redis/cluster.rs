//! Clusters of three primaries.

use std::time::{Duration, Instant};

use powertools_idempotency::{
    ClaimOutcome, PersistenceStore, RedisStore, StoreError, WriteOutcome,
    conformance::{self, Violations},
};
use redis::{FromRedisValue, aio::MultiplexedConnection, cluster::ClusterClient};

use super::{
    Server,
    conforms::{claim, now_ms},
    server::{free_port, send},
};

const START: Duration = Duration::from_secs(60);

const SLOTS: [&str; 3] = ["0 5460", "5461 10922", "10923 16383"];

struct Cluster([Server; 3]);

impl Cluster {
    async fn start() -> Self {
        let cluster = Self([node().await, node().await, node().await]);
        let [first, ..] = &cluster.0;
        for (node, slots) in cluster.0.iter().zip(SLOTS) {
            node.send(&format!("CLUSTER ADDSLOTSRANGE {slots}")).await;
        }
        for node in &cluster.0[1..] {
            let bus = String::from_redis_value(
                node.send("CONFIG GET cluster-port").await.into_sequence().unwrap().remove(1),
            )
            .unwrap();
            first.send(&format!("CLUSTER MEET 127.0.0.1 {} {bus}", node.port)).await;
        }
        cluster.is_up().await;
        cluster
    }

    fn urls(&self) -> Vec<String> {
        self.0.iter().map(Server::url).collect()
    }

    async fn is_up(&self) {
        let started = Instant::now();
        for node in &self.0 {
            while !String::from_redis_value(node.send("CLUSTER INFO").await)
                .unwrap()
                .contains("cluster_state:ok")
            {
                assert!(started.elapsed() < START, "the cluster is not up");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Moves the slot of a key that no node has to the node at `index`.
    async fn move_slot(&self, slot: i64, index: usize) {
        let id = String::from_redis_value(self.0[index].send("CLUSTER MYID").await).unwrap();
        for node in &self.0 {
            node.send(&format!("CLUSTER SETSLOT {slot} NODE {id}")).await;
        }
    }
}

async fn node() -> Server {
    let bus = free_port();
    Server::with(&[
        "--cluster-enabled yes --cluster-node-timeout 5000",
        &format!("--cluster-port {bus}"),
    ])
    .await
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn redis_store_conforms_in_a_cluster() -> Result<(), Violations> {
    let cluster = Cluster::start().await;
    conformance::check(&RedisStore::from_cluster_urls(cluster.urls())).await?;
    // The others are found by the first.
    let client = ClusterClient::new([cluster.0[0].url()]).unwrap();
    conformance::check(&RedisStore::from_cluster_client(client.clone())).await?;
    let connection = client.get_async_connection().await.unwrap();
    conformance::check(&RedisStore::new(connection)).await
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn key_that_moved_to_another_node_is_followed() {
    let cluster = Cluster::start().await;
    let (store, now) = (RedisStore::from_cluster_urls(cluster.urls()), now_ms());
    let slot =
        i64::from_redis_value(cluster.0[0].send("CLUSTER KEYSLOT idempotency:k").await).unwrap();
    for index in [0, 1, 2, 0] {
        cluster.move_slot(slot, index).await;
        let claim = claim(now, "a");
        let lease = claim.lease.clone();
        assert_eq!(store.claim("k", now, claim).await.unwrap(), ClaimOutcome::Granted);
        assert_eq!(store.release("k", now, &lease).await.unwrap(), WriteOutcome::Applied);
    }
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn node_that_restarts_is_found_again() {
    let mut cluster = Cluster::start().await;
    let (store, now) = (RedisStore::from_cluster_urls(cluster.urls()), now_ms());
    let mut claims = 0;
    for key in 0..12 {
        let claimed = store.claim(&key.to_string(), now, claim(now, "a")).await.unwrap();
        assert_eq!(claimed, ClaimOutcome::Granted);
    }
    cluster.0[0].stop();
    for key in 0..12 {
        match store.read(&key.to_string()).await {
            Ok(record) => claims += usize::from(record.is_some()),
            Err(error) => assert!(error.is_transient(), "{error:?}"),
        }
    }
    assert!((1..12).contains(&claims), "{claims} of 12 are on the other nodes");
    cluster.0[0].restart().await;
    cluster.is_up().await;
    for key in 0..12 {
        let started = Instant::now();
        while let Err(error) = store.read(&key.to_string()).await {
            assert!(error.is_transient() && started.elapsed() < START, "{error:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn connection_to_one_node_of_a_cluster_is_refused() {
    let cluster = Cluster::start().await;
    let (store, now) = (cluster.0[0].store(), now_ms());
    let mut refusals = 0;
    for key in 0..12 {
        if let Err(error) = store.claim(&key.to_string(), now, claim(now, "a")).await {
            assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");
            assert!(error.to_string().contains("RedisStore::from_cluster_urls"), "{error}");
            refusals += 1;
        }
    }
    assert!(refusals > 0);
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn documented_permissions_suffice_in_a_cluster() {
    let cluster = Cluster::start().await;
    for node in &cluster.0 {
        let mut connection: MultiplexedConnection = node.connection().await.unwrap();
        let user = "ACL SETUSER orders on >secret resetchannels ~idempotency:* -@all +eval +evalsha +del +exists \
                    +hdel +hgetall +hmget +hset +pexpire +cluster|slots";
        send(&mut connection, user).await.unwrap();
    }
    let urls = cluster.urls().into_iter().map(|url| url.replace("://", "://orders:secret@"));
    let (store, now) = (RedisStore::from_cluster_urls(urls), now_ms());
    for key in 0..12 {
        let claimed = store.claim(&key.to_string(), now, claim(now, "a")).await.unwrap();
        assert_eq!(claimed, ClaimOutcome::Granted);
    }
}
