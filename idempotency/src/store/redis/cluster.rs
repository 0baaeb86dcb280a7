//! A store in a cluster.

use redis::{IntoConnectionInfo, cluster::ClusterClient};

use super::{
    RedisStore,
    connection::{Connector, Source},
    store::{CALL, CONNECT, problem},
};

/// How often the client retries a command by itself: enough to follow a key to another node. The operation
/// retries as well, for as long as it has time.
const RETRIES: u32 = 2;

/// The shortest and the longest pause between them, in milliseconds.
const PAUSES: (u64, u64) = (10, 100);

impl RedisStore {
    /// Creates a store in a cluster; one or several of its nodes are at `urls`, which are as in
    /// [`from_url`](Self::from_url).
    ///
    /// Every script has one key, and so runs on one node.
    pub fn from_cluster_urls<U: AsRef<str>>(urls: impl IntoIterator<Item = U>) -> Self {
        let nodes = urls.into_iter().map(|url| url.as_ref().into_connection_info());
        let nodes = match nodes.collect::<Result<Vec<_>, _>>() {
            Ok(nodes) => nodes,
            Err(error) => return Self::misconfigured(problem(&error)),
        };
        let addresses: Vec<_> = nodes.iter().map(|node| node.addr().to_string()).collect();
        let server = format!("the cluster {}", addresses.join(", "));
        let client = ClusterClient::builder(nodes)
            .connection_timeout(CONNECT)
            .response_timeout(CALL)
            .overall_response_timeout(Some(CALL))
            .retries(RETRIES)
            .min_retry_wait(PAUSES.0)
            .max_retry_wait(PAUSES.1);
        match client.build() {
            Ok(client) => Self::in_cluster(server, client),
            Err(error) => Self::misconfigured(problem(&error)),
        }
    }

    /// Creates a store in a cluster, to which `client` connects.
    ///
    /// The client may retry, because a command that is sent twice changes a record once. Let it give up within seconds, as
    /// the operation retries too.
    pub fn from_cluster_client(client: ClusterClient) -> Self {
        Self::in_cluster("the cluster".to_owned(), client)
    }

    fn in_cluster(server: String, client: ClusterClient) -> Self {
        let connect = move || {
            let client = client.clone();
            async move { client.get_async_connection().await }
        };
        Self::with(server, Source::Made(Connector::new(connect)))
    }
}
