//! The targets of the logger's own spans and events; directives for targets don't reach them.

/// The spans that carry [`ScopedKeys`](crate::ScopedKeys).
pub(crate) const KEYS_TARGET: &str = "powertools::keys";

/// Errors that a handler turns into a response; their field `location` is the place of the event, as that of panics is.
pub(crate) const ERROR_TARGET: &str = "powertools::error";

/// The event that a failing handler gives.
pub(crate) const HANDLER_TARGET: &str = "powertools::handler";

/// The event that a deadline gives when it is near.
#[cfg(feature = "lambda-runtime")]
pub(crate) const DEADLINE_TARGET: &str = "powertools::deadline";

/// The event with the HTTP status of a response.
#[cfg(feature = "lambda-runtime")]
pub(crate) const RESPONSE_TARGET: &str = "powertools::response";

/// What all of them begin with.
pub(crate) const OWN_TARGETS: &str = "powertools::";
