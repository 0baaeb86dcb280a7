//! The examples under AWS's emulator.

use std::process::Command;

use serde_json::Value;

use super::process::Emulator;
use crate::peers::examples::{CONCURRENT, EVENTS, Example, HTTP_API, QUICKSTART};

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn the_examples_run_unchanged() {
    for example in [QUICKSTART, HTTP_API, EVENTS, CONCURRENT] {
        assert_runs(&example).await;
    }
}

async fn assert_runs(example: &Example) {
    // Debug builds on a busy machine start slowly.
    let variables = [("AWS_LAMBDA_FUNCTION_TIMEOUT", "20")];
    let emulator = Emulator::start_with(&built(example), &variables).await;
    let event = std::fs::read(format!("{}/{}", example.folder(), example.event)).unwrap();
    for _ in 0..2 {
        example.assert_answer(&emulator.invoke(&event, &[]).await.json());
    }
    let printed = emulator.stop().await;
    let printed = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    // Lines of the second invocation, and of the emulator's own.
    let first = printed.filter(|line| line.get("_aws").is_some() || line["cold_start"] == true);
    example.assert_printed(first.collect());
}

/// Builds the example, and returns its binary.
fn built(example: &Example) -> String {
    let build = ["build", "--package", example.name, "--message-format", "json"];
    let output = Command::new(env!("CARGO")).args(build).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut binaries = messages.filter(|message| message["target"]["name"] == example.name);
    let path = binaries.find_map(|message| Some(message["executable"].as_str()?.to_owned()));
    path.expect("cargo tells where it put the binary")
}
