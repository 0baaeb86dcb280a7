//! From a payload to the key of a record.

mod canonical;
mod digest;
mod node;
mod source;

pub use canonical::canonical_json;
pub use digest::Digest;
pub use source::KeyFrom;
pub(crate) use source::is_nothing;
