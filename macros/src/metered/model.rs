//! The validated model.

use proc_macro2::Group;
use syn::LitStr;

use crate::function::FunctionSource;

/// A function that has been validated, as far as its tokens allow.
pub(super) struct Function {
    pub(super) source: FunctionSource,
    pub(super) body: Group,
    pub(super) latency: LitStr,
    pub(super) errors: LitStr,
    /// Whether the function returns a `Result`.
    pub(super) is_fallible: bool,
}
