//! What was meant.

use syn::{Generics, Ident, LitStr, Member, Type};

/// An error type whose every part is known to be right.
pub(super) struct ErrorModel {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) cases: Cases,
}

pub(super) enum Cases {
    Struct(Named),
    Enum(Vec<(Ident, Named)>),
}

/// Where a name comes from.
pub(super) enum Named {
    /// It stands here.
    Here(LitStr),
    /// The only field knows it.
    By(Member, Box<Type>),
}
