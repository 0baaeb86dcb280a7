//! What was meant.

use proc_macro2::Group;
use syn::LitStr;

use crate::function::FunctionSource;

/// A function that is known to be right, as far as its tokens tell.
pub(super) struct Function {
    pub(super) source: FunctionSource,
    pub(super) body: Group,
    pub(super) latency: LitStr,
    pub(super) errors: LitStr,
    /// Whether it can say itself that it failed.
    pub(super) is_fallible: bool,
}
