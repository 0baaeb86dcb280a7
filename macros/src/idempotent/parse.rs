//! What was written, whatever it means.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Expr, Signature, Token, Visibility,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// The options in the attribute's parentheses.
pub(super) struct Options(pub(super) Vec<Setting>);

/// One option: `key = order.id`.
pub(super) struct Setting {
    pub(super) word: Ident,
    pub(super) value: Option<Expr>,
}

/// What the attribute stands on.
pub(super) enum Source {
    Function(Box<FunctionSource>),
    /// What is no function: the tokens that show it.
    Other(TokenStream),
}

pub(super) struct FunctionSource {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    /// As it was written; a function of a trait may have none.
    pub(super) body: Option<Group>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let settings = Punctuated::<Setting, Token![,]>::parse_terminated(input)?;
        Ok(Self(settings.into_iter().collect()))
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

fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(input.error("expected an expression after `=`"));
    }
    input.parse()
}

impl Parse for Source {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let Ok(signature) = input.fork().parse::<Signature>() else {
            let rest = input.parse::<TokenStream>()?;
            let first = rest.into_iter().next().map(TokenTree::into_token_stream);
            return Ok(Self::Other(first.unwrap_or_default()));
        };
        input.parse::<Signature>()?;
        let body = match input.parse::<TokenTree>()? {
            TokenTree::Group(body) => Some(body),
            _ => None,
        };
        let source = FunctionSource { attributes, visibility, signature, body };
        Ok(Self::Function(Box::new(source)))
    }
}
