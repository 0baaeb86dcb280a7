//! Validates a single field.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, LitStr, Type, ext::IdentExt};

use super::{
    model::{Kind, Member, Name},
    optional,
    parse::{FieldSource, Setting},
    settings::Settings,
    unit,
};
use crate::{diagnostic::Diagnostic, metric_name as name};

/// Returns the part of the document that a field represents, or `None` if it is skipped.
pub(super) fn member(source: FieldSource) -> Result<Option<Member>, Diagnostic> {
    let FieldSource { ident: field, ty, settings } = source;
    let settings = Settings::new(&settings)?;
    let Some(kind) = kind(&field, &ty, &settings)? else {
        return Ok(None);
    };
    let name = name_of(&field, &kind, &settings)?;
    Ok(Some(Member { field, ty, name, kind }))
}

fn kind(field: &Ident, ty: &Type, settings: &Settings<'_>) -> Result<Option<Kind>, Diagnostic> {
    let kind = the_one(field, &settings.kinds())?;
    match kind.word.to_string().as_str() {
        "count" => Ok(Some(metric(Ident::new("Count", kind.word.span()), true, settings))),
        "unit" => Ok(Some(metric(unit_of(kind)?, settings.has("summed"), settings))),
        "dimension" => {
            settings.only(&["dimension", "name"], "a dimension").map(|()| Some(dimension(ty)))
        }
        "metadata" => {
            settings.only(&["metadata", "name"], "metadata").map(|()| Some(Kind::Metadata))
        }
        _ => settings.only(&["skip"], "a field that is skipped").map(|()| None),
    }
}

fn dimension(ty: &Type) -> Kind {
    let inner = optional::inner(ty);
    let value = Box::new(inner.unwrap_or(ty).clone());
    Kind::Dimension { value, is_optional: inner.is_some() }
}

fn metric(unit: Ident, summed: bool, settings: &Settings<'_>) -> Kind {
    Kind::Metric { unit, summed, high_resolution: settings.has("high_resolution") }
}

/// Returns the only option that says what the field is.
fn the_one<'a>(field: &Ident, kinds: &[&'a Setting]) -> Result<&'a Setting, Diagnostic> {
    match kinds {
        [kind] => Ok(kind),
        [] => {
            let kinds = "`count`, `unit = Milliseconds`, `dimension`, `metadata` or `skip`";
            let message =
                format!("missing kind of field `{field}`: mark it `#[metric(…)]` with {kinds}");
            Err(Diagnostic::new(field, message))
        }
        [first, second, ..] => Err(two_kinds(&first.word, &second.word)),
    }
}

fn two_kinds(first: &Ident, second: &Ident) -> Diagnostic {
    let is_either = |word: &Ident| word == "count" || word == "unit";
    let message = if is_either(first) && is_either(second) {
        "`count` implies the unit `Count`: remove one of them, or replace `count` by `summed`"
            .into()
    } else {
        format!("the field is `{first}` and cannot also be `{second}`: remove one of them")
    };
    Diagnostic::new(second, message)
}

fn unit_of(setting: &Setting) -> Result<Ident, Diagnostic> {
    let value = setting.value.to_token_stream();
    let Ok(unit) = syn::parse2::<Ident>(value.clone()) else {
        return Err(Diagnostic::new(
            value,
            "expected the bare name of a unit: `unit = Milliseconds`",
        ));
    };
    if unit::is_known(&unit.to_string()) {
        return Ok(unit);
    }
    let message = format!("unknown unit `{unit}`: {}", unit::remedy(&unit.to_string()));
    Err(Diagnostic::new(unit, message))
}

fn name_of(field: &Ident, kind: &Kind, settings: &Settings<'_>) -> Result<Name, Diagnostic> {
    let name = match settings.value("name") {
        Some(value) => given(value)?,
        None => Name { text: default_name(field, kind), from: field.to_token_stream() },
    };
    let flaw = match kind {
        Kind::Dimension { .. } => name::dimension_flaw(&name.text),
        Kind::Metric { .. } | Kind::Metadata => name::flaw(&name.text),
    };
    match flaw {
        None => Ok(name),
        Some(flaw) => Err(Diagnostic::new(&name.from, format!("the name {:?} {flaw}", name.text))),
    }
}

fn given(value: &TokenStream) -> Result<Name, Diagnostic> {
    match syn::parse2::<LitStr>(value.clone()) {
        Ok(text) => Ok(Name { text: text.value(), from: value.clone() }),
        Err(_) => Err(Diagnostic::new(value, "expected a string: `name = \"Latency\"`")),
    }
}

fn default_name(field: &Ident, kind: &Kind) -> String {
    let field = field.unraw().to_string();
    match kind {
        Kind::Metric { .. } => name::pascal_case(&field),
        Kind::Dimension { .. } | Kind::Metadata => field,
    }
}
