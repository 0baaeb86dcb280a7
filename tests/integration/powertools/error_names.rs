//! The name of an error: in log lines, in traces and for Lambda.

use std::{error::Error as StdError, io};

use anyhow::Context;
use powertools::{
    Error, ErrorType, ErrorTypes, LambdaEvent, PowertoolsBuilder,
    logger::exception,
    testing::{Captured, TestResponse},
    tracer::traced,
};
use serde_json::Value;

use crate::tracer::aws_sdk::{always, client_of};

#[derive(Debug, thiserror::Error, ErrorType)]
enum OrderError {
    #[error("{0} is out of stock")]
    #[error_type = "Order.OutOfStock"]
    OutOfStock(String),
}

fn out_of_stock() -> OrderError {
    OrderError::OutOfStock("tea".to_owned())
}

/// Asserts that an error has one name for Lambda, in its line and in the handler's span; returns the line.
fn assert_named(captured: &Captured, answer: &TestResponse, name: &str) -> Value {
    let line = captured.lines().pop().unwrap();
    assert_eq!(answer.error().unwrap().error_type, name, "{line:#}");
    assert_eq!(line["exception_name"], name, "{line:#}");
    let span = captured.spans().into_iter().find(|span| span["name"] == "## handler").unwrap();
    assert_eq!(span["cause"]["exceptions"][0]["type"], name, "{span:#}");
    line
}

/// Runs a handler that returns the error, boxed.
async fn failing(captured: &Captured, error: fn() -> Error) -> TestResponse {
    let handler = move |_: LambdaEvent<Value>| async move { Err::<(), _>(error()) };
    captured.invoke(handler, &Value::Null).await
}

#[tokio::test]
async fn io_error_behind_a_context_is_named_by_its_kind() {
    let captured = Captured::new();
    let handler = async |_: LambdaEvent<Value>| -> Result<(), anyhow::Error> {
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "nobody listens");
        Err(refused).context("asking the bank").context("paying")
    };
    let answer = captured.invoke(handler, &Value::Null).await;
    let line = assert_named(&captured, &answer, "ConnectionRefused");
    assert_eq!(line["exception"], "paying");
    assert_eq!(line["root_cause"], "ConnectionRefused: nobody listens");
}

#[tokio::test]
async fn text_in_a_box_is_an_error_without_a_root_cause() {
    let captured = Captured::new();
    let answer = failing(&captured, || "no tea".into()).await;
    let line = assert_named(&captured, &answer, "Error");
    assert_eq!(line.get("root_cause"), None);
    let answer = failing(&captured, || anyhow::anyhow!("no tea").context("cooking").into()).await;
    let line = captured.lines().pop().unwrap();
    assert_eq!(answer.error().unwrap().error_type, "Error");
    assert_eq!(line["root_cause"], "no tea");
}

#[tokio::test]
async fn error_of_the_aws_sdk_is_named_by_its_code() {
    for (body, name) in [
        (
            r#"{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no table"}"#,
            "ResourceNotFoundException",
        ),
        (
            r#"{"__type": "com.amazon.coral.service#AccessDeniedException", "message": "not yours"}"#,
            "AccessDeniedException",
        ),
    ] {
        let server = always(400, body).await;
        let client = client_of(&server);
        let get = async move || client.get_item().table_name("orders").send().await;
        for way in ["typed", "boxed", "context", "service"] {
            let captured = Captured::new();
            let get = get.clone();
            let answer = match way {
                "typed" => {
                    let handler = move |_: LambdaEvent<Value>| {
                        let get = get.clone();
                        async move { get().await.map(drop) }
                    };
                    captured.invoke(handler, &Value::Null).await
                }
                _ => {
                    let handler = move |_: LambdaEvent<Value>| {
                        let get = get.clone();
                        async move {
                            let result = get().await.map(drop);
                            match way {
                                "boxed" => Ok::<_, anyhow::Error>(result?),
                                "context" => result.context("reading the order"),
                                _ => result.map_err(|error| error.into_service_error().into()),
                            }
                        }
                    };
                    captured.invoke(handler, &Value::Null).await
                }
            };
            let line = assert_named(&captured, &answer, name);
            if name == "ResourceNotFoundException" && way != "service" {
                let root_cause = line["root_cause"].as_str().unwrap();
                assert!(root_cause.ends_with("no table"), "{way}: {line:#}");
            }
        }
    }
}

