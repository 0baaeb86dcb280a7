//! What an invocation carries for its lines, and the functions that find it.

mod buffers;
mod event_log;
mod flush;
mod keys;
mod sections;
mod state;

#[cfg(feature = "lambda-runtime")]
pub use event_log::log_event;
pub(crate) use flush::flush_of;
pub use flush::{clear_buffer, flush_buffer};
#[cfg(feature = "lambda-runtime")]
pub(crate) use flush::{close_buffers, flush, flush_for_good};
#[cfg(feature = "lambda-runtime")]
pub use keys::find_correlation_id;
pub use keys::{
    ScopedKeys, append_key, clear_correlation_id, clear_keys, correlation_id, current_keys,
    remove_key, set_correlation_id,
};
pub(crate) use state::LogState;
