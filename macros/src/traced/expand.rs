//! The function, as it would be written by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, LitStr, Type, spanned::Spanned};

use super::{
    model::{Function, Keep},
    parse::Entry,
};
use crate::{
    function::{FunctionSource, parts_of_result},
    spanned::{own, spanned},
};

/// Expands to the function, whose body runs in a span of the crate `tracer`.
pub(super) fn function(function: &Function, tracer: &TokenStream) -> TokenStream {
    let Function { source, body, name, fields, annotations, keep } = function;
    let FunctionSource { attributes, visibility, signature, .. } = source;
    // Arguments of the function may have the same names, so these identifiers must be hygienic.
    let local = |name| Ident::new(name, Span::mixed_site());
    let (call, result) = (local("call"), local("result"));
    let annotate = annotate(&call, annotations);
    let work = source.closure(body);
    let run = match signature.asyncness {
        Some(_) => quote!(#call.run(#work).await),
        None => quote!(#call.run_sync(#work)),
    };
    let keep = kept(&call, &result, source, keep, tracer);
    quote! {
        #(#attributes)*
        #visibility #signature {
            let #call = #tracer::TracedCall::new(#tracer::tracing::info_span!(#name #(, #fields)*));
            #annotate
            let #result = #run;
            #keep
            #result
        }
    }
}

/// Expands to the annotations, whose values are computed only if the call is traced.
fn annotate(call: &Ident, annotations: &[Entry]) -> Option<TokenStream> {
    let entries = annotations.iter().map(|entry| {
        let key = LitStr::new(&entry.key(), entry.name.span());
        let value = entry.expression();
        let at = own(value.span());
        quote_spanned!(at=> #call.annotate(#key, &(#value));)
    });
    (!annotations.is_empty()).then(|| quote!(if #call.is_traced() { #(#entries)* }))
}

/// Expands to the capture of the result; errors are reported at the type of the response or of the error.
fn kept(
    call: &Ident,
    result: &Ident,
    source: &FunctionSource,
    keep: &Keep,
    tracer: &TokenStream,
) -> Option<TokenStream> {
    let output = source.output()?;
    let kept = |method: &str, of: &Type, value: TokenStream| {
        let at = own(of.span());
        let (tracer, method) = (spanned(tracer, at), Ident::new(method, at));
        let value = spanned(&value, at);
        quote_spanned!(at=> #tracer::TracedCall::#method(&#call, #value))
    };
    let (success, failure) = parts_of_result(output);
    let of = Ident::new("of", Span::mixed_site());
    match keep {
        Keep::Nothing => None,
        Keep::Value => {
            let response = kept("keep_response", output, quote!(&#result));
            Some(quote!(#response;))
        }
        Keep::Result { response, error } => {
            let response = response.then(|| kept("keep_response", success, quote!(#of)));
            let error = if *error { "keep_error" } else { "keep_fault" };
            let error = kept(error, failure, quote!(#of));
            let of_response = if response.is_some() { quote!(#of) } else { quote!(_) };
            Some(quote! {
                match &#result {
                    ::core::result::Result::Ok(#of_response) => { #response }
                    ::core::result::Result::Err(#of) => { #error }
                }
            })
        }
    }
}
