use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};

/// What is wrong with what the user wrote, and with which tokens of it.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    pub(crate) at: TokenStream,
    pub(crate) message: String,
}

impl Diagnostic {
    pub(crate) fn new(at: impl ToTokens, message: impl Into<String>) -> Self {
        Self { at: at.into_token_stream(), message: message.into() }
    }

    /// Becomes a compile error at the tokens.
    pub(crate) fn to_compile_error(&self) -> TokenStream {
        syn::Error::new_spanned(&self.at, &self.message).to_compile_error()
    }
}

impl From<syn::Error> for Diagnostic {
    fn from(error: syn::Error) -> Self {
        Self { at: quote_spanned!(error.span()=> _), message: error.to_string() }
    }
}

/// Keeps what is wrong among `problems`, and returns what is right.
pub(crate) fn note<T>(problems: &mut Vec<Diagnostic>, found: Result<T, Diagnostic>) -> Option<T> {
    found.map_err(|problem| problems.push(problem)).ok()
}
