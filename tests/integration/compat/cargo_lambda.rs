//! The examples under cargo-lambda's emulator, whose invocations have a deadline in 1970, an ARN
//! that is none, and no region.

mod template;

use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::examples::{CONCURRENT, EVENTS, Example, HTTP_API, QUICKSTART};

const EMULATOR_START: Duration = Duration::from_secs(30);

#[test]
#[ignore = "needs cargo-lambda: run `cargo xtask test`"]
fn quickstart_runs_under_cargo_lambda() {
    assert_runs(QUICKSTART);
}

#[test]
#[ignore = "needs cargo-lambda: run `cargo xtask test`"]
fn http_api_runs_under_cargo_lambda() {
    assert_runs(HTTP_API);
}

#[test]
#[ignore = "needs cargo-lambda: run `cargo xtask test`"]
fn events_example_runs_under_cargo_lambda() {
    assert_runs(EVENTS);
}

#[test]
#[ignore = "needs cargo-lambda: run `cargo xtask test`"]
fn concurrent_example_runs_one_invocation_at_a_time_under_cargo_lambda() {
    assert_runs(CONCURRENT);
}

fn assert_runs(example: Example) {
    let emulator = Emulator::start(&example);
    example.assert_answer(&emulator.invoke(&example));
    example.assert_printed(emulator.end());
}

/// `cargo lambda watch`, which builds the function when the first event comes.
struct Emulator {
    process: Child,
    port: u16,
}

impl Emulator {
    fn start(example: &Example) -> Self {
        let port = free_port();
        let mut watch = cargo_lambda(example, "watch", port);
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

    fn invoke(&self, example: &Example) -> Value {
        let mut invoke = cargo_lambda(example, "invoke", self.port);
        let output = invoke.args([example.name, "--data-file", example.event]).output();
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

fn cargo_lambda(example: &Example, subcommand: &str, port: u16) -> Command {
    let program = std::env::var_os("POWERTOOLS_CARGO_LAMBDA");
    let program = program.expect("POWERTOOLS_CARGO_LAMBDA names it: run `cargo xtask test`");
    let mut command = Command::new(program);
    command.current_dir(example.folder()).args(["lambda", subcommand]);
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
