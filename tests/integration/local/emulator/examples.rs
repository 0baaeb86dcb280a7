//! The examples under AWS's emulator.

use std::process::Command;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use serde_json::Value;

use super::process::Emulator;
use crate::compat::examples::{CONCURRENT, EVENTS, Example, HTTP_API, PAYMENTS, QUICKSTART};
use crate::idempotency::dynamodb::database;

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn examples_run_in_the_emulator() {
    for example in [QUICKSTART, HTTP_API, EVENTS, CONCURRENT] {
        assert_runs(&example, &[]).await;
    }
}

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn duplicate_payment_is_charged_once() {
    let url = database::serve().await;
    let client = database::client(&url, RetryConfig::standard());
    database::create_table(&client, "payments", &["id"]).await;
    let variables = [
        ("PAYMENTS_TABLE", "payments"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &url),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let printed = assert_runs(&PAYMENTS, &variables).await;
    assert_eq!(printed.matches("card charged").count(), 1, "{printed}");
}

/// Sends the example its event twice, and returns what was printed.
async fn assert_runs(example: &Example, variables: &[(&str, &str)]) -> String {
    // Debug builds on a busy machine start slowly.
    let variables = [variables, &[("AWS_LAMBDA_FUNCTION_TIMEOUT", "20")]].concat();
    let emulator = Emulator::start_with(&built(example), &variables).await;
    let event = std::fs::read(format!("{}/{}", example.folder(), example.event)).unwrap();
    for _ in 0..2 {
        example.assert_answer(&emulator.invoke(&event, &[]).await.json());
    }
    let printed = emulator.stop().await;
    let lines = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    // Without lines of the second invocation, and those of the emulator's own.
    let first = lines.filter(|line| line.get("_aws").is_some() || line["cold_start"] == true);
    example.assert_printed(first.collect());
    printed
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
