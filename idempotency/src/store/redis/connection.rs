//! Where connections come from, and when one is replaced.

use std::{
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{Cmd, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value, aio::ConnectionLike};

/// A connection of any kind.
trait Connection: ConnectionLike + Send + Sync {
    fn duplicate(&self) -> AnyConnection;
}

impl<C: ConnectionLike + Clone + Send + Sync + 'static> Connection for C {
    fn duplicate(&self) -> AnyConnection {
        AnyConnection::new(self.clone())
    }
}

/// A connection that may be cloned, so that calls share it at the same time.
pub(super) struct AnyConnection(Box<dyn Connection>);

impl AnyConnection {
    pub(super) fn new(connection: impl ConnectionLike + Clone + Send + Sync + 'static) -> Self {
        Self(Box::new(connection))
    }

    async fn send(&mut self, command: &Cmd) -> RedisResult<Value> {
        self.0.req_packed_command(command).await?.extract_error()
    }
}

impl Clone for AnyConnection {
    fn clone(&self) -> Self {
        self.0.duplicate()
    }
}

/// Where the connection of a store comes from.
pub(super) enum Source {
    /// It was given, and replaces itself where its kind does.
    Given(AnyConnection),
    /// It is made when it is first needed, and again when it is lost.
    Made(Connector),
    /// It can't be made: this is wrong with what was given.
    Misconfigured(String),
}

impl Source {
    pub(super) async fn send(&self, command: &Cmd) -> RedisResult<Value> {
        match self {
            Self::Given(connection) => connection.clone().send(command).await,
            Self::Made(connector) => connector.send(command).await,
            Self::Misconfigured(_) => Err(RedisError::from(UNCONFIGURED)),
        }
    }
}

/// `RedisStore::source` refuses before that.
const UNCONFIGURED: (ErrorKind, &str) =
    (ErrorKind::InvalidClientConfig, "there is no server's URL");

type Connecting = Shared<BoxFuture<'static, RedisResult<AnyConnection>>>;

/// Makes connections, one at a time, that calls share.
pub(super) struct Connector {
    connect: Box<dyn Fn() -> BoxFuture<'static, RedisResult<AnyConnection>> + Send + Sync>,
    current: Mutex<Current>,
}

/// The connection that calls share.
#[derive(Default)]
struct Current {
    connecting: Option<Connecting>,
    /// Tells it from those before it.
    number: u64,
}

impl Connector {
    pub(super) fn new<C, F, Fut>(connect: F) -> Self
    where
        C: ConnectionLike + Clone + Send + Sync + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = RedisResult<C>> + Send + 'static,
    {
        let connect = move || {
            #[cfg(feature = "redis-tls")]
            super::tls::install_ring();
            let connecting = connect();
            async move { connecting.await.map(AnyConnection::new) }.boxed()
        };
        Self { connect: Box::new(connect), current: Mutex::default() }
    }

    /// Sends a command, over another connection if the one that calls share turns out to be closed.
    ///
    /// The server, or a network that was idle for long, may have closed it while the environment was frozen. The
    /// command may have been run before, which a store's caller expects of every error, and so of this.
    async fn send(&self, command: &Cmd) -> RedisResult<Value> {
        let (answer, is_new) = self.send_once(command).await;
        match answer {
            Err(error) if !is_new && error.is_unrecoverable_error() => {
                self.send_once(command).await.0
            }
            answer => answer,
        }
    }

    /// Sends a command over the connection that calls share; tells whether it was made for this call.
    async fn send_once(&self, command: &Cmd) -> (RedisResult<Value>, bool) {
        let (connecting, number, is_new) = self.current();
        let on_drop = Discard { connector: self, number, is_usable: false };
        (on_drop.send(connecting, command).await, is_new)
    }

    fn current(&self) -> (Connecting, u64, bool) {
        let mut current = self.lock();
        let number = current.number;
        if let Some(connecting) = &current.connecting {
            return (connecting.clone(), number, false);
        }
        drop(current);
        // Not under the lock, because it is the user's code.
        let connecting = (self.connect)().shared();
        current = self.lock();
        let number = current.number;
        let is_new = current.connecting.is_none();
        (current.connecting.get_or_insert(connecting).clone(), number, is_new)
    }

    /// Forgets a connection, so that the next call makes another; calls that wait for it are not disturbed.
    fn discard(&self, number: u64) {
        let mut current = self.lock();
        if current.number == number {
            current.number += 1;
            let connecting = current.connecting.take();
            drop(current);
            drop(connecting);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Discards a connection at the end of a call, unless it has proved to be usable.
///
/// A call that is dropped before its answer came was given up: by a limit of time, most likely, as a connection
/// that the network has forgotten is silent. The next attempt must not wait for it as well.
struct Discard<'a> {
    connector: &'a Connector,
    number: u64,
    is_usable: bool,
}

impl Discard<'_> {
    async fn send(mut self, connecting: Connecting, command: &Cmd) -> RedisResult<Value> {
        let answer = match connecting.await {
            Ok(mut connection) => connection.send(command).await,
            Err(error) => return Err(error),
        };
        self.is_usable = is_usable_after(&answer);
        answer
    }
}

impl Drop for Discard<'_> {
    fn drop(&mut self) {
        if !self.is_usable {
            self.connector.discard(self.number);
        }
    }
}

/// Tells whether the answer came from a server that can do what is asked of it.
fn is_usable_after(answer: &RedisResult<Value>) -> bool {
    match answer.as_ref().map_err(RedisError::kind) {
        Ok(_) | Err(ErrorKind::Extension) => true,
        // It was the primary once. The address may lead to the new one by now.
        Err(ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)) => false,
        Err(ErrorKind::Server(_)) => true,
        Err(_) => false,
    }
}
