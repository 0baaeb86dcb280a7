//! The implementation, as it would be written by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, Type, WherePredicate, parse_quote, spanned::Spanned};

use super::model::{Cases, ErrorModel, Named};
use crate::spanned::{own, spanned};

/// Expands to an implementation of the trait `ErrorType`.
pub(super) fn error(error: &ErrorModel, powertools: &TokenStream) -> TokenStream {
    let ErrorModel { ident, generics, cases } = error;
    let mut generics = generics.clone();
    let bounds = bounds(error, powertools);
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    let (parameters, arguments, clause) = generics.split_for_impl();
    let body = body(cases, powertools);
    quote! {
        #[automatically_derived]
        impl #parameters #powertools::ErrorType for #ident #arguments #clause {
            fn error_type(&self) -> &'static str {
                #body
            }
        }
    }
}

fn body(cases: &Cases, powertools: &TokenStream) -> TokenStream {
    match cases {
        Cases::Struct(Named::Here(name)) => quote!(#name),
        Cases::Struct(Named::By(member, ty)) => {
            let ask = ask(ty, powertools);
            quote!(#ask(&self.#member))
        }
        Cases::Enum(variants) if variants.is_empty() => quote!(match *self {}),
        Cases::Enum(variants) => {
            let arms = variants.iter().map(|(variant, named)| arm(variant, named, powertools));
            quote!(match self { #(#arms,)* })
        }
    }
}

fn arm(variant: &Ident, named: &Named, powertools: &TokenStream) -> TokenStream {
    match named {
        Named::Here(name) => quote!(Self::#variant { .. } => #name),
        Named::By(member, ty) => {
            let error = Ident::new("error", Span::mixed_site());
            let ask = ask(ty, powertools);
            quote!(Self::#variant { #member: #error } => #ask(#error))
        }
    }
}

/// Expands to a call of the field's method; errors in it are reported at the type of the field.
fn ask(ty: &Type, powertools: &TokenStream) -> TokenStream {
    let at = own(ty.span());
    let powertools = spanned(powertools, at);
    quote_spanned!(at=> #powertools::ErrorType::error_type)
}

/// Returns the bounds on the types of fields that depend on type parameters of the error.
fn bounds(error: &ErrorModel, powertools: &TokenStream) -> Vec<WherePredicate> {
    let named = match &error.cases {
        Cases::Struct(named) => vec![named],
        Cases::Enum(variants) => variants.iter().map(|(_, named)| named).collect(),
    };
    let parameters = error.generics.type_params().map(|parameter| &parameter.ident);
    let parameters = parameters.collect::<Vec<_>>();
    let types = named.into_iter().filter_map(|named| match named {
        Named::By(_, ty) if crate::generics::mentions(ty, &parameters) => Some(ty),
        _ => None,
    });
    types.map(|ty| parse_quote!(#ty: #powertools::ErrorType)).collect()
}
