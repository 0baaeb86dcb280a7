//! Writing JSON into a reused buffer, as all utilities do.

mod scalar;
mod text;

pub use scalar::{on_one_line, unserialisable, write_f64, write_integer, write_serialize};
pub use text::{write_escaped, write_key, write_string};
