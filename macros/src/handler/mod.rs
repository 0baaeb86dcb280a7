//! `#[handler(…)]`: parse what was written, validate what it means, expand the model.

mod duration;
mod event;
mod expand;
mod model;
mod place;
mod settings;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

use crate::{function::Source, options::Options, problem::Problem};

/// Expands to the function with calls put before its body; or to the function as it is, and errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    powertools: &TokenStream,
) -> TokenStream {
    let parsed = syn::parse2::<Options>(options)
        .and_then(|options| Ok((options, syn::parse2::<Source>(item.clone())?)));
    let errors = match parsed {
        Err(error) => error.into_compile_error(),
        Ok((options, source)) => match validate::handler(options, source, powertools) {
            Ok(handler) => return expand::handler(&handler, powertools),
            Err(problems) => problems.iter().map(Problem::to_compile_error).collect(),
        },
    };
    // So that its callers are not told that there is no such function.
    [errors, item].into_iter().collect()
}
