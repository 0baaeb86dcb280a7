use proc_macro2::TokenStream;
use quote::ToTokens;

/// What is wrong with what the user wrote, and with which tokens of it.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) at: TokenStream,
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(at: impl ToTokens, message: impl Into<String>) -> Self {
        Self { at: at.into_token_stream(), message: message.into() }
    }

    /// Becomes a compile error at the tokens.
    pub(crate) fn to_compile_error(&self) -> TokenStream {
        syn::Error::new_spanned(&self.at, &self.message).to_compile_error()
    }
}
