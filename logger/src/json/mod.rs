//! Parts of a line as JSON.

mod members;

pub(crate) use members::{Key, Members, NO_NAMES, Names};
pub(crate) use powertools_core::json::{
    Capture, Captured, ExceptionParts, redact_exception, redact_json, redact_string, write_debug,
    write_escaped, write_exception, write_f64, write_integer, write_key, write_serialize,
    write_string,
};
