//! Custom metrics: all of [`powertools_metrics`], with macros for those who depend on this crate.

#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::{FacadeMetricGroup as MetricGroup, facade_metered as metered};
#[doc(inline)]
pub use powertools_metrics::*;
