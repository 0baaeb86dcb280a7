use std::{fmt, future::Future, sync::Arc, time::Duration};

use powertools_core::Environment;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult, aio::ConnectionLike};

use super::connection::{AnyConnection, Connector, Source};
use crate::{PersistenceStore, StoreError};

/// How long a connection may take to be made, in Amazon's own network, by TLS and on a small function: less than an
/// attempt of the operation may, so that the error says that there is no connection.
pub(super) const CONNECT: Duration = Duration::from_millis(1500);

/// How long one call may take; the server answers within milliseconds, and the operation retries.
pub(super) const CALL: Duration = Duration::from_secs(3);

/// How keys of records begin by default.
const PREFIX: &str = "idempotency:";

/// Keeps records in Valkey or Redis; a clone is cheap and shares the connection.
///
/// ```
/// use std::sync::LazyLock;
///
/// use powertools_idempotency::{Idempotency, RedisStore};
///
/// static CHARGE: LazyLock<Idempotency<RedisStore>> =
///     LazyLock::new(|| Idempotency::builder("charge", RedisStore::from_env("VALKEY_URL")).build());
/// # let environment = powertools_idempotency::Environment::of([("", ""); 0]);
/// # let _ = Idempotency::builder("charge", RedisStore::from_env("VALKEY_URL")).environment(environment);
/// ```
///
/// It needs the feature `redis`, and works with Valkey, with Redis (tests run on Redis 7 and Valkey 9), with Amazon
/// ElastiCache and with Amazon MemoryDB. Add the feature `redis-tls` for connections by TLS, whose URLs begin with
/// `rediss://` or `valkeys://`, and `redis-cluster` for a cluster. ElastiCache Serverless needs both.
///
/// Every change of a record is one script on one key, which the server runs in one step: a fresh call costs two, a
/// replay one. The server deletes a record a minute after it has expired.
///
/// # How safe it is
///
/// A claim is as safe as the server's memory. **If the server loses a record that it has acknowledged, the operation may
/// run again, even while another attempt runs it.** That can happen in these cases:
///
/// | cause | remedy |
/// |---|---|
/// | Failover: replicas get writes later, so the last writes of a primary that dies are lost. A primary that is cut off may go on granting claims until it notices. `WAIT` makes the loss rarer, but a replica that never got the write can still be promoted | MemoryDB, which acknowledges a write once it is in a log in several zones |
/// | Restart without persistence, or with `appendfsync everysec`, which may lose a second | `appendonly yes` and `appendfsync always`, or MemoryDB |
/// | Eviction: a server whose memory is full deletes records that have not expired, unless its `maxmemory-policy` is `noeviction`. ElastiCache's default is `volatile-lru`, which takes records first, because they have a time to live; so does `volatile-ttl`. ElastiCache Serverless evicts when it reaches the limit that you set | a parameter group with `noeviction`, as in `idempotency/valkey.yaml`; for Serverless, no limit of storage. With `noeviction` claims fail while the memory is full, and nothing runs |
/// | `FLUSHALL`, `DEL` or `RENAME` by another program | a user for each application, [see below](#network-and-permissions) |
/// | Several Regions that take writes, as with MemoryDB Multi-Region | send all requests with one key to one Region |
///
/// If an effect must not happen twice, use MemoryDB or `DynamoDbStore`, whose writes survive the loss of a machine.
///
/// # Connections
///
/// A connection is made when it is first needed, and all calls share it. A missing or invalid configuration is an error
/// of each call, and not of the constructor. If the connection was closed in the meantime, for example while the
/// environment was frozen, the call sends its command over a new one. If a call is given up because no answer comes, its
/// connection is discarded, and the next attempt makes another. The operation limits and retries calls; nothing
/// reconnects in the background.
///
/// [`new`](Self::new) takes a connection that you have. [`connect_with`](Self::connect_with) takes a function that makes
/// one, for tokens that expire and passwords from Secrets Manager.
///
/// With the feature `redis-tls`, the first connection makes *ring* the process's default provider of rustls, unless
/// the program has installed another before.
///
/// # Records
///
/// A record is a hash. Its key is the [prefix](Self::key_prefix) and the idempotency key; its fields have the names of the
/// attributes that Powertools for Python writes to DynamoDB: `status`, `expiration`, `in_progress_expiration`, `data`,
/// `validation`, and also `owner`.
///
/// Records can't be shared with the `CachePersistenceLayer` of Powertools for Python or TypeScript. Its records are JSON
/// text, and it writes without a condition: an attempt that has lost its lease overwrites the result of another. If a
/// key holds such a record, calls fail with [`StoreError::Unreadable`] and leave it alone.
///
/// # Network and permissions
///
/// The function must be in the server's VPC, and the server's security group must accept the function's at its port.
/// `idempotency/valkey.yaml` is a template with both. If the server has users, the function's needs these permissions:
///
/// ```text
/// ACL SETUSER orders on >password resetchannels ~idempotency:* -@all +eval +evalsha
///     +del +exists +hdel +hgetall +hmget +hset +pexpire
/// ```
///
/// and in a cluster `+cluster|slots` as well.
#[derive(Clone)]
#[must_use]
pub struct RedisStore {
    inner: Arc<Inner>,
    prefix: Arc<str>,
}

struct Inner {
    source: Source,
    /// The name of the server in errors, without credentials.
    server: String,
    /// Whether the connection goes to one server, and follows no key to another.
    is_single: bool,
}

