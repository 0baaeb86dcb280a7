//! The validated model.

use proc_macro2::TokenStream;
use syn::{Generics, Ident, Type};

/// A group that has been validated completely.
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

/// A name in the document, and the tokens to report.
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
    /// A dimension, which is omitted if it is an `Option` and the value is `None`.
    Dimension {
        value: Box<Type>,
        is_optional: bool,
    },
    Metadata,
}
