//! The demo: runs this binary on the local runtime and delivers events to it.
//!
//! stdout shows the function's lines exactly as Lambda would receive them, and stderr a summary. The demo also verifies
//! this output, and fails if it is not as expected.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "showing is what it is for")]

use std::env;

use powertools::Error;
use powertools_local::{Builder, Local, Outcome};
use serde_json::{Value, json};

use crate::TABLE;

/// An event from EventBridge; one of the fixtures of `aws_lambda_events`.
const EVENTBRIDGE: &str = include_str!("../events/eventbridge.json");

/// Delivers five events to one function.
pub(crate) async fn run() -> Result<(), Error> {
    let builder = Local::builder("events").env("POWERTOOLS_SERVICE_NAME", "parcels");
    let builder = of_environment(builder).binary(env::current_exe()?);
    let stage = Stage(builder.start().await?);
    let run = run_id();
    let order = event(&run, 1, json!({"order_id": "o-1", "quantity": 2}));
    let first = stage.show("an order is placed", &order).await?;
    ensure(first.put == 1 && first.error.is_none(), "a parcel and the next event")?;
    let again = stage.show("the same event is delivered again", &order).await?;
    ensure(again.put == 0 && again.payload == first.payload, "the first result, and no event")?;
    let large = event(&run, 2, json!({"order_id": "o-2", "quantity": 101}));
    for title in ["an order that no parcel holds", "Lambda delivers it again"] {
        stage.show(title, &large).await?.ensure_failed_with("TooMuch")?;
    }
    let broken = event(&run, 3, json!({"order_id": "o-3"}));
    stage.show("an event that is none of ours", &broken).await?.ensure_failed_with("EventError")
}

/// Fails the demo if its output is not as expected.
fn ensure(happened: bool, expected: impl Into<String>) -> Result<(), Error> {
    if happened { Ok(()) } else { Err(format!("not shown: {}", expected.into()).into()) }
}

/// Returns the table that the environment names, if any.
fn of_environment(builder: Builder) -> Builder {
    let variables = [TABLE, "AWS_REGION", "AWS_ENDPOINT_URL_DYNAMODB"].into_iter();
    let set = variables.filter_map(|name| Some((name, env::var(name).ok()?)));
    set.fold(builder, |builder, (name, value)| builder.env(name, value))
}

struct Stage(Local);

/// The outcome of a delivery.
struct Shown {
    payload: Vec<u8>,
    /// The type of the error.
    error: Option<String>,
    /// The number of events that were put.
    put: usize,
}

impl Shown {
    fn ensure_failed_with(&self, error_type: &str) -> Result<(), Error> {
        let is_expected = self.error.as_deref() == Some(error_type) && self.put == 0;
        ensure(is_expected, format!("{error_type}, and no event"))
    }
}

impl Stage {
    /// Delivers an event, and shows its outcome.
    async fn show(&self, title: &str, event: &Value) -> Result<Shown, Error> {
        let before = self.0.function_lines().len();
        let outcome = self.0.invoke(event).await?;
        let lines = self.0.function_lines().split_off(before);
        lines.iter().for_each(|line| println!("{line}"));
        eprintln!("\n{title}\n  {}", told(&outcome));
        let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let put = lines.filter(|line| line["message"] == "event put").collect::<Vec<_>>();
        for line in &put {
            eprintln!("  put: {}", line["entry"]["Detail"].as_str().unwrap_or_default());
        }
        let error = outcome.function_error.map(|error| error.error_type);
        Ok(Shown { payload: outcome.payload.to_vec(), error, put: put.len() })
    }
}

fn told(outcome: &Outcome) -> String {
    match &outcome.function_error {
        Some(error) => format!("{}: {}", error.error_type, error.error_message),
        None => String::from_utf8_lossy(&outcome.payload).into_owned(),
    }
}

/// Returns an event with an id unique to this run, so that a permanent table has no record of it.
fn event(run: &str, number: u32, data: Value) -> Value {
    let mut event: Value = serde_json::from_str(EVENTBRIDGE).unwrap_or_default();
    event["id"] = format!("{run}-{number}").into();
    event["source"] = "shop.orders".into();
    event["detail-type"] = "OrderPlaced".into();
    let metadata = json!({"correlation_id": format!("request-{number}")});
    event["detail"] = json!({"metadata": metadata, "data": data});
    event
}

fn run_id() -> String {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    format!("{:x}", now.as_millis())
}
