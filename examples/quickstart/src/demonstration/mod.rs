//! Shows the function: runs this binary on the local runtime and sends it events.
//!
//! stdout gets the function's lines, exactly as Lambda would receive them; stderr a summary, with the spans
//! of each event as a tree.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "showing is what it is for")]

mod daemon;

use powertools::Error;
use powertools_local::{Builder, Local, Outcome};
use serde_json::{Value, json};

use daemon::{Daemon, SAMPLED};

/// An event as API Gateway sends it; one of the fixtures of `aws_lambda_events`.
const HTTP_API: &str = include_str!("../../events/http-api.json");

/// Sends seven events to three functions.
pub(crate) async fn run() -> Result<(), Error> {
    let function = Function::start(|builder| builder).await?;
    function.show("a good order", &[order(2)]).await?;
    let sampled =
        Function::start(|builder| builder.env("POWERTOOLS_LOGGER_SAMPLE_RATE", "1")).await?;
    sampled.show("a good order, sampled: its DEBUG lines are shown", &[order(2)]).await?;
    function.show("a malformed order", &[post("{\"customer\": ")]).await?;
    function.show("an order that the business refuses", &[order(101)]).await?;
    let precious = json!({"customer": "c-1029", "items": [{"product": "teapot", "quantity": 100, "price": 1_000_000}]});
    function.show("an order that makes it panic", &[post(&precious.to_string())]).await?;
    let concurrent = Function::start(|builder| builder.concurrency(2)).await?;
    concurrent.show("two orders at once, in one process", &[order(1), order(3)]).await
}

/// This binary as a function, and what it sends its spans to.
struct Function {
    local: Local,
    daemon: Daemon,
}

impl Function {
    async fn start(configure: impl FnOnce(Builder) -> Builder) -> Result<Self, Error> {
        // Without it a backtrace would make the line of the panic very long where this machine asks for them.
        let builder = Local::builder("orders").env("RUST_BACKTRACE", "0");
        let builder = configure(builder.env("POWERTOOLS_SERVICE_NAME", "checkout"));
        let daemon = Daemon::start()?;
        let builder = builder.env("AWS_XRAY_DAEMON_ADDRESS", daemon.address()?);
        Ok(Self { local: builder.binary(std::env::current_exe()?).start().await?, daemon })
    }

    /// Sends the events, all at once, and shows what came of them.
    async fn show(&self, title: &str, events: &[Value]) -> Result<(), Error> {
        eprintln!("\n{title}");
        let before = self.local.function_lines().len();
        let mut sent = Vec::new();
        for event in events {
            sent.push(tokio::spawn(self.local.invocation(event).trace_header(SAMPLED).send()));
        }
        for invocation in sent {
            summarise(&invocation.await??);
        }
        self.local.function_lines().iter().skip(before).for_each(|line| println!("{line}"));
        self.daemon.show(events.len());
        Ok(())
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
