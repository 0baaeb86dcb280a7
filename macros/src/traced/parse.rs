//! Parses the lists of `fields`, `annotations`, and `skip`.

use proc_macro2::{Punct, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Expr, Ident, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// A value that a span records: `order_id = order.id`, `%order_id`, or `order.id = ?id`.
pub(super) struct Entry {
    pub(super) name: Punctuated<Ident, Token![.]>,
    /// `%` for `Display` or `?` for `Debug`.
    pub(super) sigil: Option<Punct>,
    pub(super) value: Option<Expr>,
}

impl Entry {
    /// Parses a list that is separated by commas.
    pub(super) fn list(input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        let list = Punctuated::<Self, Token![,]>::parse_terminated(input)?;
        Ok(list.into_iter().collect())
    }

    /// Returns the expression for the value.
    pub(super) fn expression(&self) -> TokenStream {
        match &self.value {
            Some(value) => value.to_token_stream(),
            None => self.name.to_token_stream(),
        }
    }

    /// Returns the name as text, including dots and without `r#`.
    pub(super) fn key(&self) -> String {
        self.name.iter().map(|part| part.unraw().to_string()).collect::<Vec<_>>().join(".")
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let before = sigil(input)?;
        let name = Punctuated::parse_separated_nonempty_with(input, Ident::parse_any)?;
        if before.is_some() || input.parse::<Option<Token![=]>>()?.is_none() {
            return Ok(Self { name, sigil: before, value: None });
        }
        if input.is_empty() || input.peek(Token![,]) {
            return Err(input.error("expected an expression after `=`"));
        }
        Ok(Self { name, sigil: sigil(input)?, value: Some(input.parse()?) })
    }
}

fn sigil(input: ParseStream<'_>) -> syn::Result<Option<Punct>> {
    let is_sigil = input.peek(Token![%]) || input.peek(Token![?]);
    is_sigil.then(|| input.parse()).transpose()
}

impl ToTokens for Entry {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { name, sigil, value } = self;
        tokens.extend(match value {
            Some(value) => quote!(#name = #sigil #value),
            None => quote!(#sigil #name),
        });
    }
}

/// Parses the names of arguments.
pub(super) fn names(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let list = Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)?;
    Ok(list.into_iter().collect())
}
