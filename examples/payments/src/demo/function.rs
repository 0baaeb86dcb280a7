use std::{env, time::Duration};

use aws_lambda_events::sqs::SqsBatchResponse;
use powertools::Error;
use powertools_local::{Local, Outcome};
use serde_json::Value;

use super::Table;
use crate::WAIT;

/// This binary as a function that runs two invocations concurrently.
pub(super) struct Function(Local);

/// A batch that was sent, with the function's output and response.
pub(super) struct Sent {
    /// Each record's message id and payment.
    pub(super) records: Vec<(String, Value)>,
    pub(super) failures: Vec<String>,
    lines: Vec<Value>,
}

impl Function {
    pub(super) async fn start(table: &Table, wait: Option<&str>) -> Result<Self, Error> {
        let builder = Local::builder("payments").concurrency(2);
        let builder = table.tell(builder.timeout(Duration::from_secs(30)));
        let builder = builder.env("POWERTOOLS_SERVICE_NAME", "payments");
        let builder = match wait {
            Some(seconds) => builder.env(WAIT, seconds),
            None => builder,
        };
        Ok(Self(builder.binary(env::current_exe()?).start().await?))
    }

    /// Sends all batches at once, and forwards the function's output.
    pub(super) async fn send(&self, events: Vec<Value>) -> Result<Vec<Sent>, Error> {
        let before = self.0.function_lines().len();
        let invoke = |event| (tokio::spawn(self.0.invoke(&event)), event);
        let invocations = events.into_iter().map(invoke).collect::<Vec<_>>();
        let mut answered = Vec::new();
        for (invocation, event) in invocations {
            answered.push((invocation.await??, event));
        }
        let lines = self.0.function_lines().split_off(before);
        lines.iter().for_each(|line| println!("{line}"));
        let lines = lines.iter().filter_map(|line| serde_json::from_str(line).ok());
        let lines = lines.collect::<Vec<_>>();
        answered.iter().map(|(outcome, event)| Sent::new(outcome, event, &lines)).collect()
    }
}

impl Sent {
    fn new(outcome: &Outcome, event: &Value, lines: &[Value]) -> Result<Self, Error> {
        if let Some(error) = &outcome.function_error {
            return Err(error.clone().into());
        }
        let response: SqsBatchResponse = outcome.json()?;
        let failures = response.batch_item_failures.into_iter();
        let of_this = |line: &&Value| line["function_request_id"] == outcome.request_id.as_str();
        Ok(Self {
            records: records(event),
            failures: failures.map(|failure| failure.item_identifier).collect(),
            lines: lines.iter().filter(of_this).cloned().collect(),
        })
    }

    /// Returns the lines that were written about a message.
    pub(super) fn lines_of<'a>(&'a self, message_id: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["message_id"] == message_id)
    }

    /// Returns a message's id and the payment in it, without the name of this run.
    pub(super) fn shown(&self, (message_id, payment): &(String, Value)) -> String {
        let payment = payment["id"].as_str().unwrap_or_default();
        format!("{message_id} {}", payment.rsplit('/').next().unwrap_or_default())
    }
}

fn records(event: &Value) -> Vec<(String, Value)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let records = event["Records"].as_array().into_iter().flatten();
    let records = records.map(|record| {
        let payment = serde_json::from_str(&text(&record["body"])).unwrap_or_default();
        (text(&record["messageId"]), payment)
    });
    records.collect()
}
