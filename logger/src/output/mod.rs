//! From an event to the bytes of its line.

mod ecs;
mod formatter;
mod line;
mod object;
mod pretty;
mod record;

pub use ecs::EcsFormatter;
pub use formatter::{Formatter, PowertoolsFormatter};
pub use object::Object;
pub(crate) use pretty::indent;
pub use record::{ExceptionRecord, Record};
