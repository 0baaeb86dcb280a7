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
/// It needs the feature `redis`, and works with Valkey, with Redis from version 4, with Amazon ElastiCache and with
/// Amazon MemoryDB. For `rediss://` and `valkeys://`, connections by TLS, add the feature `redis-tls`; for a cluster,
/// `redis-cluster`. ElastiCache Serverless needs both.
///
/// Every change of a record is one script on one key, which the server runs in one step: a fresh call costs two, a
/// replay one. The server keeps a record until a minute after it has expired.
///
/// # How safe it is
///
/// A claim is as safe as the server's memory. **Two attempts may run the operation at the same time, or one after the
/// other, if the server loses a record that it had acknowledged.** It does in these cases:
///
/// | cause | remedy |
/// |---|---|
/// | A failover: replicas are written to later, so that the last writes of a primary that dies are lost. A primary that is cut off from the others may even go on granting claims for some seconds. `WAIT` makes that rarer, but a replica that never got the write can still be promoted | MemoryDB, which acknowledges a write after it is in a log in several zones |
/// | A restart without persistence, or with `appendfsync everysec`, which may lose a second | `appendonly yes` with `appendfsync always`, or MemoryDB |
/// | Eviction: a server whose memory is full deletes records that have not expired, unless `maxmemory-policy` is `noeviction`. It is `volatile-lru` in the default parameter groups of ElastiCache, and always in ElastiCache Serverless | a parameter group with `noeviction`; for Serverless, a limit that is never reached. With `noeviction` a claim fails while the memory is full, and nothing runs |
/// | `FLUSHDB`, `DEL`, `RENAME` by others | a user for each application, as [below](#permissions) |
/// | Two Regions, as with ElastiCache's Global Datastore and MemoryDB Multi-Region | all requests with one key go to one Region |
///
/// For effects that must not happen twice, use MemoryDB or `DynamoDbStore`, whose writes survive the loss of a machine.
///
/// # Connections
///
/// A connection is made when it is first needed, and shared by all calls. What is missing in the configuration is an
/// error of each call, and not of the constructor. A call whose connection was closed meanwhile, as after an
/// environment was frozen for long, sends its command over a new one. A call that is given up for lack of an answer
/// takes its connection with it, so that the next attempt is made over another one. The operation limits and
/// retries calls, and nothing reconnects in the background.
///
/// [`new`](Self::new) takes a connection that you have, [`connect_with`](Self::connect_with) a function that makes
/// one, for tokens that expire or passwords from Secrets Manager.
///
/// # Records
///
/// A record is a hash. Its key is a [prefix](Self::key_prefix) and the idempotency key, its fields are the attributes
/// that [Powertools for Python writes to DynamoDB](https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/),
/// and `owner`. It can't share records with Python's `CachePersistenceLayer`, whose records are JSON text, and whose
/// writes have no condition: an attempt that lost its lease overwrites the result of another. Under a key that
/// holds such a record, calls fail with [`StoreError::Unreadable`].
///
/// # Permissions
///
/// The function must be in the VPC of the server, and its security group be let in at the server's port
/// (`idempotency/valkey.yaml` is a template with both). The server's user needs these, if the prefix is the default:
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
    /// URL is not in errors and logs, only its host and port. A password must be percent-encoded.
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

    /// Creates a store on the server that `client` connects to, for what a URL can't say.
    ///
    /// A certificate authority of your own, for example: `Client::build_with_tls`.
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

    /// Creates a store that connects by `connect`, when a connection is first needed and whenever one was lost.
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
    /// The connection must not read from replicas by itself where it also runs scripts: `RedisStore` runs them all as
    /// writes, which clients send to the primary.
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
    /// later, and a TLS handshake takes most of the first call. A failure is a WARN event; its cause will be
    /// an error of the first claim.
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
