//! The function, as one would write it by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{GenericArgument, Ident, PathArguments, Type, spanned::Spanned};

use super::model::{Function, Key};

/// Expands to the function, whose body is run through the crate `idempotency`.
pub(super) fn function(function: &Function, idempotency: &TokenStream) -> TokenStream {
    let Function { attributes, visibility, signature, output, body, store, key } = function;
    // The function's arguments may have these names too.
    let local = |name| Ident::new(name, Span::mixed_site());
    let (operation, call, outcome) = (local("operation"), local("call"), local("outcome"));
    let called = called(&operation, store, key);
    // An error in either is an error about the type of the result, or of the error.
    let at = Span::mixed_site().located_at(output.span());
    let run = quote_spanned!(at=> #call.run(async move || -> #output #body).await);
    let at = Span::mixed_site().located_at(error_of(output).span());
    let here = located(idempotency, at);
    let flatten = quote_spanned!(at=> #here::IdempotencyError::flatten);
    quote! {
        #(#attributes)*
        #visibility #signature {
            let #operation = &(#store);
            let #call = #called;
            let #outcome = #run;
            #outcome.map(#idempotency::Outcome::into_inner).map_err(#flatten)
        }
    }
}

/// The call, whose key and payload are settled before the arguments move into the body.
fn called(operation: &Ident, store: &TokenStream, key: &Key) -> TokenStream {
    let at = Span::mixed_site().located_at(store.span());
    match key {
        Key::Given(key) => {
            let key = borrowed(key);
            quote_spanned!(at=> #operation.call(&()).key(#key))
        }
        Key::GivenBeside { key, payload } => {
            let (key, payload) = (borrowed(key), borrowed(payload));
            quote_spanned!(at=> #operation.call(#payload).key(#key))
        }
        Key::Found(payload) => {
            let payload = borrowed(payload);
            quote_spanned!(at=> #operation.call(#payload))
        }
    }
}

/// Borrows an expression; an error about its type is shown there.
fn borrowed(expression: &TokenStream) -> TokenStream {
    let at = Span::mixed_site().located_at(expression.span());
    quote_spanned!(at=> &(#expression))
}

/// Returns the error's type of a `Result`, or the whole type where an alias hides it.
fn error_of(output: &Type) -> &Type {
    let last = match output {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    match last.map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) if arguments.args.len() == 2 => {
            match &arguments.args[1] {
                GenericArgument::Type(error) => error,
                _ => output,
            }
        }
        _ => output,
    }
}

/// Returns a path whose errors are shown somewhere else.
fn located(path: &TokenStream, at: Span) -> TokenStream {
    let tokens = path.clone().into_iter();
    let tokens = tokens.map(|mut token| {
        token.set_span(at);
        token
    });
    tokens.collect()
}
