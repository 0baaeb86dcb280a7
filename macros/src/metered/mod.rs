//! `#[metered(…)]`: parses the options and the function, validates them, and expands the model.

mod expand;
mod model;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

/// Expands to the function, run through the crate `metrics`; or to the function as it is, and errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    metrics: &TokenStream,
) -> TokenStream {
    crate::attribute::attribute(options, item, |options, source| {
        Ok(expand::function(&validate::function(&options, source)?, metrics))
    })
}
