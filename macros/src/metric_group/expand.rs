//! The implementation, as it would be written by hand.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{LitStr, Type, WherePredicate, parse_quote, spanned::Spanned};

use super::model::{Group, Kind, Member, Name};
use crate::generics::mentions;

/// Expands to an implementation of the trait `MetricGroup` in the crate `metrics`.
pub(super) fn group(group: &Group, metrics: &TokenStream) -> TokenStream {
    let Group { ident, generics, members } = group;
    let mut generics = generics.clone();
    let bounds = bounds(group, metrics);
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    let (parameters, arguments, clause) = generics.split_for_impl();
    let calls = members.iter().map(|member| call(member, metrics));
    quote! {
        #[automatically_derived]
        impl #parameters #metrics::MetricGroup for #ident #arguments #clause {
            fn record(
                &self,
                to: &mut #metrics::GroupRecorder,
            ) -> ::core::result::Result<(), #metrics::MetricError> {
                #(#calls)*
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// Expands to the call for one field; errors in it are reported at the type of the field.
fn call(member: &Member, metrics: &TokenStream) -> TokenStream {
    let Member { field, ty, name, kind } = member;
    let ty = if let Kind::Dimension { value, .. } = kind { &**value } else { ty };
    let at = Span::call_site().located_at(ty.span());
    let name = literal(name);
    match kind {
        Kind::Dimension { is_optional: false, .. } => {
            quote_spanned! {at=> to.dimension(#name, &self.#field)?; }
        }
        Kind::Dimension { is_optional: true, .. } => quote_spanned! {at=>
            if let ::core::option::Option::Some(value) = &self.#field {
                to.dimension(#name, value)?;
            }
        },
        Kind::Metadata => quote_spanned! {at=> to.metadata(#name, &self.#field)?; },
        Kind::Metric { unit, summed, high_resolution } => {
            let summed = summed.then(|| quote!(.summed()));
            let high_resolution = high_resolution.then(|| quote!(.high_resolution()));
            quote_spanned! {at=> {
                const METRIC: #metrics::Metric<'static> =
                    #metrics::Metric::new(#name, #metrics::Unit::#unit) #summed #high_resolution;
                to.add(&METRIC, &self.#field)?;
            }}
        }
    }
}

fn literal(name: &Name) -> LitStr {
    LitStr::new(&name.text, name.from.span())
}

/// Returns the bounds on the types of fields that depend on type parameters of the group.
fn bounds(group: &Group, metrics: &TokenStream) -> Vec<WherePredicate> {
    let parameters = group.generics.type_params().map(|parameter| &parameter.ident);
    let parameters = parameters.collect::<Vec<_>>();
    let generic = group.members.iter().filter(|member| mentions(&member.ty, &parameters));
    generic.map(|Member { ty, kind, .. }| bound(ty, kind, metrics)).collect()
}

fn bound(ty: &Type, kind: &Kind, metrics: &TokenStream) -> WherePredicate {
    match kind {
        Kind::Metric { .. } => parse_quote!(#ty: #metrics::MetricValues),
        Kind::Dimension { value, .. } => parse_quote!(#value: ::core::fmt::Display),
        Kind::Metadata => parse_quote!(#ty: #metrics::Serialize),
    }
}
