//! The demo: runs this binary on the local runtime and sends it events.
//!
//! stdout shows the function's lines exactly as Lambda would receive them, and stderr a summary with the spans of each
//! event as a tree. The demo also verifies this output, and fails if it is not as expected.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "showing is what it is for")]

mod daemon;

use powertools::Error;
use powertools_local::{Builder, Local, Outcome};
use serde_json::{Value, json};

use daemon::{Daemon, SAMPLED};

/// An event from API Gateway; one of the fixtures of `aws_lambda_events`.
const HTTP_API: &str = include_str!("../../events/http-api.json");

/// Sends seven events to three functions.
pub(crate) async fn run() -> Result<(), Error> {
    let function = Function::start(|builder| builder).await?;
    let lines = function.show("a good order", &[order(2)], "201").await?;
    ensure(lines.iter().any(|line| line["message"] == "order placed"), "a line of the order")?;
    ensure(lines.iter().any(|line| line["OrdersPlaced"].is_array()), "metrics of the order")?;
    let sampled =
        Function::start(|builder| builder.env("POWERTOOLS_LOGGER_SAMPLE_RATE", "1")).await?;
    let title = "a good order, sampled: its DEBUG lines are shown";
    let lines = sampled.show(title, &[order(2)], "201").await?;
    ensure(lines.iter().any(|line| line["level"] == "DEBUG"), "a DEBUG line")?;
    function.show("a malformed order", &[post("{\"customer\": ")], "400").await?;
    function.show("an order that the business refuses", &[order(101)], "409").await?;
    let precious = json!({"customer": "c-1029", "items": [{"product": "teapot", "quantity": 100, "price": 1_000_000}]});
    let precious = post(&precious.to_string());
    function.show("an order that makes it panic", &[precious], "panic").await?;
    let concurrent = Function::start(|builder| builder.concurrency(2)).await?;
    concurrent.show("two orders at once, in one process", &[order(1), order(3)], "201").await?;
    Ok(())
}

/// Fails the demo if its output is not as expected.
fn ensure(happened: bool, expected: impl Into<String>) -> Result<(), Error> {
    if happened { Ok(()) } else { Err(format!("not shown: {}", expected.into()).into()) }
}

/// This binary as a function, and the daemon that receives its spans.
struct Function {
    local: Local,
    daemon: Daemon,
}

impl Function {
    async fn start(configure: impl FnOnce(Builder) -> Builder) -> Result<Self, Error> {
        // Without this, a machine that enables backtraces would make the line of the panic very long.
        let builder = Local::builder("orders").env("RUST_BACKTRACE", "0");
        let builder = configure(builder.env("POWERTOOLS_SERVICE_NAME", "checkout"));
        let daemon = Daemon::start()?;
        let builder = builder.env("AWS_XRAY_DAEMON_ADDRESS", daemon.address()?);
        Ok(Self { local: builder.binary(std::env::current_exe()?).start().await?, daemon })
    }

    /// Sends all events at once, shows their outcomes, and returns the lines.
    ///
    /// `expected` is the status of each response, or the type of its error.
    async fn show(
        &self,
        title: &str,
        events: &[Value],
        expected: &str,
    ) -> Result<Vec<Value>, Error> {
        eprintln!("\n{title}");
        let before = self.local.function_lines().len();
        let mut sent = Vec::new();
        for event in events {
            sent.push(tokio::spawn(self.local.invocation(event).trace_header(SAMPLED).send()));
        }
        let mut results = Vec::new();
        for invocation in sent {
            let outcome = invocation.await??;
            summarise(&outcome);
            results.push(result(&outcome));
        }
        let lines = self.local.function_lines().split_off(before);
        lines.iter().for_each(|line| println!("{line}"));
        let documents = self.daemon.show(events.len());
        ensure(results.iter().all(|it| it == expected), format!("{expected} for {title}"))?;
        ensure(documents == events.len(), format!("a trace for each event of {title}"))?;
        Ok(lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }
}

fn summarise(outcome: &Outcome) {
    let result = match &outcome.function_error {
        Some(error) => format!("function error {}: {}", error.error_type, error.error_message),
        None => {
            let response: Value = outcome.json().unwrap_or_default();
            format!("{} {}", response["statusCode"], response["body"].as_str().unwrap_or_default())
        }
    };
    let start = if outcome.cold_start { "cold" } else { "warm" };
    eprintln!("  {:>8.1?} {start}  {result}", outcome.duration);
}

/// Returns a response's status, or the type of the error.
fn result(outcome: &Outcome) -> String {
    match &outcome.function_error {
        Some(error) => error.error_type.clone(),
        None => outcome.json::<Value>().unwrap_or_default()["statusCode"].to_string(),
    }
}

fn order(quantity: u32) -> Value {
    let items = json!([{"product": "tea", "quantity": quantity, "price": 450}]);
    post(&json!({"customer": "c-1029", "items": items}).to_string())
}

fn post(body: &str) -> Value {
    let mut event: Value = serde_json::from_str(HTTP_API).unwrap_or_default();
    event["routeKey"] = "POST /orders".into();
    event["rawPath"] = "/orders".into();
    event["requestContext"]["http"]["method"] = "POST".into();
    event["body"] = body.into();
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_fails_if_something_did_not_happen() {
        assert!(ensure(true, "201 for a good order").is_ok());
        let error = ensure(false, "201 for a good order").unwrap_err();
        assert_eq!(error.to_string(), "not shown: 201 for a good order");
    }
}
