use std::{net::UdpSocket, time::Duration};

use powertools_core::Environment;

/// A socket that plays the X-Ray daemon.
pub(super) struct Daemon(UdpSocket);

impl Daemon {
    pub(super) fn start() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        Self(socket)
    }

    pub(super) fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    pub(super) fn environment(&self) -> Environment {
        Environment::of([("AWS_XRAY_DAEMON_ADDRESS", self.address())])
    }

    /// Returns what has come, when nothing more comes for a while.
    pub(super) fn datagrams(&self) -> Vec<Vec<u8>> {
        let mut datagrams = Vec::new();
        let mut buffer = vec![0; 70_000];
        while let Ok(length) = self.0.recv(&mut buffer) {
            datagrams.push(buffer[..length].to_vec());
        }
        datagrams
    }
}
