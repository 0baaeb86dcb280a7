//! Writing JSON into a reused buffer.

mod capture;
mod error;
mod members;
mod scalar;
mod text;

pub(crate) use capture::{Capture, Captured, write_debug};
pub(crate) use error::{ExceptionParts, write_exception};
pub(crate) use members::{Key, Members, NO_NAMES, Names};
pub(crate) use scalar::{write_f64, write_integer, write_serialize};
pub(crate) use text::{write_escaped, write_string};
