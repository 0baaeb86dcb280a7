//! Where errors about an expansion are shown.

use proc_macro2::{Span, TokenStream};

/// Returns a path whose errors are shown somewhere else.
pub(crate) fn spanned(path: &TokenStream, at: Span) -> TokenStream {
    let tokens = path.clone().into_iter();
    let tokens = tokens.map(|mut token| {
        token.set_span(at);
        token
    });
    tokens.collect()
}

/// Returns a span of the expansion's own whose errors are shown at tokens of the user's.
pub(crate) fn own(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}
