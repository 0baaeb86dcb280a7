//! Writes JSON into a reused buffer, as all utilities do.

mod backtrace;
mod capture;
mod error_name;
mod exception;
mod redact;
mod scalar;
mod text;

pub use capture::{Capture, Captured, write_debug};
pub use error_name::error_name;
pub use exception::{ExceptionParts, write_exception, write_known_exception, write_text_exception};
pub use redact::{redact_exception, redact_json, redact_string};
pub use scalar::{
    f64_text, on_one_line, unserialisable, write_f64, write_integer, write_serialize,
};
pub use text::{write_escaped, write_key, write_string};
