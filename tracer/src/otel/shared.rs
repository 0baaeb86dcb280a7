use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use powertools_core::Redaction;

use super::worker::Worker;

/// What an exporter and its tracer provider share.
pub(super) struct Shared {
    pub(super) worker: Worker,
    pub(super) is_frozen: bool,
    pub(super) timeout: Duration,
    pub(super) redaction: Redaction,
    pub(super) service: Arc<OnceLock<String>>,
}
