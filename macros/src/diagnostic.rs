use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};

/// A mistake in the user's code, and the tokens at which it is reported.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    pub(crate) at: TokenStream,
    pub(crate) message: String,
}

impl Diagnostic {
    pub(crate) fn new(at: impl ToTokens, message: impl Into<String>) -> Self {
        Self { at: at.into_token_stream(), message: message.into() }
    }

    /// Converts the mistake to a compile error at the tokens.
    pub(crate) fn to_compile_error(&self) -> TokenStream {
        syn::Error::new_spanned(&self.at, &self.message).to_compile_error()
    }
}

impl From<syn::Error> for Diagnostic {
    fn from(error: syn::Error) -> Self {
        Self { at: quote_spanned!(error.span()=> _), message: error.to_string() }
    }
}

/// Returns the value, or adds the mistake to `problems`.
pub(crate) fn note<T>(problems: &mut Vec<Diagnostic>, found: Result<T, Diagnostic>) -> Option<T> {
    found.map_err(|problem| problems.push(problem)).ok()
}
