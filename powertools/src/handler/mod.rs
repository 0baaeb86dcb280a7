//! From the event's bytes to the handler and back: what is said when either goes wrong.

#[cfg(not(all(feature = "logger", feature = "tracer")))]
mod absent;
mod error_names;
mod event_error;
mod named;
mod parsed;
mod raw_event;
mod shielded;

#[cfg(not(all(feature = "logger", feature = "tracer")))]
pub(crate) use absent::{Absent, AbsentBody};
pub use error_names::name_errors;
pub(crate) use error_names::{chosen_name, renamed};
pub use event_error::EventError;
pub(crate) use named::{Named, OfNamed};
pub(crate) use parsed::{OfParsed, Parsed, Unread};
pub use raw_event::RawEvent;
pub(crate) use shielded::{Shielded, diagnostic_of};
