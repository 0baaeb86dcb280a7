use std::{net::UdpSocket, time::Duration};

use powertools_local::{Builder, Local};
use serde_json::Value;

pub(super) const WHOLE: &str = env!("CARGO_BIN_EXE_whole");

/// The trace header of a sampled invocation.
pub(super) const SAMPLED: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// The function in a process, and a socket in the place of the X-Ray daemon.
pub(super) struct Whole {
    pub(super) local: Local,
    daemon: UdpSocket,
}

impl Whole {
    pub(super) async fn start(configure: impl FnOnce(Builder) -> Builder) -> Self {
        let daemon = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        daemon.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
        let builder = Local::builder("whole")
            .timeout(Duration::from_secs(20))
            .init_timeout(Duration::from_secs(20))
            .env("RUST_BACKTRACE", "0")
            .env("POWERTOOLS_METRICS_NAMESPACE", "Test")
            .env("LOG_LEVEL", "info,whole=debug")
            .env("AWS_XRAY_DAEMON_ADDRESS", daemon.local_addr().unwrap().to_string());
        Self { local: configure(builder).binary(WHOLE).start().await.unwrap(), daemon }
    }

    /// Returns the lines of the log, and apart from them the documents of metrics.
    pub(super) fn lines(&self) -> (Vec<Value>, Vec<Value>) {
        let lines = self.local.function_lines();
        let values = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        values.partition(|line| line.get("_aws").is_none())
    }

    /// Returns what was sent to the daemon, when nothing more comes.
    pub(super) fn documents(&self) -> Vec<Value> {
        std::iter::from_fn(|| self.next_document()).collect()
    }

    /// Returns the next document that was sent to the daemon.
    pub(super) fn document(&self) -> Value {
        self.next_document().unwrap()
    }

    fn next_document(&self) -> Option<Value> {
        let mut datagram = vec![0; 65_507];
        let length = self.daemon.recv(&mut datagram).ok()?;
        let document = datagram[..length].splitn(2, |byte| *byte == b'\n').nth(1).unwrap();
        Some(serde_json::from_slice(document).unwrap())
    }
}
