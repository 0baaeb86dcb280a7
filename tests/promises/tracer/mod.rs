//! Promises of the tracer.

mod otel;

use std::time::Duration;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(30);
