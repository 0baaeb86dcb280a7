//! What the handler of a scenario does with our tracer.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use powertools_tracer::{annotation, metadata, metadata_in};
use serde_json::Value;
use thiserror::Error;
use tokio::task::JoinSet;
use tracing::{Instrument, error, info_span, instrument};

use super::scenario::Step;

/// What goes wrong.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct OrderError(String);

type Taken<'a> = Pin<Box<dyn Future<Output = Result<(), OrderError>> + 'a>>;

/// Does one thing after the other, until one fails.
pub(super) fn take(steps: &[Step]) -> Taken<'_> {
    Box::pin(async move {
        for step in steps {
            take_one(step).await?;
        }
        Ok(())
    })
}

async fn take_one(step: &Step) -> Result<(), OrderError> {
    match step {
        Step::Annotation { key, value } => annotate(key, value),
        Step::LongAnnotation { key, length } => annotation(key, "x".repeat(*length)),
        Step::Metadata { key, value, namespace: None } => metadata(key, value),
        Step::Metadata { key, value, namespace: Some(namespace) } => {
            metadata_in(namespace, key, value);
        }
        Step::Method { name, steps, .. } => return call(name, steps).await,
        Step::Span { name, steps } => {
            return take(steps).instrument(info_span!("by hand", otel.name = name)).await;
        }
        Step::Concurrent { names } => run_at_once(names).await,
        Step::Attempt { steps } => drop(take(steps).await),
        Step::Tell { message } => {
            let told = OrderError(message.clone());
            error!(error = &told as &dyn Error, "it goes on all the same");
        }
        Step::Fail { message } => return Err(OrderError(message.clone())),
    }
    Ok(())
}

fn annotate(key: &str, value: &Value) {
    match value {
        Value::String(text) => annotation(key, text),
        Value::Bool(value) => annotation(key, *value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => annotation(key, whole),
            None => annotation(key, number.as_f64().expect("it is a number")),
        },
        other => panic!("{other} can't be annotated"),
    }
}

/// Names of functions are known when compiling.
async fn call(name: &str, steps: &[Step]) -> Result<(), OrderError> {
    match name {
        "pack" => pack(steps).await,
        "pay" => pay(steps).await,
        "ship" => ship(steps).await,
        other => panic!("there is no function {other}"),
    }
}

#[instrument(skip_all, err)]
async fn pack(steps: &[Step]) -> Result<(), OrderError> {
    take(steps).await
}

#[instrument(skip_all, err)]
async fn pay(steps: &[Step]) -> Result<(), OrderError> {
    take(steps).await
}

#[instrument(skip_all, err)]
async fn ship(steps: &[Step]) -> Result<(), OrderError> {
    take(steps).await
}

/// Runs a task for each name, beside the others.
async fn run_at_once(names: &[String]) {
    let mut tasks = JoinSet::new();
    for (at, name) in (1..).zip(names.iter().cloned()) {
        let task = async move {
            tokio::time::sleep(Duration::from_millis(20 * at)).await;
            annotation("Name", &name);
        };
        let span = match names[at as usize - 1].as_str() {
            "pack" => info_span!("pack"),
            "pay" => info_span!("pay"),
            other => panic!("there is no function {other}"),
        };
        tasks.spawn(task.instrument(span));
    }
    tasks.join_all().await;
}
