//! What a logger is built with: plain data, from the builder and the environment.

mod buffering;
mod builder;
mod correlation;
mod environment;
mod level_filter;
mod settings;

pub use buffering::Buffering;
pub use builder::LoggerBuilder;
pub use correlation::{CorrelationId, FindId};
pub(crate) use settings::{EventRedaction, Settings};
