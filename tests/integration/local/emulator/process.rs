//! The emulator as a child process, and its caller.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::super::{PROBE, with_stable_environment};

/// Names the emulator's binary.
const PATH: &str = "POWERTOOLS_RIE";

pub(super) struct Emulator {
    child: Child,
    address: SocketAddr,
    output: JoinHandle<String>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Emulator {
    /// Runs the probe.
    pub(super) async fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_with(PROBE, variables).await
    }

    /// Runs a program with further variables.
    pub(super) async fn start_with(program: &str, variables: &[(&str, &str)]) -> Self {
        loop {
            if let Some(emulator) = Self::try_start(program, variables).await {
                return emulator;
            }
        }
    }

    /// Gives nothing if someone else took a port first, which ends the emulator.
    async fn try_start(program: &str, variables: &[(&str, &str)]) -> Option<Self> {
        let (address, api) = (free_port().await, free_port().await);
        let mut child =
            with_stable_environment(|| command(address, api, program, variables).spawn()).unwrap();
        let output = tokio::spawn(read(child.stdout.take().unwrap()));
        while TcpStream::connect(address).await.is_err() {
            if child.try_wait().unwrap().is_some() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Some(Self { child, address, output })
    }

    pub(super) async fn invoke(&self, payload: &[u8], headers: &[(&str, &str)]) -> Answer {
        // HTTP/1.0, so that the answer does not come in chunks.
        let mut head = "POST /2015-03-31/functions/function/invocations HTTP/1.0\r\n".to_owned();
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {}\r\n\r\n", payload.len());
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(&[head.as_bytes(), payload].concat()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        Answer::parse(&String::from_utf8_lossy(&answer))
    }

    /// Ends the emulator and gives back what it and the function printed.
    pub(super) async fn stop(mut self) -> String {
        self.child.kill().await.unwrap();
        // The function may outlive the emulator and hold its output open.
        tokio::time::timeout(Duration::from_secs(5), self.output).await.unwrap().unwrap()
    }
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, body: body.to_owned() }
    }
}

fn command(
    address: SocketAddr,
    api: SocketAddr,
    program: &str,
    variables: &[(&str, &str)],
) -> Command {
    let path = std::env::var_os(PATH).unwrap_or_else(|| panic!("{PATH} must name the emulator"));
    let mut command = Command::new(path);
    command
        .args(["--log-level", "error"])
        .args(["--runtime-interface-emulator-address", &address.to_string()])
        .args(["--runtime-api-address", &api.to_string()])
        .arg(program)
        .env("AWS_LAMBDA_FUNCTION_NAME", "probe")
        .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "3")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn read(mut stdout: ChildStdout) -> String {
    let mut output = Vec::new();
    let _ = stdout.read_to_end(&mut output).await;
    String::from_utf8_lossy(&output).into_owned()
}

/// A port that was free a moment ago, from below those the system gives out by itself.
async fn free_port() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 200).unwrap() * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if TcpListener::bind(address).await.is_ok() {
            return address;
        }
    }
}
