//! `#[traced(…)]`: parse what was written, validate what it means, expand the model.

mod expand;
mod model;
mod parse;
mod settings;
mod skip;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

use crate::{function::Source, options::Options, problem::Problem};

/// Expands to the function in a span of the crate `tracer`; or to the function as it is, and errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    tracer: &TokenStream,
) -> TokenStream {
    let parsed = syn::parse2::<Options>(options)
        .and_then(|options| Ok((options, syn::parse2::<Source>(item.clone())?)));
    let errors = match parsed {
        Err(error) => error.into_compile_error(),
        Ok((options, source)) => match validate::function(&options, source) {
            Ok(function) => return expand::function(&function, tracer),
            Err(problems) => problems.iter().map(Problem::to_compile_error).collect(),
        },
    };
    // So that its callers are not told that there is no such function.
    [errors, item].into_iter().collect()
}
