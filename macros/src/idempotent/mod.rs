//! `#[idempotent(…)]`: parses the options and the function, validates them, and expands the model.

mod expand;
mod model;
mod settings;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

use crate::{
    diagnostic::Diagnostic,
    function::{FunctionSource, Source},
    options::Options,
};

/// Expands to the function, run through the crate `idempotency`; or to the function as it is, and errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    idempotency: &TokenStream,
) -> TokenStream {
    crate::attribute::attribute(options, item, |options, source| {
        Ok(expand::function(&validate::function(options, source)?, idempotency))
    })
}

/// Returns what stands between the braces of such a function, for an attribute that has these options as one of
/// its own.
pub(crate) fn statements(
    options: Options,
    source: FunctionSource,
    idempotency: &TokenStream,
) -> Result<TokenStream, Vec<Diagnostic>> {
    let function = validate::function(options, Source::Function(Box::new(source)))?;
    Ok(expand::statements(&function, idempotency))
}