impl RedisStore {
    /// Creates a store on the server at `url`, such as `rediss://user:password@host:6379/0`.
    ///
    /// The scheme is `redis` or `valkey`, and `rediss` or `valkeys` for TLS with the certificates of the system. The
    /// password must be percent-encoded. Errors and logs have the host and the port, and nothing else of the URL.
    pub fn from_url(url: impl AsRef<str>) -> Self {
        match Client::open(url.as_ref()) {
            Ok(client) => Self::from_client(client),
            Err(error) => Self::misconfigured(problem(&error)),
        }
    }

    /// Creates a store on the server whose URL is in an environment variable; see [`from_url`](Self::from_url).
    pub fn from_env(variable: &str) -> Self {
        match Environment::process().text(variable) {
            Some(url) => Self::from_url(url),
            None => Self::misconfigured(format!(
                "the environment variable {variable} is not set; set it to the server's URL, such as \
                 rediss://host:6379"
            )),
        }
    }

    /// Creates a store on the server that `client` connects to.
    ///
    /// The client can have what a URL can't say, such as your own certificate authority (`Client::build_with_tls`).
    pub fn from_client(client: Client) -> Self {
        let server = format!("the server {}", client.get_connection_info().addr());
        let connect = move || {
            let client = client.clone();
            async move {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT))
                    .set_response_timeout(Some(CALL));
                client.get_multiplexed_async_connection_with_config(&config).await
            }
        };
        let (source, is_single) = (Source::Made(Connector::new(connect)), true);
        Self { inner: Arc::new(Inner { source, server, is_single }), prefix: PREFIX.into() }
    }

    /// Creates a store that connects with `connect`, when a connection is first needed and whenever it was lost.
    ///
    /// ```
    /// use powertools_idempotency::RedisStore;
    /// use redis::{Client, IntoConnectionInfo};
    ///
    /// let store = RedisStore::connect_with(|| async {
    ///     let server = "redis://cache.internal:6379".into_connection_info()?;
    ///     let user = server.redis_settings().clone();
    ///     let user = user.set_username("orders").set_password(token().await?);
    ///     let client = Client::open(server.set_redis_settings(user))?;
    ///     client.get_multiplexed_async_connection().await
    /// });
    ///
    /// /// An authentication token, which is valid for 15 minutes.
    /// async fn token() -> Result<String, std::io::Error> {
    /// #   Ok(String::new())
    /// #   /*
    ///     …
    /// #   */
    /// }
    /// # let _ = store;
    /// ```
    ///
    /// A call that is given up drops the function's future with it.
    pub fn connect_with<C, F, Fut>(connect: F) -> Self
    where
        C: ConnectionLike + Clone + Send + Sync + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = RedisResult<C>> + Send + 'static,
    {
        let server = "the server that `connect_with` connects to".to_owned();
        Self::with(server, Source::Made(Connector::new(connect)))
    }

    /// Creates a store that uses a connection you have, of which each call takes a clone.
    ///
    /// It should replace itself when it is lost, as a `ConnectionManager` and a `ClusterConnection` do. A
    /// `MultiplexedConnection` does not, so that after a loss every call fails.
    pub fn new(connection: impl ConnectionLike + Clone + Send + Sync + 'static) -> Self {
        let source = Source::Given(AnyConnection::new(connection));
        Self::with("the given connection".to_owned(), source)
    }

    /// Begins the server's keys with `prefix` instead of `idempotency:`.
    pub fn key_prefix(mut self, prefix: impl AsRef<str>) -> Self {
        self.prefix = prefix.as_ref().into();
        self
    }

    /// Makes a call that changes nothing, so that the first claim finds a connection.
    ///
    /// Await it before the runtime starts: a function has more of the processor then than its memory size gives it
    /// later, and a TLS handshake takes most of the first call. A failure is a WARN event, and the first claim will
    /// fail for the same reason.
    pub async fn warm_up(&self) {
        if let Err(error) = self.read("warm-up").await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "the connection could not be warmed up");
        }
    }

    pub(super) fn with(server: String, source: Source) -> Self {
        let is_single = false;
        Self { inner: Arc::new(Inner { source, server, is_single }), prefix: PREFIX.into() }
    }

    pub(super) fn misconfigured(problem: String) -> Self {
        Self::with("a server that is not configured".to_owned(), Source::Misconfigured(problem))
    }

    /// Returns where the connection comes from.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if it can't come from anywhere.
    pub(super) fn source(&self) -> Result<&Source, StoreError> {
        match &self.inner.source {
            Source::Misconfigured(problem) => {
                Err(StoreError::Refused { what: problem.clone(), source: None })
            }
            source => Ok(source),
        }
    }

    pub(super) fn server(&self) -> &str {
        &self.inner.server
    }

    pub(super) fn is_single(&self) -> bool {
        self.inner.is_single
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns the server's name of a key.
    pub(super) fn name_of(&self, key: &str) -> String {
        [&*self.prefix, key].concat()
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("server", &self.inner.server)
            .field("key_prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// Returns the problem with a URL, without the details, which may be parts of it.
pub(super) fn problem(error: &RedisError) -> String {
    let text = error.to_string();
    let problem = text.split(" - ").next().unwrap_or_default();
    let hint = if problem.contains("the feature is not enabled") {
        "enable the feature `redis-tls`"
    } else {
        "expected one such as rediss://user:password@host:6379"
    };
    format!("the server's URL can't be used ({problem}); {hint}")
}
