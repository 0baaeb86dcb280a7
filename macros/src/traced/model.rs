//! What was meant.

use proc_macro2::{Group, TokenStream};
use syn::LitStr;

use super::parse::Entry;
use crate::function::FunctionSource;

/// A function that is known to be right, as far as its tokens tell.
pub(super) struct Function {
    pub(super) source: FunctionSource,
    pub(super) body: Group,
    pub(super) name: LitStr,
    pub(super) fields: Vec<TokenStream>,
    pub(super) annotations: Vec<Entry>,
    pub(super) keep: Keep,
}

/// What is kept of the result.
pub(super) enum Keep {
    /// Of a `Result`: whether its response, and whether its error's text.
    Result {
        response: bool,
        error: bool,
    },
    /// Of any other value.
    Value,
    Nothing,
}
