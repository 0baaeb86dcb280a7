//! Errors in lines.

use std::{backtrace::Backtrace, error::Error, num::ParseIntError};

use powertools_logger::{exception, exception_with_backtrace, testing::capture};
use serde_json::json;

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("order {id} is not a number")]
    BadId { id: &'static str, source: ParseIntError },
}

fn bad_id() -> OrderError {
    OrderError::BadId { id: "x", source: "x".parse::<u32>().unwrap_err() }
}

#[test]
fn error_has_its_message_type_and_sources() {
    let captured = capture();
    tracing::error!(order_id = "x", error = exception(&bad_id()), "order refused");
    let line = captured.last();
    assert_eq!(line["exception"], "order x is not a number");
    assert_eq!(line["exception_name"], "OrderError");
    assert_eq!(
        line["stack_trace"],
        json!({
            "type": "OrderError",
            "value": "order x is not a number",
            "module": "integration::logger::errors",
            "causes": [{"type": "ParseIntError", "value": "invalid digit found in string"}],
        })
    );
    assert_eq!((line.get("error"), &line["order_id"]), (None, &json!("x")));
}

#[test]
fn error_of_unknown_type_is_logged_the_same_way() {
    let captured = capture();
    let (first, second): (OrderError, std::io::Error) =
        (bad_id(), std::io::Error::other("disk full"));
    let (first, second): (&dyn Error, &dyn Error) = (&first, &second);
    tracing::error!(error = first, second, "two of them");
    let line = captured.last();
    assert_eq!(
        (&line["exception"], &line["exception_name"]),
        (&json!("order x is not a number"), &json!("BadId"))
    );
    assert_eq!(line["second"], json!({"type": "Error", "value": "disk full", "causes": []}));
}

#[test]
fn user_exception_key_wins() {
    let captured = capture();
    tracing::error!(exception = "mine", error = exception(&bad_id()), "both");
    assert_eq!(
        (&captured.last()["exception"], &captured.last()["exception_name"]),
        (&json!("mine"), &json!("OrderError"))
    );
}

#[test]
fn backtrace_shows_where_it_was_captured() {
    let captured = capture();
    let error = bad_id();
    tracing::error!(error = exception_with_backtrace(&error, &Backtrace::force_capture()), "with");
    tracing::error!(error = exception_with_backtrace(&error, &Backtrace::disabled()), "without");
    let lines = captured.values();
    let backtrace = lines[0]["stack_trace"]["backtrace"].as_str().unwrap();
    assert!(backtrace.contains("backtrace_shows_where_it_was_captured"));
    assert_eq!(lines[1]["stack_trace"].get("backtrace"), None);
}

#[test]
fn error_in_a_span_is_an_object_under_its_own_key() {
    let captured = capture();
    let error = bad_id();
    tracing::info_span!("retry", last = exception(&error)).in_scope(|| tracing::info!("again"));
    assert_eq!(captured.last()["last"]["value"], "order x is not a number");
    assert_eq!(captured.last().get("exception"), None);
}
