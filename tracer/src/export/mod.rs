//! The ways out.

use std::error::Error;

use crate::Batch;

pub(crate) mod document;
mod nowhere;
#[cfg(feature = "stdout")]
mod stdout;
#[cfg(feature = "xray")]
mod xray;

pub use nowhere::Nowhere;
#[cfg(feature = "stdout")]
pub use stdout::JsonLines;
#[cfg(feature = "xray")]
pub use xray::{DatagramSink, UdpSink, XRay};

/// A way out for spans.
pub trait Exporter: Send + Sync + 'static {
    /// Hands on spans of one invocation; the function may be frozen as soon as this returns.
    ///
    /// # Errors
    ///
    /// Whatever kept spans from being handed on. The first error is written to stderr, and the function
    /// goes on in any case.
    fn export(&self, batch: &Batch) -> Result<(), ExportError>;

    /// Tells whether the handler's span should carry OpenTelemetry's attributes for functions.
    ///
    /// X-Ray has them in the segment that Lambda makes.
    fn wants_faas_attributes(&self) -> bool {
        true
    }
}

/// Why spans could not be handed on.
pub type ExportError = Box<dyn Error + Send + Sync>;
