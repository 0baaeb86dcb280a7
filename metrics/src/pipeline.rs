//! Where documents go, and the memory that recorders use again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use powertools_core::{Invocation, warn_on_stderr, write_line};

use crate::{
    config::Settings,
    model::{Metric, MetricSet, Name},
    output::{Head, Lines},
    warning::PendingWarnings,
};

const COLD_START: Metric<'static> = Metric::count("ColdStart");

/// How many recorders' memory is kept: as many as invocations run at once in a busy process.
const MAX_SPARE: usize = 64;

/// The way from what was recorded to the sink, which all recorders of one `Metrics` share.
pub(crate) struct Pipeline {
    pub(crate) settings: Settings,
    pub(crate) pending: PendingWarnings,
    /// What recorders that are gone have left to be used again; none of it is written again.
    spare: Mutex<Vec<Buffers>>,
}

/// What a recorder records into.
#[derive(Default)]
pub(crate) struct Buffers {
    pub(crate) set: MetricSet,
    /// Where documents are made.
    lines: Lines,
}

impl Pipeline {
    pub(crate) fn new(mut settings: Settings) -> Self {
        let pending = PendingWarnings::new(std::mem::take(&mut settings.pending_warnings));
        Self { settings, pending, spare: Mutex::default() }
    }

    /// Returns buffers with the settings' dimensions and nothing else in them.
    pub(crate) fn buffers(&self) -> Buffers {
        let mut buffers = self.spare().pop().unwrap_or_default();
        buffers.set.has_lambda_members = self.settings.lambda_level.is_some();
        buffers.set.reset(&self.settings.dimensions);
        buffers
    }

    /// Keeps the memory for the next recorder.
    pub(crate) fn keep(&self, mut buffers: Buffers) {
        buffers.set.shrink();
        let mut spare = self.spare();
        if spare.len() < MAX_SPARE {
            spare.push(buffers);
        }
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Buffers>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            namespace: self.settings.namespace.as_str(),
            now: self.settings.clock.now(),
            lambda_level: self.settings.lambda_level.as_deref(),
        }
    }

    /// Writes the cold-start metric, in a separate document because it has its own dimensions.
    pub(crate) fn write_cold_start(&self, invocation: &Invocation) {
        let mut set = MetricSet::default();
        let function = self.settings.function_name.as_deref();
        let function = function.unwrap_or(invocation.function_name());
        // A dimension that CloudWatch would not accept is left out; the metric itself is worth more.
        let _ = set.dimension(Name::Static("function_name"), function);
        let _ = set.dimension(Name::Static("service"), &self.settings.service);
        if set.record(&COLD_START, 1.0).is_ok() {
            let mut lines = Lines::default();
            set.write_documents(&self.head(), &mut lines);
            self.write(&lines);
        }
    }

    /// Writes documents.
    pub(crate) fn write(&self, lines: &Lines) {
        if !self.settings.disabled && !lines.is_empty() {
            self.pending.take().iter().for_each(warn_on_stderr);
            lines.iter().for_each(|line| write_line(&self.settings.sink, line));
        }
    }
}

impl Buffers {
    pub(crate) fn take_documents(&mut self, head: &Head<'_>) -> Lines {
        let mut lines = std::mem::take(&mut self.lines);
        self.set.write_documents(head, &mut lines);
        lines
    }

    pub(crate) fn give_back(&mut self, mut lines: Lines) {
        lines.clear();
        self.lines = lines;
    }
}
