//! `#[handler(…)]`: parses the options and the function, validates them, and expands the model.

mod check;
mod duration;
mod event;
mod event_path;
mod expand;
mod model;
mod settings;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

/// Expands to the function with calls put before its body; or to the function as it is, and errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    powertools: &TokenStream,
) -> TokenStream {
    crate::attribute::attribute(options, item, |options, source| {
        Ok(expand::handler(&validate::handler(options, source, powertools)?, powertools))
    })
}
