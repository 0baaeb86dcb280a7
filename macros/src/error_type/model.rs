//! The validated model.

use syn::{Generics, Ident, LitStr, Member, Type};

/// An error type that has been validated completely.
pub(super) struct ErrorModel {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) cases: Cases,
}

pub(super) enum Cases {
    Struct(Named),
    Enum(Vec<(Ident, Named)>),
}

/// The source of an error's name.
pub(super) enum Named {
    /// The name is given here.
    Here(LitStr),
    /// The only field provides the name.
    By(Member, Box<Type>),
}
