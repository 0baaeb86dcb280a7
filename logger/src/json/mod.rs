//! Parts of a line as JSON.

mod capture;
mod error;
mod members;

pub(crate) use capture::{Capture, Captured, write_debug};
pub(crate) use error::{ExceptionParts, write_exception};
pub(crate) use members::{Key, Members, NO_NAMES, Names};
pub(crate) use powertools_core::json::{
    on_one_line, unserialisable, write_escaped, write_f64, write_integer, write_serialize,
    write_string,
};
