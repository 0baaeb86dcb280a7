//! Simulates the X-Ray daemon, which Lambda runs next to a traced function.

use std::{io, net::UdpSocket, time::Duration};

use serde_json::Value;

/// The trace header that a caller with sampling sends.
pub(super) const SAMPLED: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// How long to wait for a document: spans are sent after the response.
const PATIENCE: Duration = Duration::from_secs(2);

/// A socket that receives the function's spans.
pub(super) struct Daemon(UdpSocket);

impl Daemon {
    pub(super) fn start() -> io::Result<Self> {
        let socket = UdpSocket::bind(("127.0.0.1", 0))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(socket))
    }

    /// Returns the value for `AWS_XRAY_DAEMON_ADDRESS`.
    pub(super) fn address(&self) -> io::Result<String> {
        Ok(self.0.local_addr()?.to_string())
    }

    /// Shows one document for each invocation as a tree, and returns how many were received.
    pub(super) fn show(&self, documents: usize) -> usize {
        let mut datagram = vec![0; 65_507];
        for shown in 0..documents {
            let Ok(length) = self.0.recv(&mut datagram) else {
                eprintln!("  a document is missing");
                return shown;
            };
            let document = datagram[..length].splitn(2, |byte| *byte == b'\n').nth(1);
            let document = serde_json::from_slice(document.unwrap_or_default());
            show_tree(&document.unwrap_or_default(), 1);
        }
        documents
    }
}

/// Shows a subsegment and its children: name, milliseconds, annotations, error.
fn show_tree(document: &Value, depth: usize) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let seconds = |name| document[name].as_f64().unwrap_or_default();
    let duration = 1000.0 * (seconds("end_time") - seconds("start_time"));
    let annotations = document["annotations"].as_object().into_iter().flatten();
    let annotations: String = annotations.map(|(key, value)| format!("  {key}={value}")).collect();
    let error = &document["cause"]["exceptions"][0];
    let error = if document["fault"] == true {
        format!("  fault: {}: {}", text(&error["type"]), text(&error["message"]))
    } else {
        String::new()
    };
    let indent = "  ".repeat(depth);
    eprintln!("{indent}{}  {duration:.1} ms{annotations}{error}", text(&document["name"]));
    for child in document["subsegments"].as_array().into_iter().flatten() {
        show_tree(child, depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undelivered_documents_are_missing() {
        let daemon = Daemon::start().unwrap();
        daemon.0.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
        let sender = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        sender.send_to(b"{\"format\":\"json\"}\n{}", daemon.address().unwrap()).unwrap();
        assert_eq!(daemon.show(2), 1);
    }
}
