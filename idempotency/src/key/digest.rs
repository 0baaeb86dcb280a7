#[cfg(feature = "md5")]
use base64::{Engine as _, prelude::BASE64_STANDARD};
use powertools_core::hex_digits;
use sha2::Digest as _;

/// How keys and payloads become short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Digest {
    /// SHA-256, as 64 hex digits.
    #[default]
    Sha256,
    /// MD5, as 32 hex digits: Powertools for Python's default. Anyone who can choose payloads can
    /// make two that share a key.
    #[cfg(feature = "md5")]
    Md5,
}

impl Digest {
    /// Returns the digest of `text` in lower-case hex.
    pub fn of(self, text: &str) -> String {
        self.in_hex(text.as_bytes())
    }

    pub(crate) fn in_hex(self, text: &[u8]) -> String {
        match self {
            Self::Sha256 => hex(&sha2::Sha256::digest(text)),
            #[cfg(feature = "md5")]
            Self::Md5 => hex(&md5::Md5::digest(text)),
        }
    }

    /// Returns the digest in Base64, as Powertools for TypeScript writes it.
    #[cfg(feature = "md5")]
    pub(crate) fn in_base64(self, text: &[u8]) -> String {
        match self {
            Self::Sha256 => BASE64_STANDARD.encode(sha2::Sha256::digest(text)),
            Self::Md5 => BASE64_STANDARD.encode(md5::Md5::digest(text)),
        }
    }
}

/// Returns bytes, a multiple of four, as two digits each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut hex = vec![0; 2 * bytes.len()];
    for (digits, bytes) in hex.as_chunks_mut().0.iter_mut().zip(bytes.as_chunks().0) {
        *digits = hex_digits(u32::from_be_bytes(*bytes));
    }
    // They are ASCII.
    String::from_utf8(hex).unwrap_or_default()
}
