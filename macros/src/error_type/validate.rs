//! Validates the parsed type and converts it to the model, or reports all mistakes.

use quote::ToTokens;
use syn::{Fields, Ident, Index, LitStr, Member, ext::IdentExt};

use super::{
    model::{Cases, ErrorModel, Named},
    parse::{Body, Says, Source, VariantSource},
};
use crate::diagnostic::{Diagnostic, note};

/// The maximum length of a name, so that it fits everywhere it is searched for.
const LONGEST: usize = 128;

/// Returns the model of the error type, or all mistakes in it.
pub(super) fn error(source: Source) -> Result<ErrorModel, Vec<Diagnostic>> {
    let Source { ident, generics, says, body } = source;
    let mut problems = Vec::new();
    let own = note(&mut problems, the_one(&says)).flatten();
    let cases = match body {
        Body::Union(at) => {
            let message = "expected a struct or an enum, found a union";
            return Err(vec![Diagnostic::new(at, message)]);
        }
        Body::Struct(fields) => note(&mut problems, named(own, &ident, &fields)).map(Cases::Struct),
        Body::Enum(variants) => {
            problems.extend(own.and_then(misplaced));
            let own = own.filter(|own| matches!(own, Says::Name(_)));
            let variants = variants.iter().map(|variant| self::variant(variant, own));
            let variants = variants.filter_map(|found| note(&mut problems, found));
            Some(Cases::Enum(variants.collect()))
        }
    };
    match cases {
        Some(cases) if problems.is_empty() => Ok(ErrorModel { ident, generics, cases }),
        _ => Err(problems),
    }
}

/// Returns the name of a variant: its own, that of the enum, or its identifier.
fn variant(source: &VariantSource, of_enum: Option<&Says>) -> Result<(Ident, Named), Diagnostic> {
    let VariantSource { ident, says, fields } = source;
    let says = the_one(says)?.or(of_enum);
    Ok((ident.clone(), named(says, ident, fields)?))
}

/// Returns the only attribute, or `None` if there is no attribute.
fn the_one(says: &[Says]) -> Result<Option<&Says>, Diagnostic> {
    match says {
        [] => Ok(None),
        [Says::Other(at)] => {
            let message = "expected a string, `#[error_type = \"OutOfStock\"]`, or \
                           `#[error_type(transparent)]`, which takes the name of the only field";
            Err(Diagnostic::new(at, message))
        }
        [one] => Ok(Some(one)),
        [_, second, ..] => {
            let message = "duplicate `error_type`: an error has one name; remove one of them";
            Err(Diagnostic::new(second.at(), message))
        }
    }
}

fn misplaced(of_enum: &Says) -> Option<Diagnostic> {
    let Says::Transparent(at) = of_enum else {
        return None;
    };
    let message =
        "`transparent` applies to structs and variants with one field: write it on those variants";
    Some(Diagnostic::new(at, message))
}

fn named(says: Option<&Says>, ident: &Ident, fields: &Fields) -> Result<Named, Diagnostic> {
    match says {
        Some(Says::Transparent(at)) => transparent(at, fields),
        Some(Says::Name(name)) => checked(name.clone(), name),
        _ => checked(LitStr::new(&ident.unraw().to_string(), ident.span()), ident),
    }
}

fn checked(name: LitStr, at: impl ToTokens) -> Result<Named, Diagnostic> {
    match flaw(&name.value()) {
        None => Ok(Named::Here(name)),
        Some(flaw) => Err(Diagnostic::new(at, format!("the name {:?} {flaw}", name.value()))),
    }
}

fn transparent(at: &Ident, fields: &Fields) -> Result<Named, Diagnostic> {
    let mut all = fields.iter();
    let (Some(field), None) = (all.next(), all.next()) else {
        let message = format!(
            "`transparent` requires exactly one field, found {}: write \
             `#[error_type = \"…\"]`",
            fields.len()
        );
        return Err(Diagnostic::new(at, message));
    };
    let member = match &field.ident {
        Some(name) => Member::Named(name.clone()),
        None => Member::Unnamed(Index::from(0)),
    };
    Ok(Named::By(member, Box::new(field.ty.clone())))
}

/// Returns what is wrong with a name and how to correct it, or `None` if the name is valid.
///
/// Lambda accepts any text as `errorType`, and any header value as `Lambda-Runtime-Function-Error-Type`. But alarms and
/// queries search for the name verbatim, so characters that one of them would have to escape are rejected.
fn flaw(name: &str) -> Option<&'static str> {
    let is_accepted = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    if name.is_empty() {
        Some("is empty: write what the error is called, such as `\"OutOfStock\"`")
    } else if name.len() > LONGEST {
        Some("is longer than 128 characters: shorten it")
    } else if !name.chars().all(is_accepted) {
        Some(
            "must only have ASCII letters and digits, `_`, `-`, `.` and `:`, so that alarms and queries \
              need no escapes: remove the others",
        )
    } else if name.contains("::") {
        // A default name is the path of a type, of which only the last segment is reported.
        Some("has `::`, and the part before it would be lost: write `:` or `.`")
    } else {
        None
    }
}
