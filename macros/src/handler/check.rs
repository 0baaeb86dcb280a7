//! Statements that have the compiler check a handler's types where they are written.
//!
//! Without them an error about a type is shown only where the handler is run. They do nothing at run time.

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

/// Returns the checks of a function as it was written; an event that borrows is read, and thereby checked, in its body.
///
/// Types of its own parameters are left out: what they are is known only where the handler is run. So is a function
/// without a `LambdaEvent`, which something else may call.
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

/// Checks response and error; an alias of `Result` may omit one of them, so both are taken from the type.
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

/// Names a function of the module `check`, for these types, without a call of it.
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
