//! `#[idempotent(…)]`: parse what was written, validate what it means, expand the model.

mod expand;
mod model;
mod settings;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

use crate::{
    function::{FunctionSource, Source},
    options::Options,
    problem::Problem,
};

/// Expands to the function, run through the crate `idempotency`; or to the function as it is, and errors.
pub(crate) fn attribute(
    options: TokenStream,
    item: TokenStream,
    idempotency: &TokenStream,
) -> TokenStream {
    let parsed = syn::parse2::<Options>(options)
        .and_then(|options| Ok((options, syn::parse2::<Source>(item.clone())?)));
    let errors = match parsed {
        Err(error) => error.into_compile_error(),
        Ok((options, source)) => match validate::function(options, source) {
            Ok(function) => return expand::function(&function, idempotency),
            Err(problems) => problems.iter().map(Problem::to_compile_error).collect(),
        },
    };
    // So that its callers are not told that there is no such function.
    [errors, item].into_iter().collect()
}

/// Returns what stands between the braces of such a function, for an attribute that has these options as one of
/// its own.
pub(crate) fn statements(
    options: Options,
    source: FunctionSource,
    idempotency: &TokenStream,
) -> Result<TokenStream, Vec<Problem>> {
    let function = validate::function(options, Source::Function(Box::new(source)))?;
    Ok(expand::statements(&function, idempotency))
}
