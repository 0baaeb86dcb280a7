//! Traces: all of [`powertools_tracer`], with macros for those who depend on this crate.

#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::facade_traced as traced;
#[doc(inline)]
pub use powertools_tracer::*;
