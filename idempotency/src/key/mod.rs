//! From a payload to the key of a record.

mod canonical;
mod digest;
mod error;
#[cfg(feature = "jmespath")]
mod jmespath;
mod source;

pub(crate) use canonical::Presence;
pub use canonical::{CanonicalForm, canonical_json};
pub use digest::Digest;
pub(crate) use digest::hex;
pub use error::PayloadError;
#[cfg(feature = "jmespath")]
pub use jmespath::{JmesPath, JmesPathError};
pub use source::KeyFrom;
pub(crate) use source::{Found, is_nothing};
