use sha2::Digest as _;

/// How keys and payloads become short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Digest {
    /// SHA-256, as 64 hex digits.
    #[default]
    Sha256,
    /// MD5, as 32 hex digits: Powertools for Python's default. Who can choose payloads can make two that
    /// share a key.
    #[cfg(feature = "md5")]
    Md5,
}

impl Digest {
    /// Returns the digest of `text` in lower-case hex.
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Sha256 => hex(&sha2::Sha256::digest(text.as_bytes())),
            #[cfg(feature = "md5")]
            Self::Md5 => hex(&md5::Md5::digest(text.as_bytes())),
        }
    }
}

/// Returns bytes as two digits each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = Vec::with_capacity(2 * bytes.len());
    for byte in bytes {
        hex.extend_from_slice(&[byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]));
    }
    // They are ASCII.
    String::from_utf8(hex).unwrap_or_default()
}
