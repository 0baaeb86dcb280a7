//! Sets where the compiler reports errors in an expansion.

use proc_macro2::{Span, TokenStream};

/// Returns a path with the span `at`, where errors about it are reported.
pub(crate) fn spanned(path: &TokenStream, at: Span) -> TokenStream {
    let tokens = path.clone().into_iter();
    let tokens = tokens.map(|mut token| {
        token.set_span(at);
        token
    });
    tokens.collect()
}

/// Returns a span with the hygiene of the expansion, whose errors are reported at the user's tokens.
pub(crate) fn own(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}
