//! The function, as one would write it by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::model::Function;
use crate::{function::FunctionSource, located::own};

/// Expands to the function, whose body is run through the crate `metrics`.
pub(super) fn function(function: &Function, metrics: &TokenStream) -> TokenStream {
    let Function { source, body, latency, errors, is_fallible } = function;
    let FunctionSource { attributes, visibility, signature, .. } = source;
    let output = source.closure_output();
    let is_async = signature.asyncness.is_some();
    let method = match (is_async, is_fallible) {
        (true, true) => "run",
        (false, true) => "run_sync",
        (true, false) => "time",
        (false, false) => "time_sync",
    };
    // An error is one about the type of the result: an alias may only be called `Result`.
    let at = own(source.output().map_or_else(|| signature.ident.span(), Spanned::span));
    let method = Ident::new(method, at);
    // Neither the function's arguments nor its constants are in the way.
    let call = Ident::new("CALL", Span::mixed_site());
    let run = match signature.asyncness {
        Some(_) => quote_spanned!(at=> #call.#method(async move || #output #body).await),
        None => quote_spanned!(at=> #call.#method(move || #output #body)),
    };
    quote! {
        #(#attributes)*
        #visibility #signature {
            const #call: #metrics::CallMetrics = #metrics::CallMetrics::new(#latency, #errors);
            #run
        }
    }
}
