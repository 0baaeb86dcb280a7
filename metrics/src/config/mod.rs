//! What metrics are built with: plain data, from the builder and the environment.

mod builder;
mod settings;

pub use builder::MetricsBuilder;
pub(crate) use settings::Settings;
