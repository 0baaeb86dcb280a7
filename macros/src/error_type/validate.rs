//! From what was written to what was meant, or to what is wrong with it.

use quote::ToTokens;
use syn::{Fields, Ident, Index, LitStr, Member, ext::IdentExt};

use super::{
    model::{Cases, ErrorModel, Named},
    parse::{Body, Says, Source, VariantSource},
};
use crate::diagnostic::{Diagnostic, note};

/// The longest name, so that it fits wherever it is looked for.
const LONGEST: usize = 128;

/// Returns the error type, or everything that is wrong with it.
pub(super) fn error(source: Source) -> Result<ErrorModel, Vec<Diagnostic>> {
    let Source { ident, generics, says, body } = source;
    let mut problems = Vec::new();
    let own = note(&mut problems, the_one(&says)).flatten();
    let cases = match body {
        Body::Union(at) => {
            let message = "an error is a struct or an enum, and this is a union";
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

/// Returns the name of a variant: its own, the enum's, or what it is called.
fn variant(source: &VariantSource, of_enum: Option<&Says>) -> Result<(Ident, Named), Diagnostic> {
    let VariantSource { ident, says, fields } = source;
    let says = the_one(says)?.or(of_enum);
    Ok((ident.clone(), named(says, ident, fields)?))
}

/// Returns the one attribute that is there, if there is one.
fn the_one(says: &[Says]) -> Result<Option<&Says>, Diagnostic> {
    match says {
        [] => Ok(None),
        [Says::Other(at)] => {
            let message = "the name is a string, `#[error_type = \"OutOfStock\"]`; \
                           `#[error_type(transparent)]` takes that of the only field";
            Err(Diagnostic::new(at, message))
        }
        [one] => Ok(Some(one)),
        [_, second, ..] => {
            let message = "an error has one name: leave one of them out";
            Err(Diagnostic::new(second.at(), message))
        }
    }
}

fn misplaced(of_enum: &Says) -> Option<Diagnostic> {
    let Says::Transparent(at) = of_enum else {
        return None;
    };
    let message = "an enum is not one field: write `#[error_type(transparent)]` on the variants that have one";
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
            "`transparent` takes the name of the only field, and here are {}: write \
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

/// Says what is wrong with a name, and what to do about it.
///
/// Lambda takes any text as `errorType`, and as `Lambda-Runtime-Function-Error-Type` any that a header can hold.
/// Alarms and queries look for it as it stands, so there is less here: nothing that one of them would have to
/// escape.
fn flaw(name: &str) -> Option<&'static str> {
    let is_accepted = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    if name.is_empty() {
        Some("is empty: say what the error is known by, such as `\"OutOfStock\"`")
    } else if name.len() > LONGEST {
        Some("is longer than 128 characters: shorten it")
    } else if !name.chars().all(is_accepted) {
        Some(
            "has other characters than letters and digits of ASCII, `_`, `-`, `.` and `:`, which alarms \
              and queries would have to escape: leave them out",
        )
    } else if name.contains("::") {
        // Of the path of a type, which is how a name that nobody chose comes, only the last part is told.
        Some("has `::`, and would lose what stands before it: write one `:`, or `.`")
    } else {
        None
    }
}
