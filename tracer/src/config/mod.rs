//! What a tracer is built with: plain data, from the builder and the environment.

mod builder;
mod capture_policy;
mod environment;
mod settings;

pub use builder::TracerBuilder;
pub use capture_policy::CapturedPart;
pub(crate) use capture_policy::{Capture, HandlerOverrides, Redact};
pub(crate) use settings::Settings;
