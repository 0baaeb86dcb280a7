use std::error::Error;

/// Changes recorded results on their way to the store and back, such as to encrypt or to compress them.
///
/// Set one with [`result_codec`](crate::IdempotencyBuilder::result_codec). It sees the JSON of a result; the store keeps
/// what [`encode`](Self::encode) returns, which has to be text. Both methods are called for every result, on the thread
/// of the operation, so they should not block: fetch a data key before, such as from KMS when the function starts.
///
/// The key of the record is given so that a cipher can authenticate it: then a result can't be moved to another record.
/// Compress before you encrypt. Records of Powertools for Python or TypeScript stay readable only without a codec.
///
/// This one encrypts with AES-256-GCM of `ring`; `aws-lc-rs` has the same API:
///
/// ```
/// use base64::{Engine, prelude::BASE64_STANDARD};
/// use powertools_idempotency::{CodecError, ResultCodec};
/// use ring::{
///     aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
///     rand::{SecureRandom, SystemRandom},
/// };
///
/// struct Encrypted(LessSafeKey);
///
/// impl Encrypted {
///     /// Takes a data key that KMS decrypted when the function started.
///     fn new(data_key: &[u8; 32]) -> Result<Self, CodecError> {
///         let key = UnboundKey::new(&AES_256_GCM, data_key).map_err(|_| "not a key of AES-256")?;
///         Ok(Self(LessSafeKey::new(key)))
///     }
/// }
///
/// impl ResultCodec for Encrypted {
///     fn encode(&self, key: &str, json: &str) -> Result<String, CodecError> {
///         let mut nonce = [0; NONCE_LEN];
///         SystemRandom::new().fill(&mut nonce).map_err(|_| "no randomness")?;
///         let (mut sealed, at) = (json.as_bytes().to_vec(), Nonce::assume_unique_for_key(nonce));
///         let sealing = self.0.seal_in_place_append_tag(at, Aad::from(key), &mut sealed);
///         sealing.map_err(|_| "the result can't be encrypted")?;
///         Ok(BASE64_STANDARD.encode([&nonce[..], &sealed].concat()))
///     }
///
///     fn decode(&self, key: &str, data: &str) -> Result<String, CodecError> {
///         let data = BASE64_STANDARD.decode(data)?;
///         let (nonce, sealed) = data.split_first_chunk().ok_or("the data is too short")?;
///         let (mut sealed, at) = (sealed.to_vec(), Nonce::assume_unique_for_key(*nonce));
///         let opened = self.0.open_in_place(at, Aad::from(key), &mut sealed);
///         Ok(str::from_utf8(opened.map_err(|_| "the data is not authentic")?)?.to_owned())
///     }
/// }
///
/// # fn main() -> Result<(), CodecError> {
/// let codec = Encrypted::new(&[7; 32])?;
/// let data = codec.encode("orders.place#1", r#"{"card":4242}"#)?;
/// assert_eq!(codec.decode("orders.place#1", &data)?, r#"{"card":4242}"#);
/// assert!(codec.decode("orders.place#2", &data).is_err(), "moved to another record");
/// # Ok(())
/// # }
/// ```
pub trait ResultCodec: Send + Sync + 'static {
    /// Returns what the store keeps for the JSON of a result.
    ///
    /// # Errors
    ///
    /// Any; the operation is recorded as done then, without its result, and a WARN event says so. The text is logged,
    /// so it must not quote the result.
    fn encode(&self, key: &str, json: &str) -> Result<String, CodecError>;

    /// Returns the JSON of the result that [`encode`](Self::encode) made this of.
    ///
    /// # Errors
    ///
    /// Any; the call fails with [`IdempotencyError::UnreadableResult`](crate::IdempotencyError::UnreadableResult).
    fn decode(&self, key: &str, data: &str) -> Result<String, CodecError>;
}

/// The error of a [`ResultCodec`].
pub type CodecError = Box<dyn Error + Send + Sync>;
