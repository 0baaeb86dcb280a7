//! The function, as it would be written by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use super::model::{Action, Call, EventPath, Handler};
use crate::spanned::{own, spanned};

/// Expands to the function, with the calls before its body.
pub(super) fn handler(handler: &Handler, powertools: &TokenStream) -> TokenStream {
    let Handler { attributes, visibility, signature, body, checks, calls, read } = handler;
    let calls = calls.iter().map(|call| expand(call, powertools));
    quote! {
        #(#attributes)*
        #visibility #signature {
            #checks
            #(#calls)*
            #read
            #body
        }
    }
}

/// Returns the path of a module; errors about it are reported at the option that needs the module.
pub(super) fn path(powertools: &TokenStream, module: &str, at: Span) -> TokenStream {
    let at = own(at);
    let module = Ident::new(module, at);
    let powertools = spanned(powertools, at);
    quote_spanned!(at=> #powertools::#module)
}

/// Expands to a `CorrelationId`.
fn correlation_id(place: &EventPath, logger: &TokenStream, at: Span) -> TokenStream {
    match place {
        EventPath::Known(name) => quote_spanned!(at=> #logger::CorrelationId::#name),
        EventPath::Pointer(text) => quote_spanned!(at=> #logger::CorrelationId::pointer(#text)),
        EventPath::FirstOf(places) => {
            let places = places.iter().map(|place| correlation_id(place, logger, at));
            quote_spanned!(at=> #logger::CorrelationId::first_of([#(#places),*]))
        }
        EventPath::Function(find) => quote_spanned!(at=> #logger::CorrelationId::from_fn(#find)),
    }
}

fn expand(call: &Call, powertools: &TokenStream) -> TokenStream {
    let at = own(call.at);
    let module = |name| path(powertools, name, at);
    match &call.action {
        Action::DeadlineMargin(margin) => {
            let powertools = spanned(powertools, at);
            let milliseconds = u64::try_from(margin.as_millis()).unwrap_or(u64::MAX);
            quote_spanned! {at=>
                if let ::core::option::Option::Some(invocation) = #powertools::Invocation::current() {
                    invocation.set_deadline_margin(::core::time::Duration::from_millis(#milliseconds));
                }
            }
        }
        Action::CorrelationId(place) => {
            let logger = module("logger");
            let place = correlation_id(place, &logger, at);
            quote_spanned!(at=> #logger::find_correlation_id(&#place);)
        }
        Action::LogEvent { redacted } => {
            let logger = module("logger");
            quote_spanned!(at=> #logger::log_event(&[#(#redacted),*]);)
        }
        Action::CountColdStart => {
            let metrics = module("metrics");
            quote_spanned!(at=> #metrics::count_cold_start();)
        }
        Action::CaptureResponse(on) => {
            let tracer = module("tracer");
            quote_spanned!(at=> #tracer::capture_response(#on);)
        }
        Action::NameErrors(types) => {
            let powertools = spanned(powertools, at);
            // Errors about a type are reported at the type itself.
            let calls =
                types.iter().map(|named| quote!(#powertools::register_error_types::<#named>();));
            quote!(#(#calls)*)
        }
        Action::CaptureError(on) => {
            let tracer = module("tracer");
            quote_spanned!(at=> #tracer::capture_error(#on);)
        }
    }
}
