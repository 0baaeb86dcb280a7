//! Promises of `local`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test calls is a test")]

mod child;
mod concurrent;
mod emulator;
mod in_process;
mod logs;
mod runtime_api;
mod several;
mod snap_start;

use std::time::Duration;

use powertools_local::{Builder, Local};
use serde_json::{Value, json};

/// Long enough for a busy machine, short enough for a test that waits for it to pass.
const SHORT: Duration = Duration::from_millis(400);

/// The function that does what its event asks for.
const PROBE: &str = env!("CARGO_BIN_EXE_probe");

/// A function with time enough to never run into a deadline by accident.
fn patient(name: &str) -> Builder {
    Local::builder(name).timeout(Duration::from_secs(30)).init_timeout(Duration::from_secs(30))
}

/// Runs `action` while no `Local` changes the variables of this process.
fn with_stable_environment<T>(action: impl FnOnce() -> T) -> T {
    let no_changes: [(&str, Option<&str>); 0] = [];
    temp_env::with_vars(no_changes, action)
}

fn succeed(value: impl Into<Value>) -> Value {
    json!({"do": "succeed", "value": value.into()})
}

fn sleep(duration: Duration) -> Value {
    json!({"do": "sleep", "ms": duration.as_millis() as u64, "value": "slept"})
}
