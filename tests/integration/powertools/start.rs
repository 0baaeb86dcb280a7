use serde_json::{Value, json};

use super::fixture::Whole;

#[tokio::test]
async fn init_error_is_reported_and_logged() {
    let whole = Whole::start(|builder| builder.env("WHOLE", "fail")).await;
    let outcome = whole.local.invoke(&json!({})).await.unwrap();
    let error = outcome.function_error.unwrap();
    assert_eq!(
        (&*error.error_type, &*error.error_message),
        ("OutOfStock", "the table is out of stock")
    );
    let line = first_line(&whole);
    assert_eq!(line["message"], "function failed to start");
    assert_eq!(line["exception_name"], "OutOfStock");
}

#[tokio::test]
async fn init_panic_is_reported_and_logged() {
    let whole = Whole::start(|builder| builder.env("WHOLE", "panic")).await;
    let outcome = whole.local.invoke(&json!({})).await.unwrap();
    let error = outcome.function_error.unwrap();
    assert_eq!((&*error.error_type, &*error.error_message), ("panic", "no configuration"));
    let line = first_line(&whole);
    let (message, exception) = (json!("panicked"), json!("no configuration"));
    assert_eq!((&line["message"], &line["exception"]), (&message, &exception));
}

#[tokio::test]
async fn lines_after_an_early_init_are_kept() {
    let whole = Whole::start(|builder| builder.env("WHOLE", "early")).await;
    whole.local.invoke(&json!({"succeed": {"value": 1}})).await.unwrap();
    // Each is JSON: nothing on stderr says that there is a subscriber already.
    let (lines, _) = whole.lines();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["before the handler runs", "order placed"]);
}

#[test]
fn start_outside_lambda_names_the_missing_variable() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_whole"))
        .env_remove("AWS_LAMBDA_RUNTIME_API")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("AWS_LAMBDA_RUNTIME_API is not set"), "{said}");
}

/// Returns the line that the start has left; after it comes what `main` says as it ends.
fn first_line(whole: &Whole) -> Value {
    let lines = whole.local.function_lines();
    assert!(lines[1].starts_with("Error: the function failed to start"), "{lines:#?}");
    serde_json::from_str(&lines[0]).unwrap()
}
