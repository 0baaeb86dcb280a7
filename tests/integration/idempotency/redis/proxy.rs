//! A network between a store and its server, which fails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

/// What becomes of what a client sends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    Delivered,
    /// The connection is cut, and the server does not get it.
    CutBefore,
    /// The connection is cut, and the client does not get the answer.
    CutAfter,
}

type Plan = dyn Fn() -> (Duration, Fate) + Send + Sync;

/// Passes connections on.
pub(super) struct Proxy {
    pub(super) port: u16,
    forgotten: watch::Sender<u32>,
    connections: Arc<AtomicU32>,
}

impl Proxy {
    /// Starts one that delivers everything.
    pub(super) async fn start(server: u16) -> Self {
        Self::with(server, || (Duration::ZERO, Fate::Delivered)).await
    }

    /// Starts one that asks `plan` how long it takes and what becomes of it, for everything that clients send.
    pub(super) async fn with(
        server: u16,
        plan: impl Fn() -> (Duration, Fate) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (forgotten, watched) = watch::channel(0);
        let connections = Arc::new(AtomicU32::new(0));
        let (plan, counted): (Arc<Plan>, _) = (Arc::new(plan), connections.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
                let (plan, forgotten) = (plan.clone(), watched.clone());
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await {
                        pass(client, server, &*plan, || *forgotten.borrow() >= number).await;
                    }
                });
            }
        });
        Self { port, forgotten, connections }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Forgets all connections there are: they stay open, and nothing arrives any more.
    pub(super) fn forget(&self) {
        self.forgotten.send_replace(self.connections());
    }

    /// Returns how many connections there have been.
    pub(super) fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn pass(
    mut client: TcpStream,
    mut server: TcpStream,
    plan: &Plan,
    is_forgotten: impl Fn() -> bool,
) {
    let (mut sent, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        let passed = tokio::select! {
            Ok(bytes @ 1..) = client.read(&mut sent) => {
                let (pause, fate) = plan();
                sleep(pause).await;
                if is_forgotten() {
                    continue;
                }
                if fate == Fate::CutBefore {
                    return;
                }
                let passed = server.write_all(&sent[..bytes]).await;
                if fate == Fate::CutAfter {
                    return;
                }
                passed
            }
            Ok(bytes @ 1..) = server.read(&mut answered) => {
                if is_forgotten() {
                    continue;
                }
                client.write_all(&answered[..bytes]).await
            }
            else => return,
        };
        if passed.is_err() {
            return;
        }
    }
}
