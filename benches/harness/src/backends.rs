//! Who a function talks to besides Lambda: X-Ray's daemon and a collector of OTLP. Both take everything.

use std::{
    io::{self, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    thread,
    time::Duration,
};

use crate::api::Request;

/// Longer than a function takes to send what it has to.
const QUIET: Duration = Duration::from_millis(500);

/// What runs as long as functions do.
pub(crate) struct Backends {
    // Hardly ever read: what does not fit is dropped, as the sender never waits.
    daemon: UdpSocket,
    collector: SocketAddr,
    /// A table's server, where there is one.
    pub(crate) dynamodb: Option<String>,
    /// What a function is told besides.
    pub(crate) more: Vec<(&'static str, String)>,
}

impl Backends {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let collector = listener.local_addr()?;
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || collect(stream));
            }
        });
        let daemon = UdpSocket::bind(("127.0.0.1", 0))?;
        Ok(Self { daemon, collector, dynamodb: None, more: Vec::new() })
    }

    /// Returns what the daemon was sent, when nothing has come for a while.
    pub(crate) fn received(&self) -> io::Result<Vec<String>> {
        self.daemon.set_read_timeout(Some(QUIET))?;
        let mut buffer = vec![0; 65_536];
        let mut received = Vec::new();
        while let Ok(bytes) = self.daemon.recv(&mut buffer) {
            received.push(String::from_utf8_lossy(&buffer[..bytes]).into_owned());
        }
        Ok(received)
    }

    /// The environment variables of a function.
    pub(crate) fn variables(&self, api: SocketAddr) -> io::Result<Vec<(&'static str, String)>> {
        let text = |name, value: &str| (name, value.to_owned());
        let daemon = self.daemon.local_addr()?.to_string();
        let mut variables = vec![
            ("AWS_LAMBDA_RUNTIME_API", api.to_string()),
            ("AWS_XRAY_DAEMON_ADDRESS", daemon),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", self.collector)),
            text("AWS_LAMBDA_FUNCTION_NAME", "checkout"),
            text("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            text("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            text("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            text("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            text("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/checkout"),
            text("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/20/[$LATEST]0"),
            text("AWS_REGION", "eu-west-1"),
            text("LAMBDA_TRACING_ENABLE_FMT_LAYER", "true"),
            text("OTEL_SERVICE_NAME", "checkout"),
            text("POWERTOOLS_METRICS_NAMESPACE", "Shop"),
            text("POWERTOOLS_SERVICE_NAME", "checkout"),
            text("TZ", ":UTC"),
            text("_HANDLER", "bootstrap"),
        ];
        if let Some(url) = &self.dynamodb {
            variables.push(("AWS_ENDPOINT_URL_DYNAMODB", url.clone()));
            variables.push(text("AWS_ACCESS_KEY_ID", "id"));
            variables.push(text("AWS_SECRET_ACCESS_KEY", "secret"));
        }
        variables.extend(self.more.iter().cloned());
        Ok(variables)
    }
}

/// Takes whatever is sent over a connection.
fn collect(stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    while let Ok(Some(_)) = Request::read(&mut reader) {
        let accepted =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if writer.write_all(accepted).is_err() {
            return;
        }
    }
}
