//! Idempotent operations: re-exports [`powertools_idempotency`], and adds macros that resolve for users of this crate.

#[doc(inline)]
pub use powertools_idempotency::*;
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::facade_idempotent as idempotent;
