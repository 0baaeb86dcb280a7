use std::sync::Arc;

use powertools_core::{Clock, FieldRules, LineSink, Redaction, event::Pointer};

use super::{Buffering, correlation::Search, level_filter::LevelFilters};
use crate::{
    model::{Members, Names},
    output::Formatter,
};

/// What a logger was built with.
pub(crate) struct Settings {
    pub(crate) id: usize,
    pub(crate) service: String,
    /// What follows the timestamp in the line of Powertools: its quote, and the service.
    pub(crate) after_timestamp: Vec<u8>,
    pub(crate) level_filters: LevelFilters,
    pub(crate) sampling_rate: Option<f64>,
    pub(crate) buffering: Option<Buffering>,
    pub(crate) fields: FieldRules,
    pub(crate) formatter: Box<dyn Formatter>,
    pub(crate) reserved: Names,
    pub(crate) persistent: Members,
    pub(crate) logs_event: bool,
    pub(crate) event_redaction: EventRedaction,
    pub(crate) correlation_id: Option<Search>,
    pub(crate) dev: bool,
    pub(crate) sink: Arc<dyn LineSink>,
    pub(crate) clock: Arc<dyn Clock>,
    #[cfg(feature = "lambda-runtime")]
    pub(crate) cold_start: powertools_core::ColdStart,
    /// Logs the HTTP status of an invocation's response, if asked for; only builders that ask for it link it.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) log_http_status: Option<fn(&powertools_core::Invocation)>,
}

/// What is not shown of a logged event.
#[derive(Clone, Default)]
pub(crate) struct EventRedaction {
    pub(crate) redaction: Redaction,
    pub(crate) pointers: Vec<Pointer>,
}
