//! The Runtime API over HTTP: one server for each session.
//!
//! Each process has a separate port, so that the connections of a killed process, which may still be polling, are
//! distinct from those of its successor.

mod body;
mod extension;
mod metadata;
mod reply;
mod route;
mod runtime;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use self::route::Route;
use crate::error::Error;
use crate::sandbox::Session;

/// A port that is open but not served yet.
pub(crate) struct Port {
    listener: TcpListener,
    address: SocketAddr,
}

impl Port {
    pub(crate) async fn open() -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::Listen)?;
        let address = listener.local_addr().map_err(Error::Listen)?;
        Ok(Self { listener, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn serve(self, session: Arc<Session>) -> Server {
        Server { task: tokio::spawn(accept(self.listener, session)) }
    }
}

/// A served port; dropping it closes all connections.
pub(crate) struct Server {
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, session: Arc<Session>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(stream, Arc::clone(&session)));
                }
                // Such as too many open files: the next attempt may succeed.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_connection(stream: TcpStream, session: Arc<Session>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let session = Arc::clone(&session);
        async move { Ok::<_, Infallible>(Route::of(&request).answer(&session, request).await) }
    });
    // If a client closes the connection, its invocation ends with the process or at the deadline.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
