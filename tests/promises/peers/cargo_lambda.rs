//! The quickstart under cargo-lambda's emulator, whose invocations have a deadline in 1970, an ARN
//! that is none, and no region.

mod template;

use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const QUICKSTART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/quickstart");
const EMULATOR_START: Duration = Duration::from_secs(30);

#[test]
#[ignore = "needs cargo-lambda: run `cargo xtask test`"]
fn the_quickstart_runs_unchanged_under_its_emulator() {
    let emulator = Emulator::start();
    let answer = emulator.invoke(&order());
    assert_eq!(answer["statusCode"], 201, "{answer}");
    let (metrics, lines): (Vec<_>, Vec<_>) =
        emulator.end().into_iter().partition(|line| line.get("_aws").is_some());
    // The order's own are written after the answer, perhaps not before the emulator has ended.
    assert!(metrics.iter().any(|it| it.get("ColdStart").is_some()), "{metrics:?}");
    assert!(!lines.is_empty(), "it logs what it does");
    for line in &lines {
        let request_id = line["function_request_id"].as_str();
        assert_eq!(request_id.map(str::len), Some(36), "a UUID in {line}");
        assert_eq!((&line["correlation_id"], &line["cold_start"]), (&json!("api-1"), &json!(true)));
    }
}

/// An event of an API Gateway HTTP API.
fn order() -> Value {
    let tea = json!({"product": "tea", "quantity": 2, "price": 450});
    json!({
        "version": "2.0",
        "requestContext": {"requestId": "api-1", "http": {"method": "POST", "path": "/orders"}},
        "headers": {"content-type": "application/json"},
        "body": json!({"customer": "c-1029", "items": [tea]}).to_string(),
    })
}

/// `cargo lambda watch`, which builds the function when the first event comes.
struct Emulator {
    process: Child,
    port: u16,
}

impl Emulator {
    fn start() -> Self {
        let port = free_port();
        let mut watch = cargo_lambda("watch", port);
        watch.args(["--ignore-changes", "--offline"]).env("CARGO_TARGET_DIR", target());
        let process = watch.stdout(Stdio::piped()).spawn().expect("cargo-lambda starts");
        let emulator = Self { process, port };
        emulator.await_port();
        emulator
    }

    fn await_port(&self) {
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(started.elapsed() < EMULATOR_START, "no emulator on port {}", self.port);
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn invoke(&self, event: &Value) -> Value {
        let mut invoke = cargo_lambda("invoke", self.port);
        let output = invoke.args(["quickstart", "--data-ascii", &event.to_string()]).output();
        let output = output.expect("cargo-lambda starts");
        let told = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
    }

    /// Ends the emulator, and the function with it; returns what the function printed.
    fn end(mut self) -> Vec<Value> {
        self.kill().expect("it runs");
        let mut printed = String::new();
        let mut stdout = self.process.stdout.take().expect("it is piped");
        stdout.read_to_string(&mut printed).expect("it prints text");
        let own = |line: &&str| !line.starts_with(" INFO ");
        printed.lines().filter(own).map(parse).collect()
    }

    fn kill(&mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait().map(drop)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn cargo_lambda(subcommand: &str, port: u16) -> Command {
    let program = std::env::var_os("POWERTOOLS_CARGO_LAMBDA");
    let program = program.expect("POWERTOOLS_CARGO_LAMBDA names it: run `cargo xtask test`");
    let mut command = Command::new(program);
    command.current_dir(QUICKSTART).args(["lambda", subcommand]);
    command.args(["--color", "never", "--invoke-address", "127.0.0.1"]);
    command.args(["--invoke-port", &port.to_string()]);
    command
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

/// Where this test was built, so that little is built again.
fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows itself");
    test.ancestors().nth(3).map(Path::to_owned).expect("it is in target/debug/deps")
}
