//! Targets that mean something here.

/// The span around the handler.
pub(crate) const HANDLER_TARGET: &str = "powertools::tracer";

/// A request to another program over HTTP.
#[cfg(feature = "http-client")]
pub(crate) const HTTP_TARGET: &str = "powertools::http";

/// A call of AWS's SDK.
#[cfg(feature = "aws-sdk")]
pub(crate) const AWS_TARGET: &str = "powertools::aws";

/// The spans in which the logger keeps keys for a part of an invocation.
pub(crate) const KEYS_TARGET: &str = "powertools::keys";

/// The event of an error that the handler turned into a response.
pub(crate) const REPORTED_TARGET: &str = "powertools::error";

/// The event that the logger makes of a handler's error, which this crate captures itself.
pub(crate) const HANDLER_FAILURE_TARGET: &str = "powertools::handler";
