//! A function that does what its event asks for, and tells what it saw.
//!
//! The same binary runs under `powertools-local` and under AWS's runtime emulator, so that the two
//! can be compared.

mod extension;
mod headers;
mod order;
mod raw;

use std::process;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};

use crate::headers::{HeadersInBody, Seen};
use crate::order::Order;

#[tokio::main]
async fn main() -> Result<(), Error> {
    if let Ok(text) = std::env::var("PROBE_PRINT_AT_START") {
        order::print("", &text)?;
    }
    if let Ok(code) = std::env::var("PROBE_EXIT_AT_START") {
        process::exit(code.parse()?);
    }
    if std::env::var_os("PROBE_HANG_AT_START").is_some() {
        std::future::pending::<()>().await;
    }
    if let Ok(message) = std::env::var("PROBE_INIT_ERROR") {
        return report_init_error(&message).await;
    }
    if let Ok(events) = std::env::var("PROBE_EXTENSION") {
        extension::say_goodbye(&events).await?;
    }
    Runtime::new(service_fn(handle)).layer(HeadersInBody).run_concurrent().await
}

async fn handle(event: LambdaEvent<Seen<Order>>) -> Result<Value, Error> {
    let (Seen { headers, event }, context) = event.into_parts();
    match event {
        Order::Ask { requests, then } => {
            let answers = raw::ask_all(requests, &context.request_id).await?;
            match then {
                Some(order) => obey(*order).await,
                None => Ok(answers),
            }
        }
        Order::See { variables } => Ok(json!({
            "headers": headers,
            "context": context,
            "env": order::environment(&variables),
            "pid": process::id(),
        })),
        other => obey(other).await,
    }
}

async fn obey(order: Order) -> Result<Value, Error> {
    match order {
        Order::Succeed { value } => Ok(value),
        Order::Fail { message } => Err(message.into()),
        #[expect(clippy::panic, reason = "the event asks for it")]
        Order::Panic { message } => panic!("{message}"),
        Order::Exit { code } => process::exit(code),
        Order::Abort => process::abort(),
        Order::Sleep { ms, value } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(value)
        }
        Order::Print { out, err } => {
            order::print(&out, &err)?;
            Ok(Value::Null)
        }
        Order::Large { bytes } => Ok(Value::String("x".repeat(bytes))),
        Order::Ask { .. } | Order::See { .. } => Err("only the event itself may ask that".into()),
    }
}

async fn report_init_error(message: &str) -> Result<(), Error> {
    let body = json!({"errorType": "Probe.Init", "errorMessage": message, "stackTrace": []});
    let request = raw::Request::init_error(&body);
    raw::ask_all(vec![request], "").await?;
    process::exit(1)
}
