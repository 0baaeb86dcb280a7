//! `#[traced(…)]`: parses the options and the function, validates them, and expands the model.

mod expand;
mod model;
mod parse;
mod settings;
mod skip;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

/// Expands to the function in a span of the crate `tracer`; or to the function as it is, and errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    tracer: &TokenStream,
) -> TokenStream {
    crate::attribute::attribute(options, item, |options, source| {
        Ok(expand::function(&validate::function(&options, source)?, tracer))
    })
}
