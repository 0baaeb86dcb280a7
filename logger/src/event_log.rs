use powertools_core::Invocation;
use serde_json::{Value, value::RawValue};
use tracing::Level;

use crate::{pointer, state::LogState, value::json};

/// Stands for a redacted value.
const REDACTED: &str = "*****";

const MESSAGE: &str = "Lambda invocation event";

/// Logs the event of the current invocation at INFO, as it came but for what is redacted; never twice for one
/// invocation, whatever [`LoggerBuilder::log_event`](crate::LoggerBuilder::log_event) says.
///
/// What to redact is given by JSON pointers (RFC 6901); `-` is any element of an array. Nothing happens outside an
/// invocation, or where the outer layer does not
/// [keep the event](crate::lambda::InvocationLayer::keep_event).
///
/// ```
/// powertools_logger::log_event(&["/headers/authorization", "/cards/-/number"]);
/// ```
#[cfg(feature = "lambda-runtime")]
pub fn log_event(redacted: &[&str]) {
    if let Some(invocation) = Invocation::current()
        && let Some(event) = invocation.raw_event()
        && tracing::enabled!(Level::INFO)
    {
        let mut event_log = EventLog::default();
        redacted.iter().for_each(|&pointer| event_log.redact(pointer.to_owned()));
        event_log.log_once(&invocation, event);
    }
}

/// How the incoming event is logged.
#[derive(Debug)]
pub(crate) struct EventLog {
    redacted: Vec<String>,
    /// Behind a pointer, so that JSON values are linked only where something is redacted.
    log: fn(&[String], &[u8]),
}

impl Default for EventLog {
    fn default() -> Self {
        Self { redacted: Vec::new(), log: log_as_it_came }
    }
}

impl EventLog {
    /// Has the member that `pointer` points to replaced.
    pub(crate) fn redact(&mut self, pointer: String) {
        self.redacted.push(pointer);
        self.log = log_redacted;
    }

    pub(crate) fn redacted(&self) -> &[String] {
        &self.redacted
    }

    /// Logs the event of an invocation, unless that was done before.
    pub(crate) fn log_once(&self, invocation: &Invocation, event: &[u8]) {
        if LogState::of(invocation).is_first_event() && tracing::enabled!(Level::INFO) {
            (self.log)(&self.redacted, event);
        }
    }
}

/// Logs an event as it came; one that is no JSON as text.
fn log_as_it_came(_: &[String], event: &[u8]) {
    match serde_json::from_slice::<&RawValue>(event) {
        Ok(event) => tracing::info!(event = json(event), "{MESSAGE}"),
        Err(error) => {
            let event = String::from_utf8_lossy(event);
            tracing::info!(%event, %error, "{MESSAGE}, which is not JSON");
        }
    }
}

/// Logs an event but for what is redacted; one that is no JSON not at all.
fn log_redacted(redacted: &[String], event: &[u8]) {
    match serde_json::from_slice::<Value>(event) {
        Ok(mut event) => {
            redacted.iter().for_each(|pointer| redact(&mut event, pointer));
            tracing::info!(event = json(&event), "{MESSAGE}");
        }
        Err(error) => {
            tracing::info!(%error, "{MESSAGE}, not shown: it is not JSON, so nothing could be redacted");
        }
    }
}

fn redact(value: &mut Value, pointer: &str) {
    // What is no pointer has no tokens, and hides everything.
    redact_at(value, &pointer::tokens(pointer));
}

fn redact_at(value: &mut Value, path: &[String]) {
    let Some((first, rest)) = path.split_first() else {
        *value = REDACTED.into();
        return;
    };
    match value {
        Value::Object(members) => {
            if let Some(member) = members.get_mut(first) {
                redact_at(member, rest);
            }
        }
        Value::Array(elements) if first == "-" => {
            elements.iter_mut().for_each(|element| redact_at(element, rest));
        }
        Value::Array(elements) => {
            let element = first.parse::<usize>().ok().and_then(|at| elements.get_mut(at));
            element.into_iter().for_each(|element| redact_at(element, rest));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn redaction_reaches_members_elements_and_all_elements() {
        let mut event = json!({"a": {"b/c": 1}, "list": [{"x": 1}, {"x": 2, "y": 3}, 4]});
        for pointer in ["/a/b~1c", "/list/-/x", "/list/2", "/nowhere/at/all", "/list/9"] {
            redact(&mut event, pointer);
        }
        assert_eq!(
            event,
            json!({"a": {"b/c": REDACTED}, "list": [{"x": REDACTED}, {"x": REDACTED, "y": 3}, REDACTED]})
        );
    }
}
