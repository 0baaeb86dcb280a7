//! What users are told, and at which of their tokens; and what the type becomes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{derive, parse::Source, validate};

/// Returns each problem as the tokens it is about and what it says.
fn problems(input: TokenStream) -> Vec<(String, String)> {
    let source = syn::parse2::<Source>(input).expect("it is Rust");
    let problems = validate::error(source).err().expect("something is wrong with it");
    problems.into_iter().map(|problem| (problem.at.to_string(), problem.message)).collect()
}

#[test]
fn name_that_needs_escaping_is_reported() {
    for (name, flaw) in [
        ("", "is empty: write"),
        ("out of stock", "must only have ASCII"),
        ("Ausgetrunken!", "must only have ASCII"),
        ("Größe", "must only have ASCII"),
        ("Order::OutOfStock", "has `::`, and the part before"),
        (&"x".repeat(129), "is longer than 128 characters: shorten it"),
    ] {
        let reported = problems(quote!(#[error_type = #name] struct E;));
        assert_eq!(reported[0].0, quote!(#name).to_string());
        assert!(reported[0].1.contains(flaw), "{reported:?}");
    }
    let reported = problems(quote!(
        struct Größe;
    ));
    assert_eq!(reported[0].0, "Größe");
}

#[test]
fn empty_attribute_is_reported() {
    for (attribute, at) in [
        (quote!(#[error_type]), "error_type"),
        (quote!(#[error_type(1 2)]), "error_type (1 2)"),
        (quote!(#[error_type(opaque)]), "opaque"),
        (quote!(#[error_type = transparent]), "transparent"),
        (quote!(#[error_type = 7]), "7"),
    ] {
        let reported = problems(quote!(#attribute struct E(u8);));
        assert_eq!((reported.len(), &*reported[0].0), (1, at));
        assert!(
            reported[0].1.starts_with("expected a string, `#[error_type = \"OutOf"),
            "{reported:?}"
        );
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let reported = problems(quote! {
        #[error_type(transparent)]
        enum E {
            #[error_type = ""] A,
            #[error_type = "B"] #[error_type(transparent)] B(Inner),
            #[error_type(transparent)] C,
            #[error_type(transparent)] D { a: Inner, b: Inner },
        }
    });
    let at = reported.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["transparent", "\"\"", "transparent", "transparent", "transparent"]);
    assert!(reported[0].1.contains("write it on those variants"), "{reported:?}");
    assert!(reported[2].1.contains("an error has one name"), "{reported:?}");
    assert!(reported[3].1.contains("found 0"), "{reported:?}");
    assert!(reported[4].1.contains("found 2"), "{reported:?}");
    let reported = problems(quote!(union U { a: u8 }));
    assert_eq!(reported[0].0, "union");
}

#[test]
fn expansion_equals_code_written_by_hand() {
    let input = quote! {
        #[error_type = "Order"]
        enum OrderError<T> {
            Empty,
            #[error_type("OutOfStock")] Out(u8),
            #[error_type(transparent)] Payment { source: Payment<T> },
        }
    };
    let expected = quote! {
        #[automatically_derived]
        impl<T> ::powertools::ErrorType for OrderError<T> where Payment<T>: ::powertools::ErrorType {
            fn error_type(&self) -> &'static str {
                match self {
                    Self::Empty { .. } => "Order",
                    Self::Out { .. } => "OutOfStock",
                    Self::Payment { source: error } => ::powertools::ErrorType::error_type(error),
                }
            }
        }
    };
    assert_eq!(derive(input, &quote!(::powertools)).to_string(), expected.to_string());
}

#[test]
fn error_type_defaults_to_the_type_name() {
    for (input, body) in [
        (
            quote!(
                struct r#Missing;
            ),
            "{ \"Missing\" }",
        ),
        (
            quote!(
                #[error_type("Gone")]
                struct Missing {
                    id: u8,
                }
            ),
            "{ \"Gone\" }",
        ),
        (
            quote!(
                enum Never {}
            ),
            "match * self { }",
        ),
        (
            quote!(
                enum E {
                    NotFound,
                }
            ),
            "Self :: NotFound { .. } => \"NotFound\"",
        ),
        (
            quote!(
                #[error_type(transparent)]
                struct E(Inner);
            ),
            ":: powertools :: ErrorType :: error_type (& self . 0)",
        ),
    ] {
        let expansion = derive(input, &quote!(::powertools)).to_string();
        assert!(expansion.contains(body), "{expansion}");
    }
}
