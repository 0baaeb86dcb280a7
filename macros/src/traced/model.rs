//! The validated model.

use proc_macro2::{Group, TokenStream};
use syn::LitStr;

use super::parse::Entry;
use crate::function::FunctionSource;

/// A function that has been validated, as far as its tokens allow.
pub(super) struct Function {
    pub(super) source: FunctionSource,
    pub(super) body: Group,
    pub(super) name: LitStr,
    pub(super) fields: Vec<TokenStream>,
    pub(super) annotations: Vec<Entry>,
    pub(super) keep: Keep,
}

/// The parts of the result that are captured.
pub(super) enum Keep {
    /// The function returns a `Result`; says whether to capture its response and the text of its error.
    Result {
        response: bool,
        error: bool,
    },
    /// The function returns another type, whose value is captured.
    Value,
    Nothing,
}
