//! An effect happens once: all of [`powertools_idempotency`], with macros for those who depend on this crate.

#[doc(inline)]
pub use powertools_idempotency::*;
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::facade_idempotent as idempotent;
