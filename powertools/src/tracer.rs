//! Traces: re-exports [`powertools_tracer`], and adds macros that resolve for users of this crate.

#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::facade_traced as traced;
#[doc(inline)]
pub use powertools_tracer::*;
