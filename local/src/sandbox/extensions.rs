use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use uuid::Uuid;

use super::job::Job;

/// The response to an extension's request for the next event.
pub(crate) enum Event {
    Body(Value),
    UnknownExtension,
}

/// The extensions that have registered in the running process.
#[derive(Default)]
pub(super) struct Extensions {
    registered: BTreeMap<String, Extension>,
}

struct Extension {
    wants_invoke: bool,
    events: VecDeque<Value>,
}

impl Extensions {
    pub(super) fn register(&mut self, wants_invoke: bool) -> String {
        let identifier = Uuid::new_v4().to_string();
        let extension = Extension { wants_invoke, events: VecDeque::new() };
        self.registered.insert(identifier.clone(), extension);
        identifier
    }

    pub(super) fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.registered.clear();
    }

    /// The next event, if there is one yet.
    pub(super) fn next(&mut self, identifier: &str) -> Option<Event> {
        match self.registered.get_mut(identifier) {
            Some(extension) => extension.events.pop_front().map(Event::Body),
            None => Some(Event::UnknownExtension),
        }
    }

    pub(super) fn invoke(&mut self, job: &Job, deadline_ms: u64, arn: &str) {
        let body = json!({
            "eventType": "INVOKE",
            "deadlineMs": deadline_ms,
            "requestId": job.request_id,
            "invokedFunctionArn": arn,
            "tracing": {"type": "X-Amzn-Trace-Id", "value": job.trace_header},
        });
        for extension in self.registered.values_mut().filter(|extension| extension.wants_invoke) {
            extension.events.push_back(body.clone());
        }
    }
}
