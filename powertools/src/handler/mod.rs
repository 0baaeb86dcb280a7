//! The layers between the runtime and the handler: deserializing the event, naming errors, and catching panics.

mod catch_panic;
mod deserialize;
mod error_names;
mod event_error;
mod map_error_type;
#[cfg(not(all(feature = "logger", feature = "tracer")))]
mod passthrough;
mod raw_event;

pub(crate) use catch_panic::{CatchPanic, diagnostic_of};
pub(crate) use deserialize::{Deserialized, OfDeserialize, Unread};
pub use error_names::register_error_types;
pub(crate) use error_names::{chosen_name, renamed};
pub use event_error::EventError;
pub(crate) use map_error_type::{MapErrorType, OfMapped};
#[cfg(not(all(feature = "logger", feature = "tracer")))]
pub(crate) use passthrough::{Passthrough, PassthroughBody};
pub use raw_event::RawEvent;
