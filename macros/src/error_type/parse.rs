//! The parsed type, before it is validated.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, Generics, Ident, LitStr, Meta,
    parse::{Parse, ParseStream},
};

use crate::options::text;

/// A type with its parsed `#[error_type…]` attributes.
pub(super) struct Source {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) says: Vec<Says>,
    pub(super) body: Body,
}

pub(super) enum Body {
    Struct(Fields),
    Enum(Vec<VariantSource>),
    /// Neither a struct nor an enum; contains the tokens to report.
    Union(TokenStream),
}

pub(super) struct VariantSource {
    pub(super) ident: Ident,
    pub(super) says: Vec<Says>,
    pub(super) fields: Fields,
}

/// The content of one attribute.
pub(super) enum Says {
    /// `#[error_type = "…"]` or `#[error_type("…")]`.
    Name(LitStr),
    /// `#[error_type(transparent)]`.
    Transparent(Ident),
    /// Anything else.
    Other(TokenStream),
}

impl Parse for Source {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let input = input.parse::<DeriveInput>()?;
        let says = Says::all(&input.attrs);
        let body = match input.data {
            Data::Struct(data) => Body::Struct(data.fields),
            Data::Enum(data) => {
                let variants = data.variants.into_iter().map(|variant| VariantSource {
                    says: Says::all(&variant.attrs),
                    ident: variant.ident,
                    fields: variant.fields,
                });
                Body::Enum(variants.collect())
            }
            Data::Union(data) => Body::Union(data.union_token.into_token_stream()),
        };
        Ok(Self { ident: input.ident, generics: input.generics, says, body })
    }
}

impl Says {
    fn all(attributes: &[Attribute]) -> Vec<Self> {
        let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("error_type"));
        ours.map(Self::one).collect()
    }

    fn one(attribute: &Attribute) -> Self {
        let value = match &attribute.meta {
            Meta::NameValue(pair) => pair.value.clone(),
            Meta::List(list) => match list.parse_args::<Expr>() {
                Ok(value) => value,
                Err(_) => return Self::Other(attribute.meta.to_token_stream()),
            },
            Meta::Path(_) => return Self::Other(attribute.meta.to_token_stream()),
        };
        let is_list = matches!(attribute.meta, Meta::List(_));
        match (text(&value), syn::parse2::<Ident>(value.to_token_stream())) {
            (Some(name), _) => Self::Name(name.clone()),
            (None, Ok(word)) if is_list && word == "transparent" => Self::Transparent(word),
            _ => Self::Other(value.to_token_stream()),
        }
    }

    /// Returns the tokens to report.
    pub(super) fn at(&self) -> TokenStream {
        match self {
            Self::Name(name) => name.to_token_stream(),
            Self::Transparent(word) => word.to_token_stream(),
            Self::Other(tokens) => tokens.clone(),
        }
    }
}
