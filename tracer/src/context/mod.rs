//! What an invocation carries for its trace, and the functions that find it.

mod current;
mod flush;
#[cfg(feature = "lambda-runtime")]
mod kept;
#[cfg(feature = "lambda-runtime")]
pub(crate) mod panics;
mod trace;
mod traced;

pub use current::{
    Annotation, annotation, capture_error, capture_response, current_header, link, metadata,
    metadata_in,
};
pub(crate) use trace::{Trace, trace_of};
pub(crate) use traced::Traced;
