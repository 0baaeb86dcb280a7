//! `#[derive(ErrorType)]`: parses the type, validates it, and expands the model.

mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostic::Diagnostic;
use parse::Source;

/// Expands to an implementation of the trait `ErrorType`, or to errors.
pub(crate) fn derive(input: TokenStream, powertools: &TokenStream) -> TokenStream {
    let source = match syn::parse2::<Source>(input) {
        Ok(source) => source,
        Err(error) => return error.into_compile_error(),
    };
    match validate::error(source) {
        Ok(error) => expand::error(&error, powertools),
        Err(problems) => problems.iter().map(Diagnostic::to_compile_error).collect(),
    }
}
