//! Panics in log lines and traces, with their messages and places.

use powertools::{Error, LambdaEvent, Powertools, testing::Captured};
use powertools_core::{ColdStart, InitializationType};
use serde_json::{Value, json};

use super::fixture::{SAMPLED, Whole};

/// The log lines of an invocation, and its subsegments.
async fn invoke(event: &Value, backtrace: &str) -> (Vec<Value>, Vec<Value>) {
    let whole = Whole::start(|builder| builder.env("RUST_BACKTRACE", backtrace)).await;
    let outcome = whole.local.invocation(event).trace_header(SAMPLED).send().await.unwrap();
    assert_eq!(outcome.function_error.unwrap().error_type, "panic");
    let (lines, _) = whole.lines();
    (lines.into_iter().filter(|line| line["level"] == "ERROR").collect(), whole.documents())
}

/// Returns the handler's subsegment and that of another span in it.
fn spans(documents: &[Value]) -> (&Value, Option<&Value>) {
    let [handler] = documents else { panic!("{documents:#?}") };
    (handler, handler["subsegments"].get(0))
}

#[tokio::test]
async fn panic_has_its_location_in_line_and_trace() {
    let (lines, documents) = invoke(&json!({"panic": {"message": "no tea"}}), "0").await;
    let location = lines[0]["location"].as_str().unwrap();
    assert!(location.starts_with("tests/support/whole/main.rs:"), "{location}");
    let (handler, _) = spans(&documents);
    let frame = &handler["cause"]["exceptions"][0]["stack"][0];
    assert!(
        location.starts_with(&format!("tests/support/whole/main.rs:{}:", frame["line"])),
        "{frame}"
    );
    assert_eq!(frame["path"], "tests/support/whole/main.rs");
}

#[tokio::test]
async fn panic_in_a_child_span_is_recorded_in_the_handlers_span_too() {
    let (lines, documents) = invoke(&json!({"panic_inside": {"message": "no card"}}), "0").await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let (handler, child) = spans(&documents);
    for span in [handler, child.unwrap()] {
        assert_eq!(span["fault"], true, "{span:#}");
        let exceptions = span["cause"]["exceptions"].as_array().unwrap();
        assert_eq!(exceptions.len(), 1, "{span:#}");
        assert_eq!(exceptions[0]["message"], "no card");
        assert_eq!(exceptions[0]["stack"][0]["path"], "tests/support/whole/main.rs");
    }
}

#[tokio::test]
async fn backtrace_has_user_frames_and_keeps_the_message() {
    let message = "no tea ".repeat(2000);
    let (lines, documents) = invoke(&json!({"panic_inside": {"message": message}}), "1").await;
    assert_eq!(lines[0]["exception"], message);
    let backtrace = lines[0]["stack_trace"]["backtrace"].as_str().unwrap();
    let mut lines = backtrace.lines();
    assert!(lines.next().unwrap().starts_with("   0: "), "{backtrace}");
    assert!(lines.next().unwrap().contains("whole/main.rs:"), "{backtrace}");
    let left_out = ["/rustc/", "/tokio-", "/tracing-", "/lambda_runtime-", ": std::", ": tokio::"];
    assert!(!left_out.iter().any(|part| backtrace.contains(part)), "{backtrace}");
    let (handler, child) = spans(&documents);
    for span in [handler, child.unwrap()] {
        assert_eq!(span["cause"]["exceptions"][0]["message"], message);
    }
}

#[tokio::test]
async fn resumed_panic_has_a_line() {
    let (lines, documents) = invoke(&json!({"panic_in_task": {"message": "no tea"}}), "0").await;
    let of_invocation = |line: &&Value| line.get("function_request_id").is_some();
    let lines: Vec<_> = lines.iter().filter(of_invocation).collect();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert_eq!(
        (&lines[0]["exception"], &lines[0]["exception_name"]),
        (&json!("no tea"), &json!("panic"))
    );
    assert_eq!(spans(&documents).0["fault"], true);
}

async fn panicking(event: LambdaEvent<String>) -> Result<(), Error> {
    panic!("no {}", event.payload)
}

#[tokio::test]
async fn captured_panic_equals_that_on_lambda() {
    let captured = Captured::new();
    let answer = captured.invoke(panicking, &"tea").await;
    assert_eq!(answer.error().unwrap().error_message, "no tea");
    let lines = captured.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert_eq!(
        (&lines[0]["message"], &lines[0]["exception"]),
        (&json!("panicked"), &json!("no tea"))
    );
    assert!(lines[0]["location"].as_str().unwrap().starts_with(file!()), "{}", lines[0]);
    assert_eq!(lines[0]["function_name"], "test");
    let spans = captured.spans();
    assert_eq!(spans[0]["cause"]["exceptions"][0]["message"], "no tea");
    assert_eq!(spans[0]["cause"]["exceptions"][0]["stack"][0]["path"], file!());
}

#[tokio::test]
async fn captured_service_is_polled_for_readiness() {
    #[derive(Clone, Default)]
    struct Careful(bool);

    impl tower_service::Service<LambdaEvent<u32>> for Careful {
        type Response = u32;
        type Error = Error;
        type Future = std::future::Ready<Result<u32, Error>>;

        fn poll_ready(
            &mut self,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), Error>> {
            self.0 = true;
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, event: LambdaEvent<u32>) -> Self::Future {
            assert!(self.0, "`poll_ready` comes first");
            std::future::ready(Ok(event.payload))
        }
    }

    assert_eq!(Captured::new().invoke(Careful::default(), &7).await.value(), 7);
}

#[tokio::test]
async fn handler_layer_alone_records_a_panic() {
    let flag = ColdStart::own(InitializationType::OnDemand);
    let powertools = Powertools::builder().cold_start(flag).build_with_warnings().0;
    let layer = powertools.handler_layer();
    let handler = lambda_runtime::service_fn(panicking);
    let mut service = tower_layer::Layer::layer(&layer, handler);
    let event = LambdaEvent::new("tea".to_owned(), lambda_runtime::Context::default());
    let failed = tower_service::Service::call(&mut service, event).await.unwrap_err();
    assert_eq!((failed.error_type.as_str(), failed.error_message.as_str()), ("panic", "no tea"));
}
