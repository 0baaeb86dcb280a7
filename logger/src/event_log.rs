use serde_json::Value;

use crate::{pointer, value::json};

/// Stands for a redacted value.
const REDACTED: &str = "*****";

/// How the incoming event is logged.
#[derive(Debug)]
pub(crate) struct EventLog {
    redacted: Vec<String>,
}

impl EventLog {
    pub(crate) fn new(redacted: Vec<String>) -> Self {
        Self { redacted }
    }

    /// Logs an event at INFO; one that is no JSON as text, unless something in it should be redacted.
    pub(crate) fn log(&self, event: &[u8]) {
        match serde_json::from_slice::<Value>(event) {
            Ok(mut event) => {
                self.redacted.iter().for_each(|pointer| redact(&mut event, pointer));
                tracing::info!(event = json(&event), "Lambda invocation event");
            }
            Err(error) if self.redacted.is_empty() => {
                let event = String::from_utf8_lossy(event);
                tracing::info!(%event, %error, "Lambda invocation event, which is not JSON");
            }
            Err(error) => {
                tracing::info!(%error, "Lambda invocation event not shown: it is not JSON, so nothing could be redacted");
            }
        }
    }
}

fn redact(value: &mut Value, pointer: &str) {
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
