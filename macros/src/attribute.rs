//! The code that all attributes of functions have in common.

use proc_macro2::TokenStream;

use crate::{diagnostic::Diagnostic, function::Source, options::Options};

/// Parses and expands the options and the function; if there are mistakes, returns the unchanged function with compile
/// errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    expand: impl FnOnce(Options, Source) -> Result<TokenStream, Vec<Diagnostic>>,
) -> TokenStream {
    let parsed = syn::parse2::<Options>(options)
        .and_then(|options| Ok((options, syn::parse2::<Source>(item.clone())?)));
    let errors = match parsed {
        Err(error) => error.into_compile_error(),
        Ok((options, source)) => match expand(options, source) {
            Ok(expanded) => return expanded,
            Err(problems) => problems.iter().map(Diagnostic::to_compile_error).collect(),
        },
    };
    // Keep the function, so that its callers do not cause further errors.
    [errors, item].into_iter().collect()
}
