//! Warnings about settings and about values that are refused.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering},
};

use powertools_core::Warning;

use crate::{MetricError, model::Metric};

/// Warnings that wait for the first document, because they concern only functions that write metrics.
#[derive(Debug, Default)]
pub(crate) struct PendingWarnings {
    warnings: Vec<Warning>,
    is_reported: AtomicBool,
}

impl PendingWarnings {
    pub(crate) fn new(warnings: Vec<Warning>) -> Self {
        Self { warnings, is_reported: AtomicBool::new(false) }
    }

    /// Returns the warnings the first time, and none after that.
    pub(crate) fn take(&self) -> &[Warning] {
        if self.warnings.is_empty() || self.is_reported.swap(true, Ordering::Relaxed) {
            return &[];
        }
        &self.warnings
    }
}

pub(crate) fn warn_if_refused(metric: &Metric<'_>, result: Result<(), MetricError>) {
    if let Err(error) = result {
        warn_of(metric.name(), &error);
    }
}

pub(crate) fn warn_of(metric: &str, error: &MetricError) {
    warn_once_at_a_time(
        || tracing::warn!(metric_error = %error, metric_name = metric, "a metric was not recorded"),
    );
}

/// Warns, unless the warning itself is what is being recorded: a subscriber may count events.
pub(crate) fn warn_once_at_a_time(warn: impl FnOnce()) {
    thread_local! {
        static WARNING: Cell<bool> = const { Cell::new(false) };
    }
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            WARNING.set(false);
        }
    }
    if !WARNING.replace(true) {
        let _done = Done;
        warn();
    }
}
