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
        ("", "is empty: say"),
        ("out of stock", "has other characters"),
        ("Ausgetrunken!", "has other characters"),
        ("Größe", "has other characters"),
        ("Order::OutOfStock", "has `::`, and would lose"),
        (&"x".repeat(129), "is longer than 128 characters: shorten it"),
    ] {
        let told = problems(quote!(#[error_type = #name] struct E;));
        assert_eq!(told[0].0, quote!(#name).to_string());
        assert!(told[0].1.contains(flaw), "{told:?}");
    }
    let told = problems(quote!(
        struct Größe;
    ));
    assert_eq!(told[0].0, "Größe");
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
        let told = problems(quote!(#attribute struct E(u8);));
        assert_eq!((told.len(), &*told[0].0), (1, at));
        assert!(told[0].1.starts_with("the name is a string, `#[error_type = \"OutOf"), "{told:?}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let told = problems(quote! {
        #[error_type(transparent)]
        enum E {
            #[error_type = ""] A,
            #[error_type = "B"] #[error_type(transparent)] B(Inner),
            #[error_type(transparent)] C,
            #[error_type(transparent)] D { a: Inner, b: Inner },
        }
    });
    let at = told.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["transparent", "\"\"", "transparent", "transparent", "transparent"]);
    assert!(told[0].1.contains("on the variants that have one"), "{told:?}");
    assert!(told[2].1.contains("an error has one name"), "{told:?}");
    assert!(told[3].1.contains("and here are 0"), "{told:?}");
    assert!(told[4].1.contains("and here are 2"), "{told:?}");
    let told = problems(quote!(union U { a: u8 }));
    assert_eq!(told[0].0, "union");
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
