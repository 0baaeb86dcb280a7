//! Shows the function: runs this binary on the local runtime and delivers events to it.
//!
//! stdout gets the function's lines, exactly as Lambda would receive them; stderr a summary.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "showing is what it is for")]

use std::env;

use powertools::Error;
use powertools_local::{Builder, Local, Outcome};
use serde_json::{Value, json};

use crate::TABLE;

/// An event as EventBridge sends it; one of the fixtures of `aws_lambda_events`.
const EVENTBRIDGE: &str = include_str!("../events/eventbridge.json");

/// Delivers five events to one function.
pub(crate) async fn run() -> Result<(), Error> {
    let builder = Local::builder("events").env("POWERTOOLS_SERVICE_NAME", "parcels");
    let builder = of_environment(builder).binary(env::current_exe()?);
    let stage = Stage(builder.start().await?);
    let run = run_id();
    let order = event(&run, 1, json!({"order_id": "o-1", "quantity": 2}));
    stage.show("an order is placed", &order).await?;
    stage.show("the same event is delivered again", &order).await?;
    let large = event(&run, 2, json!({"order_id": "o-2", "quantity": 101}));
    stage.show("an order that no parcel holds", &large).await?;
    stage.show("Lambda delivers it again", &large).await?;
    let broken = event(&run, 3, json!({"order_id": "o-3"}));
    stage.show("an event that is none of ours", &broken).await
}

/// Takes the table that the environment names, if it names one.
fn of_environment(builder: Builder) -> Builder {
    let variables = [TABLE, "AWS_REGION", "AWS_ENDPOINT_URL_DYNAMODB"].into_iter();
    let set = variables.filter_map(|name| Some((name, env::var(name).ok()?)));
    set.fold(builder, |builder, (name, value)| builder.env(name, value))
}

struct Stage(Local);

impl Stage {
    /// Delivers an event, and shows what came of it.
    async fn show(&self, title: &str, event: &Value) -> Result<(), Error> {
        let before = self.0.function_lines().len();
        let outcome = self.0.invoke(event).await?;
        let lines = self.0.function_lines().split_off(before);
        lines.iter().for_each(|line| println!("{line}"));
        eprintln!("\n{title}\n  {}", told(&outcome));
        let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let put = lines.filter(|line| line["message"] == "event put");
        put.for_each(|line| {
            eprintln!("  put: {}", line["entry"]["Detail"].as_str().unwrap_or_default());
        });
        Ok(())
    }
}

fn told(outcome: &Outcome) -> String {
    match &outcome.function_error {
        Some(error) => format!("{}: {}", error.error_type, error.error_message),
        None => String::from_utf8_lossy(&outcome.payload).into_owned(),
    }
}

/// Returns an event of this run, so that a table that stays knows nothing of it.
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
