//! What was meant.

use proc_macro2::{Group, TokenStream};
use syn::{Attribute, Signature, Type, Visibility};

/// A function that is known to be right, as far as its tokens tell.
pub(super) struct Function {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    pub(super) output: Type,
    pub(super) body: Group,
    /// The expression of the operation's `Idempotency`.
    pub(super) store: TokenStream,
    pub(super) key: Key,
}

/// Where the key comes from.
pub(super) enum Key {
    /// An expression is the key.
    Given(TokenStream),
    /// An expression is the key, and another the payload that is validated.
    GivenBeside { key: TokenStream, payload: TokenStream },
    /// It is found in a payload.
    Found(TokenStream),
}
