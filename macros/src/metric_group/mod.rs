//! `#[derive(MetricGroup)]`: parses the struct, validates it, and expands the model.

mod expand;
mod field;
mod model;
mod optional;
mod parse;
mod settings;
#[cfg(test)]
mod tests;
mod unit;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostic::Diagnostic;
use parse::Source;

/// Expands to an implementation of the trait `MetricGroup` in the crate `metrics`, or to errors.
pub(crate) fn derive(input: TokenStream, metrics: &TokenStream) -> TokenStream {
    let source = match syn::parse2::<Source>(input) {
        Ok(source) => source,
        Err(error) => return error.into_compile_error(),
    };
    match validate::group(source) {
        Ok(group) => expand::group(&group, metrics),
        Err(problems) => problems.iter().map(Diagnostic::to_compile_error).collect(),
    }
}
