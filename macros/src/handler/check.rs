//! Statements that make the compiler check the types of a handler at its definition.
//!
//! Without them, an error about a type would be reported only where the handler is run. They have no effect at run
//! time.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    FnArg, GenericArgument, Ident, PathArguments, ReturnType, Signature, Type, spanned::Spanned,
};

use crate::{
    function::{opaque, parts_of_result},
    generics::mentions,
    spanned::{own, spanned},
};

/// Returns the checks for a function. An event that borrows is not included, because the body that deserializes it
/// checks it.
///
/// Types that contain type parameters are not checked, because they are known only where the handler is run. Neither
/// are functions without a `LambdaEvent`, which may be called by other code.
pub(super) fn statements(
    signature: &Signature,
    borrows: bool,
    powertools: &TokenStream,
) -> TokenStream {
    let Some(event) = signature.inputs.iter().find_map(payload) else {
        return TokenStream::new();
    };
    let parameters = signature.generics.type_params().map(|it| &it.ident).collect::<Vec<_>>();
    let is_known = |ty: &Type| !mentions(ty, &parameters) && opaque(ty.to_token_stream()).is_none();
    let event = Some(event).filter(|event| !borrows && is_known(event));
    let event = event.map(|event| check("event", event.to_token_stream(), event, powertools));
    let nothing = Type::Verbatim(quote_spanned!(signature.ident.span()=> ()));
    let output = match &signature.output {
        ReturnType::Type(_, output) => &**output,
        ReturnType::Default => &nothing,
    };
    let result = is_known(output).then(|| result(output, powertools));
    quote!(#event #result)
}

/// Checks the response and the error. An alias of `Result` may omit one of them, so both are taken from the whole type.
fn result(output: &Type, powertools: &TokenStream) -> TokenStream {
    let part = |name: &str, at: &Type| {
        let at = own(at.span());
        let (facade, name) = (spanned(powertools, at), Ident::new(name, at));
        quote_spanned!(at=> <#output as #facade::check::HandlerResult>::#name, _)
    };
    let (response, error) = parts_of_result(output);
    let response = check("response", part("Response", response), response, powertools);
    let error = check("error", part("Error", error), error, powertools);
    quote!(#response #error)
}

/// Expands to an expression that names a function of the module `check` for these types, without calling it.
fn check(name: &str, types: TokenStream, shown_at: &Type, powertools: &TokenStream) -> TokenStream {
    let at = own(shown_at.span());
    let (facade, name) = (spanned(powertools, at), Ident::new(name, at));
    quote_spanned!(at=> let _ = #facade::check::#name::<#types>;)
}

/// Returns the `T` of an argument `LambdaEvent<T>`.
fn payload(argument: &FnArg) -> Option<&Type> {
    let FnArg::Typed(argument) = argument else {
        return None;
    };
    let Type::Path(path) = &*argument.ty else {
        return None;
    };
    let last = path.path.segments.last().filter(|last| last.ident == "LambdaEvent")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
