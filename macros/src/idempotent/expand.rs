//! The function, as one would write it by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::model::{Function, Key};

/// Expands to the function, whose body is run through the crate `idempotency`.
pub(super) fn function(function: &Function, idempotency: &TokenStream) -> TokenStream {
    let Function { attributes, visibility, signature, output, body, store, key } = function;
    // The function's arguments may have these names too.
    let local = |name| Ident::new(name, Span::mixed_site());
    let (operation, call, outcome) = (local("operation"), local("call"), local("outcome"));
    let called = called(&operation, store, key);
    // An error in it is an error about the types of result or error.
    let at = Span::mixed_site().located_at(output.span());
    let run = quote_spanned!(at=> #call.run(async move || -> #output #body).await);
    let flatten = quote_spanned!(at=> #idempotency::IdempotencyError::flatten);
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
        Key::Given(key) => quote_spanned!(at=> #operation.call(&()).key(&(#key))),
        Key::GivenBeside { key, payload } => {
            quote_spanned!(at=> #operation.call(&(#payload)).key(&(#key)))
        }
        Key::Found(payload) => quote_spanned!(at=> #operation.call(&(#payload))),
    }
}
