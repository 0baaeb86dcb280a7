//! Targets that mean something here.

/// The span around the handler.
pub(crate) const HANDLER_TARGET: &str = "powertools::tracer";

/// The event that the logger makes of a handler's error, which this crate captures itself.
pub(crate) const HANDLER_FAILURE_TARGET: &str = "powertools::handler";
