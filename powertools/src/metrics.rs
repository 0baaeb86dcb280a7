//! Custom metrics: re-exports [`powertools_metrics`], and adds macros that resolve for users of this crate.

#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::{FacadeMetricGroup as MetricGroup, facade_metered as metered};
#[doc(inline)]
pub use powertools_metrics::*;
