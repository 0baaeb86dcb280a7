use std::sync::Arc;

use powertools_core::{Clock, FieldRules, LineSink, Warning};

use crate::model::{DimensionSet, Namespace};

/// What metrics were built with.
pub(crate) struct Settings {
    pub(crate) namespace: Namespace,
    /// What every metric has: the service and the default dimensions.
    pub(crate) dimensions: DimensionSet,
    /// Those without the service.
    pub(crate) default_dimensions: DimensionSet,
    pub(crate) service: String,
    pub(crate) function_name: Option<String>,
    pub(crate) cold_start: bool,
    pub(crate) raise_on_empty: bool,
    pub(crate) disabled: bool,
    /// The level for Lambda's own filter, where documents should pass it.
    pub(crate) lambda_level: Option<String>,
    pub(crate) fields: FieldRules,
    pub(crate) sink: Arc<dyn LineSink>,
    pub(crate) clock: Arc<dyn Clock>,
    /// What concerns only functions that write metrics, and is reported with the first document.
    pub(crate) pending_warnings: Vec<Warning>,
    #[cfg(feature = "lambda-runtime")]
    pub(crate) cold_start_flag: powertools_core::ColdStart,
    /// Records the HTTP status of an invocation's response, if asked for; only builders that ask for it link it.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) record_http_status: Option<fn(&powertools_core::Invocation)>,
}