#[tokio::test]
async fn unreachable_service_is_named_by_its_cause() {
    let client = client_of(&always(200, "{}").await);
    tokio::task::yield_now().await;
    let captured = Captured::new();
    let handler = move |_: LambdaEvent<Value>| {
        let client = client.clone();
        async move { Ok::<_, Error>(client.list_tables().send().await.map(drop)?) }
    };
    let answer = captured.invoke(handler, &Value::Null).await;
    let line = assert_named(&captured, &answer, "DispatchFailure");
    let root_cause = line["root_cause"].as_str().unwrap();
    assert!(root_cause.starts_with("ConnectionRefused: "), "{line:#}");
}

#[traced]
async fn place() -> Result<(), OrderError> {
    Err(out_of_stock())
}

#[tokio::test]
async fn registered_name_wins_everywhere() {
    let captured = Captured::with(PowertoolsBuilder::error_type::<OrderError>);
    let handler = async |_: LambdaEvent<Value>| -> Result<(), anyhow::Error> {
        let error = place().await.unwrap_err();
        tracing::warn!(error = exception(&error), "typed");
        tracing::warn!(error = &error as &dyn StdError, "without a type");
        let error: Error = error.into();
        tracing::warn!(error = exception(&error), "boxed");
        Err(out_of_stock()).context("placing")
    };
    let answer = captured.invoke(handler, &Value::Null).await;
    let line = assert_named(&captured, &answer, "Order.OutOfStock");
    assert_eq!(line["root_cause"], "Order.OutOfStock: tea is out of stock");
    let lines = captured.lines();
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line["exception_name"] == "Order.OutOfStock"), "{lines:#?}");
    let spans = captured.spans();
    let placed = spans.iter().find(|span| span["name"].as_str().unwrap().ends_with("::place"));
    let placed = placed.unwrap();
    assert_eq!(placed["cause"]["exceptions"][0]["type"], "Order.OutOfStock", "{placed:#}");
}

#[tokio::test]
async fn error_types_names_foreign_types_and_sets_a_fallback() {
    let types = ErrorTypes::new()
        .with_name::<std::num::ParseIntError>("InvalidNumber")
        .fallback(|error| error.to_string().contains("timed out").then(|| "Timeout".to_owned()));
    let captured = Captured::with(|powertools| powertools.error_types(types));
    for (error, name) in [
        ((|| "x".parse::<u8>().unwrap_err().into()) as fn() -> Error, "InvalidNumber"),
        (|| "the bank timed out".into(), "Timeout"),
        (|| "no tea".into(), "Error"),
    ] {
        let answer = failing(&captured, error).await;
        assert_eq!(answer.error().unwrap().error_type, name);
        assert_eq!(captured.lines().pop().unwrap()["exception_name"], name);
    }
}

#[tokio::test]
async fn report_error_logs_name_and_location() {
    let captured = Captured::with(PowertoolsBuilder::error_type::<OrderError>);
    let handler = async |_: lambda_http::Request| -> Result<lambda_http::Response<String>, Error> {
        let error = out_of_stock();
        powertools::report_error(&error);
        Ok(lambda_http::Response::builder().status(503).body(String::new())?)
    };
    let event = include_str!("../../fixtures/events/api_gateway_http.json");
    let answer = captured.invoke_json(handler, event).await;
    assert_eq!(answer.value()["statusCode"], 503);
    let line = captured.lines().pop().unwrap();
    assert_eq!((&line["level"], &line["message"]), (&"ERROR".into(), &"request failed".into()));
    assert_eq!(line["exception_name"], "Order.OutOfStock");
    assert!(line["location"].as_str().unwrap().starts_with(file!()), "{line}");
    let span = &captured.spans()[0];
    let exception = &span["cause"]["exceptions"][0];
    assert_eq!((&span["fault"], &exception["type"]), (&true.into(), &"Order.OutOfStock".into()));
    assert_eq!(exception["stack"][0]["path"], file!());
}
