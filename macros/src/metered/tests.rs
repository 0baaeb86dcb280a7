//! What users are told, and at which of their tokens; and what the function becomes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{attribute, validate};
use crate::{function::Source, options::Options};

fn metrics() -> TokenStream {
    quote!(::powertools_metrics)
}

/// Returns each problem as the tokens it is about and what it says.
fn problems(options: TokenStream, item: TokenStream) -> Vec<(String, String)> {
    let options = syn::parse2::<Options>(options).expect("they are options");
    let source = syn::parse2::<Source>(item).expect("it is Rust");
    let problems = validate::function(&options, source).err().expect("something is wrong with it");
    problems.into_iter().map(|problem| (problem.at.to_string(), problem.message)).collect()
}

fn brew() -> TokenStream {
    quote!(
        async fn brew_tea(&mut self) -> io::Result<Tea> {
            self.boil().await
        }
    )
}

#[test]
fn name_refused_by_cloudwatch_is_reported_with_the_remedy() {
    for (name, flaw) in [
        ("", "the name is blank: "),
        ("Größe", "is not ASCII"),
        ("a\nb", "has a control character"),
        (&"x".repeat(249), "is longer than the 255 characters"),
    ] {
        let reported = problems(quote!(name = #name), brew());
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert!(reported[0].1.contains(flaw) && reported[0].1.contains(": "), "{reported:?}");
    }
    let reported = problems(
        quote!(),
        quote!(
            fn größe() {}
        ),
    );
    assert!(reported[0].1.starts_with("the name \"GrößeLatency\" is not ASCII"), "{reported:?}");
}

#[test]
fn malformed_options_are_reported_with_their_usage() {
    let reported = problems(quote!(nmae = "A"), brew());
    assert_eq!(
        reported,
        [("nmae".to_owned(), "unknown option `nmae`: did you mean `name`?".to_owned())]
    );
    let reported = problems(quote!(name = Brew), brew());
    assert_eq!(
        reported,
        [("Brew".to_owned(), "`name` is a string: `name = \"PlaceOrder\"`".to_owned())]
    );
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let reported = problems(
        quote!(name = "", x = 1),
        quote!(
            const fn brew();
        ),
    );
    let at = reported.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["const", "brew", "x", "\"\""]);
}

#[test]
fn expansion_equals_code_written_by_hand() {
    let expected = quote! {
        async fn brew_tea(&mut self) -> io::Result<Tea> {
            let call = const {
                ::powertools_metrics::CallMetrics::new("BrewTeaLatency", "BrewTeaErrors")
            };
            let result = call.run(async move || -> io::Result<Tea> {
                #[allow(unreachable_code)]
                if false {
                    let never: io::Result<Tea> = loop {};
                    return never;
                }
                self.boil().await
            }).await;
            result
        }
    };
    assert_eq!(attribute(quote!(), brew(), &metrics()).to_string(), expected.to_string());
}

#[test]
fn sync_async_fallible_and_infallible_functions_expand() {
    for (item, call) in [
        (
            quote!(
                async fn brew() -> Tea {
                    tea()
                }
            ),
            "call . time (async move || -> Tea",
        ),
        (
            quote!(
                fn brew() -> Result<Tea, E> {
                    tea()
                }
            ),
            "call . run_sync (move || -> Result",
        ),
        (
            quote!(
                fn brew() {
                    tea()
                }
            ),
            "call . time_sync (move || { tea () })",
        ),
    ] {
        let expansion = attribute(quote!(name = "Brew"), item, &metrics()).to_string();
        assert!(expansion.contains(call), "{expansion}");
        assert!(expansion.contains("\"BrewLatency\" , \"BrewErrors\""), "{expansion}");
    }
}
