//! Recognizes types that are an `Option`, as far as a macro can.

use syn::{GenericArgument, PathArguments, Type};

/// Returns the type inside an `Option`, which may be behind references, or `None` for other types.
///
/// A macro sees only names, so an alias of an `Option` is not recognized.
pub(super) fn inner(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(reference) => inner(&reference.elem),
        Type::Paren(paren) => inner(&paren.elem),
        Type::Group(group) => inner(&group.elem),
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return None;
            };
            match arguments.args.first() {
                Some(GenericArgument::Type(inner)) if last.ident == "Option" => Some(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse_quote;

    use super::*;

    #[test]
    fn option_is_known_by_its_name_with_and_without_a_path() {
        let options: [Type; 4] = [
            parse_quote!(Option<String>),
            parse_quote!(std::option::Option<String>),
            parse_quote!(&'a ::core::option::Option<String>),
            parse_quote!((Option<String>)),
        ];
        for ty in options {
            let inner = inner(&ty).map(|inner| inner.to_token_stream().to_string());
            assert_eq!(inner.as_deref(), Some("String"));
        }
    }

    #[test]
    fn other_types_are_not_an_option() {
        let others: [Type; 4] = [
            parse_quote!(String),
            parse_quote!(Vec<Option<String>>),
            parse_quote!(Option),
            parse_quote!(<T as Trait>::Option<String>),
        ];
        assert!(others.iter().all(|ty| inner(ty).is_none()));
    }
}
