//! What was meant.

use proc_macro2::TokenStream;
use syn::{Generics, Ident, Type};

/// A group whose every part is known to be right.
pub(super) struct Group {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) members: Vec<Member>,
}

/// A field that is part of the document.
pub(super) struct Member {
    pub(super) field: Ident,
    pub(super) ty: Type,
    pub(super) name: Name,
    pub(super) kind: Kind,
}

/// A name in the document, and the tokens it comes from.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) from: TokenStream,
}

pub(super) enum Kind {
    Metric {
        unit: Ident,
        summed: bool,
        high_resolution: bool,
    },
    /// One of an `Option` is left out where it is `None`.
    Dimension {
        value: Box<Type>,
        is_optional: bool,
    },
    Metadata,
}
