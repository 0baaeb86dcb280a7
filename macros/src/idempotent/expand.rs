//! The function, as it would be written by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::model::{Function, Key};
use crate::{
    closure::closure,
    function::parts_of_result,
    spanned::{own, spanned},
};

/// Expands to the function, whose body is run by the crate `idempotency`.
pub(super) fn function(function: &Function, idempotency: &TokenStream) -> TokenStream {
    let Function { attributes, visibility, signature, .. } = function;
    let statements = statements(function, idempotency);
    quote! {
        #(#attributes)*
        #visibility #signature {
            #statements
        }
    }
}

/// Expands to the statements of the function's body.
pub(super) fn statements(function: &Function, idempotency: &TokenStream) -> TokenStream {
    let Function { signature, output, body, store, key, .. } = function;
    // Arguments of the function may have the same names, so these identifiers must be hygienic.
    let local = |name| Ident::new(name, Span::mixed_site());
    let (operation, call, outcome) = (local("operation"), local("call"), local("outcome"));
    let called = called(&operation, store, key);
    let is_async = signature.asyncness.is_some();
    let work = closure(is_async, Some(output), body);
    // Errors about the type of the result or of the error are reported at the return type.
    let at = own(output.span());
    let run = match is_async {
        true => quote_spanned!(at=> #call.try_run(#work).await),
        false => quote_spanned!(at=> #call.try_run_blocking(#work)),
    };
    let at = own(parts_of_result(output).1.span());
    let here = spanned(idempotency, at);
    let flatten = quote_spanned!(at=> #here::IdempotencyError::flatten);
    quote! {
        let #operation = &(#store);
        let #call = #called;
        let #outcome = #run;
        #outcome.map(#idempotency::Outcome::into_inner).map_err(#flatten)
    }
}

/// Expands to the call; the key and the payload are evaluated before the arguments move into the body.
fn called(operation: &Ident, store: &TokenStream, key: &Key) -> TokenStream {
    let at = own(store.span());
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

/// Expands to a borrow of the expression; errors about its type are reported at the expression.
fn borrowed(expression: &TokenStream) -> TokenStream {
    let at = own(expression.span());
    quote_spanned!(at=> &(#expression))
}
