//! moto's server as a child process, and its caller.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const START: Duration = Duration::from_secs(60);

/// A server that ends with the test.
pub(crate) struct Server {
    process: Child,
    port: u16,
}

impl Server {
    pub(crate) fn start() -> Self {
        let program = std::env::var_os("POWERTOOLS_MOTO");
        let program = program.expect("POWERTOOLS_MOTO names it: run `cargo xtask test`");
        let port = free_port();
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { process: command.spawn().expect("moto starts"), port };
        server.await_port();
        server
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn await_port(&self) {
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(started.elapsed() < START, "no moto on port {}", self.port);
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Calls `PutTraceSegments`.
    pub(super) fn put(&self, documents: &[String]) -> Value {
        self.post("/TraceSegments", &json!({"TraceSegmentDocuments": documents}))
    }

    /// Calls `BatchGetTraces`.
    pub(super) fn traces(&self, ids: &[&str]) -> Value {
        self.post("/Traces", &json!({"TraceIds": ids}))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        // HTTP/1.0, so that the answer does not come in chunks. The credential's scope is what moto
        // tells services apart by; nobody checks a signature.
        let request = format!(
            "POST {path} HTTP/1.0\r\nHost: xray.us-east-1.amazonaws.com\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=id/20260101/us-east-1/xray/aws4_request\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers with text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        assert!(head.lines().next().is_some_and(|line| line.contains(" 200 ")), "{answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}
