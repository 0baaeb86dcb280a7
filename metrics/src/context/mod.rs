//! What an invocation records into, and the functions that find it.

mod call;
mod current;
mod dependency;
mod group;
mod recorder;
mod timer;

pub use call::CallMetrics;
pub use current::{
    clear_dimensions, clear_metadata, clear_metrics, count_cold_start, current, dimension,
    dimension_set, flush, increment, metadata, record, single_metric, try_record,
};
pub use group::{GroupRecorder, MetricGroup, write};
pub use recorder::Recorder;
pub use timer::Timer;
