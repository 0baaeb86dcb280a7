//! A span as an X-Ray subsegment document.
//!
//! Format: AWS X-Ray's developer guide, "Segment documents", and the JSON schema that it offers.

mod annotations;
mod cause;
mod metadata;
mod name;
mod semantics;
mod subsegment;
mod time;
mod trim;
mod value;

#[cfg(any(feature = "otel", feature = "otlp-udp"))]
pub(crate) use semantics::{is_status, whole};
#[cfg(feature = "xray")]
pub(crate) use subsegment::write_members;
pub(crate) use subsegment::write_own;
pub(crate) use trim::Trim;
#[cfg(any(feature = "otel", feature = "otlp-udp"))]
pub(crate) use value::write_value;
