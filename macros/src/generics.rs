//! Finds types that depend on type parameters.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Ident, Type};

/// Returns whether a type contains one of the parameters.
pub(crate) fn mentions(ty: &Type, parameters: &[&Ident]) -> bool {
    any_ident(ty.to_token_stream(), &|ident| parameters.contains(&ident))
}

fn any_ident(tokens: TokenStream, is: &impl Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is(&ident),
        TokenTree::Group(group) => any_ident(group.stream(), is),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
