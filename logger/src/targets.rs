//! The targets of the logger's own spans and events; directives for targets don't reach them.

/// The spans that carry [`ScopedKeys`](crate::ScopedKeys).
pub(crate) const KEYS_TARGET: &str = "powertools::keys";

/// Panics; their field `location` stands for the place of the event.
pub(crate) const PANIC_TARGET: &str = "powertools::panic";

/// The event that a failing handler gives.
pub(crate) const HANDLER_TARGET: &str = "powertools::handler";

/// The event that a deadline gives when it is near.
#[cfg(feature = "lambda-runtime")]
pub(crate) const DEADLINE_TARGET: &str = "powertools::deadline";

/// What all of them begin with.
pub(crate) const OWN_TARGETS: &str = "powertools::";
