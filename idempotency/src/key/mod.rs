//! From a payload to the key of a record.

mod canonical;
mod digest;
mod error;
mod inexact;
#[cfg(feature = "jmespath")]
mod jmespath;
mod payload;
mod pointer;
mod source;

pub use canonical::CanonicalForm;
#[cfg(feature = "md5")]
pub(crate) use canonical::attribute_number;
pub use digest::Digest;
pub(crate) use digest::hex;
pub use error::PayloadError;
#[cfg(feature = "jmespath")]
pub use jmespath::{JmesPath, JmesPathError};
pub(crate) use payload::Payload;
pub(crate) use source::Found;
pub use source::KeyFrom;
