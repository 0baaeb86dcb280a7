//! The validated model.

use proc_macro2::{Group, TokenStream};
use syn::{Attribute, Signature, Type, Visibility};

/// A function that has been validated, as far as its tokens allow.
pub(super) struct Function {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    pub(super) output: Type,
    pub(super) body: Group,
    /// The expression for the `Idempotency` of the operation.
    pub(super) store: TokenStream,
    pub(super) key: Key,
}

/// The source of the key.
pub(super) enum Key {
    /// The key is an expression.
    Given(TokenStream),
    /// The key is an expression, and another expression is the payload that is validated.
    GivenBeside { key: TokenStream, payload: TokenStream },
    /// The key is found in a payload.
    Found(TokenStream),
}
