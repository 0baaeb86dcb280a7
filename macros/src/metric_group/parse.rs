//! The parsed struct, before it is validated.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Data, DataStruct, DeriveInput, Field, Fields, Generics, Ident, Token, Type,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// A type with its parsed `#[metric(…)]` attributes.
pub(super) struct Source {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) settings: Vec<Setting>,
    pub(super) body: Body,
}

pub(super) enum Body {
    Named(Vec<FieldSource>),
    /// An item that can't be a group; contains the tokens to report, and what the item is.
    Other(TokenStream, &'static str),
}

pub(super) struct FieldSource {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) settings: Vec<Setting>,
}

/// One option, such as `count` or `unit = Bytes`.
pub(super) struct Setting {
    pub(super) word: Ident,
    pub(super) value: Option<TokenStream>,
}

impl Parse for Source {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let input = input.parse::<DeriveInput>()?;
        let settings = settings(&input.attrs)?;
        let body = Body::parse(input.data)?;
        Ok(Self { ident: input.ident, generics: input.generics, settings, body })
    }
}

impl Body {
    fn parse(data: Data) -> syn::Result<Self> {
        let (at, what) = match data {
            Data::Struct(data) => return Self::of_struct(data),
            Data::Enum(data) => (data.enum_token.into_token_stream(), "an enum"),
            Data::Union(data) => (data.union_token.into_token_stream(), "a union"),
        };
        Ok(Self::Other(at, what))
    }

    fn of_struct(data: DataStruct) -> syn::Result<Self> {
        let (at, what) = match data.fields {
            Fields::Named(fields) => {
                let fields = fields.named.into_iter().map(FieldSource::parse);
                return Ok(Self::Named(fields.collect::<syn::Result<_>>()?));
            }
            Fields::Unnamed(fields) => (fields.into_token_stream(), "a tuple struct"),
            Fields::Unit => (data.struct_token.into_token_stream(), "a struct without fields"),
        };
        Ok(Self::Other(at, what))
    }
}

impl FieldSource {
    fn parse(field: Field) -> syn::Result<Self> {
        let ident = field.ident.expect("a named field has a name");
        Ok(Self { ident, ty: field.ty, settings: settings(&field.attrs)? })
    }
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word = Ident::parse_any(input)?;
        let equals = input.parse::<Option<Token![=]>>()?;
        let value = equals.map(|_| value(input)).transpose()?;
        Ok(Self { word, value })
    }
}

/// Parses all tokens up to the next comma.
fn value(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut value = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        value.extend([input.parse::<TokenTree>()?]);
    }
    if value.is_empty() { Err(input.error("expected a value after `=`")) } else { Ok(value) }
}

fn settings(attributes: &[Attribute]) -> syn::Result<Vec<Setting>> {
    let list = Punctuated::<Setting, Token![,]>::parse_terminated;
    let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("metric"));
    let lists = ours.map(|attribute| attribute.parse_args_with(list));
    Ok(lists.collect::<syn::Result<Vec<_>>>()?.into_iter().flatten().collect())
}
