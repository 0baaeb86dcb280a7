//! Handles events that borrow from their JSON.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, GenericArgument, Ident, PathArguments, Signature, Type, spanned::Spanned};

use crate::{
    diagnostic::Diagnostic,
    function::{is_result, parts_of_result},
    spanned::{own, spanned},
};

/// Changes the argument to the raw event if the event borrows, and returns the statement that deserializes it.
///
/// This is necessary because the runtime can't name a type that borrows from the event.
pub(super) fn read_here(
    signature: &mut Signature,
    powertools: &TokenStream,
) -> Result<Option<TokenStream>, Diagnostic> {
    let result = output(signature).cloned();
    let Some(FnArg::Typed(argument)) = signature.inputs.iter_mut().find(|it| is_borrowed(it))
    else {
        return Ok(None);
    };
    if let Some(at) = lifetimes(argument.ty.to_token_stream()).into_iter().find(is_named) {
        let message =
            "the event only lives for the call, so its lifetime cannot be named: write `'_`";
        return Err(Diagnostic::new(at, message));
    }
    let Some(result) = result else {
        let message = "an event that borrows is read in the handler, which may fail: return a `Result` whose \
                       error is `From<powertools::EventError>`";
        return Err(Diagnostic::new(&argument.ty, message));
    };
    let at = own(parts_of_result(&result).1.span());
    // An argument of the function may have the same name, so this identifier must be hygienic.
    let event = Ident::new("event", Span::mixed_site());
    let (pattern, ty) = (&argument.pat, &argument.ty);
    let facade = spanned(powertools, own(ty.span()));
    let payload = quote_spanned!(at=> #event.payload.parse()?);
    let read = quote! {
        let #pattern: #ty = #facade::LambdaEvent::new(#payload, #event.context);
    };
    *argument = syn::parse_quote!(#event: #facade::LambdaEvent<#facade::RawEvent>);
    Ok(Some(read))
}

fn output(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        syn::ReturnType::Type(_, output) => Some(&**output).filter(|output| is_result(output)),
        syn::ReturnType::Default => None,
    }
}

/// Returns whether the argument is a `LambdaEvent<T>` whose `T` borrows.
fn is_borrowed(argument: &FnArg) -> bool {
    let FnArg::Typed(argument) = argument else {
        return false;
    };
    let Type::Path(path) = &*argument.ty else {
        return false;
    };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "LambdaEvent") else {
        return false;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    let types = arguments.args.iter().filter(|it| matches!(it, GenericArgument::Type(_)));
    let mut types = types.map(ToTokens::to_token_stream);
    types.any(|ty| lifetimes(ty).iter().any(|it| it.to_string() != "'static"))
}

/// Returns the lifetimes in a type, and `&` where a reference has no explicit lifetime.
fn lifetimes(ty: TokenStream) -> Vec<TokenStream> {
    let mut found = Vec::new();
    let mut rest = ty.into_iter().peekable();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Group(group) => found.extend(lifetimes(group.stream())),
            TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                found.push(mark.into_token_stream().into_iter().chain(rest.next()).collect());
            }
            TokenTree::Punct(mark) if mark.as_char() == '&' => {
                let is_written =
                    matches!(rest.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'');
                if !is_written {
                    found.push(mark.into_token_stream());
                }
            }
            _ => {}
        }
    }
    found
}

fn is_named(lifetime: &TokenStream) -> bool {
    !matches!(&*lifetime.to_string(), "'_" | "'static" | "&")
}
