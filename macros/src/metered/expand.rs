//! The function, as it would be written by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::model::Function;
use crate::{function::FunctionSource, spanned::own};

/// Expands to the function, whose body is run by the crate `metrics`.
pub(super) fn function(function: &Function, metrics: &TokenStream) -> TokenStream {
    let Function { source, body, latency, errors, is_fallible } = function;
    let FunctionSource { attributes, visibility, signature, .. } = source;
    let work = source.closure(body);
    let method = match (signature.asyncness, is_fallible) {
        (Some(_), true) => "run",
        (None, true) => "run_sync",
        (Some(_), false) => "time",
        (None, false) => "time_sync",
    };
    // Errors are reported at the return type, because it may be an alias that is only called `Result`.
    let at = own(source.output().map_or_else(|| signature.ident.span(), Spanned::span));
    let method = Ident::new(method, at);
    // Arguments of the function may have the same names, so these identifiers must be hygienic.
    let local = |name| Ident::new(name, Span::mixed_site());
    let (call, result) = (local("call"), local("result"));
    let awaited = signature.asyncness.map(|_| quote!(.await));
    let run = quote_spanned!(at=> #call.#method(#work) #awaited);
    quote! {
        #(#attributes)*
        #visibility #signature {
            let #call = const { #metrics::CallMetrics::new(#latency, #errors) };
            let #result = #run;
            #result
        }
    }
}
