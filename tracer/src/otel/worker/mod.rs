//! The thread that exports.
//!
//! OpenTelemetry's own batch processor is not used because its flush waits for five seconds, a figure that
//! can't be set.

mod problem;
mod queue;
mod target;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use opentelemetry_sdk::{
    Resource,
    trace::{SpanData, SpanExporter},
};

pub(super) use problem::NotExported;
use queue::Queue;
pub(super) use queue::Wait;
use target::{MakeResource, Target};

/// Exports on a separate thread, which starts with the first span, so that exporters may block, and need
/// no async runtime.
pub(super) struct Worker {
    queue: Arc<Queue>,
    /// What the thread takes along when it starts.
    unstarted: Mutex<Option<(Box<dyn Target>, MakeResource)>>,
    /// How long the end of the thread is waited for.
    patience: Duration,
}

impl Worker {
    pub(super) fn new(
        exporter: impl SpanExporter + 'static,
        resource: impl FnOnce() -> Resource + Send + 'static,
        max_queued: usize,
        patience: Duration,
    ) -> Self {
        Self {
            queue: Arc::new(Queue::new(max_queued)),
            unstarted: Mutex::new(Some((Box::new(exporter), Box::new(resource)))),
            patience,
        }
    }

    /// Queues spans; those that find no room are counted.
    pub(super) fn add(&self, spans: Vec<SpanData>) {
        if spans.is_empty() {
            return;
        }
        self.queue.add(spans);
        self.start();
    }

    /// Has everything exported that is queued.
    pub(super) fn flush(&self, wait: Wait) -> Result<(), NotExported> {
        self.queue.flush(wait)
    }

    /// Starts the thread, the first time; without one, the queue fills up and says so.
    fn start(&self) {
        let unstarted = self.unstarted.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((target, resource)) = unstarted else {
            return;
        };
        let queue = self.queue.clone();
        let started = thread::Builder::new()
            .name("powertools-otel".into())
            .spawn(move || target::run(target, resource, &queue));
        if started.is_err() {
            self.queue.end();
        }
    }
}

impl Drop for Worker {
    /// Has what is queued exported, and waits for that as long as for a flush.
    fn drop(&mut self) {
        let has_started = self.unstarted.get_mut().is_ok_and(|unstarted| unstarted.is_none());
        if has_started {
            self.queue.close(self.patience);
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("queue", &self.queue).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
