//! What users are told, and at which of their tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::{derive, parse::Source, validate};

/// Returns each problem as the tokens it is about and what it says.
fn problems(input: TokenStream) -> Vec<(String, String)> {
    let source = syn::parse2::<Source>(input).expect("it is Rust");
    let problems = validate::group(source).err().expect("something is wrong with it");
    problems.into_iter().map(|problem| (problem.at.to_string(), problem.message)).collect()
}

fn problem(input: TokenStream) -> (String, String) {
    let problems = problems(input);
    let [problem] = <[_; 1]>::try_from(problems).expect("one thing is wrong with it");
    problem
}

/// Returns the problem with a field of these options, in a group that has a metric beside it.
fn problem_with(options: TokenStream) -> (String, String) {
    problem(quote! {
        struct Checkout {
            #[metric(count)] orders_placed: u32,
            #[metric(#options)] latency: Duration,
        }
    })
}

#[track_caller]
fn assert_problem(options: TokenStream, at: &str, message: &str) {
    assert_eq!(problem_with(options), (at.to_owned(), message.to_owned()));
}

#[test]
fn unknown_unit_is_reported_with_suggestions() {
    assert_problem(
        quote!(unit = Milisecond),
        "Milisecond",
        "unknown unit `Milisecond`: did you mean `Milliseconds`?",
    );
    assert_problem(
        quote!(unit = Furlongs),
        "Furlongs",
        "unknown unit `Furlongs`: `Unit` lists the 27 that CloudWatch knows, such as `Milliseconds`",
    );
}

#[test]
fn unit_is_a_bare_name() {
    let message = "expected the bare name of a unit: `unit = Milliseconds`";
    assert_problem(quote!(unit = "Seconds"), "\"Seconds\"", message);
    assert_problem(quote!(unit = Unit::Seconds), "Unit :: Seconds", message);
}

#[test]
fn name_refused_by_cloudwatch_is_reported_with_the_remedy() {
    for (name, flaw) in [
        ("", "is blank"),
        ("  ", "is blank"),
        ("Größe", "is not ASCII"),
        ("a\nb", "has a control character"),
        ("_aws", "is the member"),
        (&"x".repeat(256), "is longer than the 255 characters"),
    ] {
        let (at, message) = problem_with(quote!(count, name = #name));
        assert_eq!(at, quote!(#name).to_string());
        assert!(message.starts_with(&format!("the name {name:?} {flaw}")), "{message}");
        assert!(message.contains(": "), "no remedy: {message}");
    }
}

#[test]
fn leading_colon_is_valid_for_metrics_only() {
    let (at, message) = problem_with(quote!(dimension, name = ":a"));
    assert_eq!(at, "\":a\"");
    assert!(message.contains("begins with a colon"), "{message}");
    let metric = quote!(
        struct Checkout {
            #[metric(count, name = ":a")]
            a: u32,
        }
    );
    assert!(validate::group(syn::parse2(metric).expect("it is Rust")).is_ok());
}

#[test]
fn name_is_a_string() {
    let message = "expected a string: `name = \"Latency\"`";
    assert_problem(quote!(count, name = Latency), "Latency", message);
}

#[test]
fn default_name_is_checked_as_any_other() {
    let (at, message) = problem(quote!(
        struct Checkout {
            #[metric(count)]
            größe: u32,
        }
    ));
    assert_eq!(at, "größe");
    assert!(message.starts_with("the name \"Größe\" is not ASCII"), "{message}");
}

#[test]
fn duplicate_name_is_reported_at_the_second() {
    let message = "the field `orders_placed` has the name \"OrdersPlaced\" already: give one of \
                   them another with `name = \"…\"`";
    for options in [quote!(count), quote!(dimension), quote!(metadata)] {
        let options = quote!(#options, name = "OrdersPlaced");
        assert_problem(options, "\"OrdersPlaced\"", message);
    }
    let same_by_default = quote! {
        struct Checkout { #[metric(count)] orders_placed: u32, #[metric(count)] OrdersPlaced: u32 }
    };
    assert_eq!(problem(same_by_default), ("OrdersPlaced".to_owned(), message.to_owned()));
}

#[test]
fn field_with_two_kinds_is_reported_at_the_second() {
    assert_problem(
        quote!(dimension, metadata),
        "metadata",
        "the field is `dimension` and cannot also be `metadata`: remove one of them",
    );
    assert_problem(
        quote!(count, unit = Bytes),
        "unit",
        "`count` implies the unit `Count`: remove one of them, or replace `count` by `summed`",
    );
}

#[test]
fn field_without_a_kind_is_reported_at_its_name() {
    let kinds = "mark it `#[metric(…)]` with `count`, `unit = Milliseconds`, `dimension`, \
                 `metadata` or `skip`";
    let message = format!("missing kind of field `latency`: {kinds}");
    assert_problem(quote!(), "latency", &message);
    assert_problem(quote!(name = "Latency"), "latency", &message);
}

#[test]
fn unknown_option_is_reported_with_the_known_ones() {
    assert_problem(
        quote!(unit = Bytes, precise),
        "precise",
        "unknown option `precise`; the options are `count`, `unit = Milliseconds`, `dimension`, \
         `metadata`, `skip`, `name = \"Latency\"`, `high_resolution`, `summed`",
    );
}

#[test]
fn duplicate_and_empty_options_are_reported() {
    assert_problem(quote!(count, count), "count", "duplicate `count`: remove one of them");
    assert_problem(quote!(unit), "unit", "`unit` needs a value: `unit = Milliseconds`");
    assert_problem(quote!(count = 3), "3", "`count` takes no value: remove the value");
}

#[test]
fn inapplicable_option_is_reported() {
    assert_problem(
        quote!(dimension, high_resolution),
        "high_resolution",
        "`high_resolution` does not apply to a dimension: remove it",
    );
    assert_problem(
        quote!(metadata, summed),
        "summed",
        "`summed` does not apply to metadata: remove it",
    );
    assert_problem(
        quote!(skip, name = "Latency"),
        "name",
        "`name` does not apply to a field that is skipped: remove it",
    );
}

#[test]
fn only_a_struct_with_named_fields_is_a_group() {
    for (input, at, what) in [
        (
            quote!(
                enum E {
                    A,
                }
            ),
            "enum",
            "an enum",
        ),
        (quote!(union U { a: u32 }), "union", "a union"),
        (
            quote!(
                struct S(#[metric(count)] u32);
            ),
            "(# [metric (count)] u32)",
            "a tuple struct",
        ),
        (
            quote!(
                struct S;
            ),
            "struct",
            "a struct without fields",
        ),
    ] {
        let message = format!("expected a struct with named fields, found {what}");
        assert_eq!(problem(input), (at.to_owned(), message));
    }
}

#[test]
fn group_without_a_metric_is_reported_at_its_name() {
    let (at, message) = problem(quote!(
        struct Checkout {
            #[metric(dimension)]
            payment: String,
        }
    ));
    assert_eq!(at, "Checkout");
    assert!(message.starts_with("`Checkout` has no metric"), "{message}");
}

#[test]
fn option_on_the_struct_is_reported_there() {
    let input = quote! {
        #[metric(dimension)]
        struct Checkout { #[metric(count)] orders_placed: u32 }
    };
    let message = "options apply to fields: move this to its field";
    assert_eq!(problem(input), ("dimension".to_owned(), message.to_owned()));
}

#[test]
fn all_invalid_fields_are_reported_at_once() {
    let reported = problems(quote! {
        struct Checkout {
            #[metric(unit = Byte)] size: u64,
            payment: String,
            #[metric(count)] orders_placed: u32,
        }
    });
    let at = reported.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["Byte", "payment"]);
}

#[test]
fn problem_becomes_a_compile_error_and_nothing_else() {
    let expansion = derive(
        quote!(
            struct Checkout;
        ),
        &quote!(::powertools_metrics),
    )
    .to_string();
    assert!(expansion.contains("compile_error"), "{expansion}");
    assert!(!expansion.contains("impl"), "{expansion}");
    let unfinished = quote!(
        struct Checkout {
            #[metric(unit = )]
            size: u64,
        }
    );
    let expansion = derive(unfinished, &quote!(::powertools_metrics)).to_string();
    assert!(expansion.contains("expected a value after `=`"), "{expansion}");
}

#[test]
fn expansion_paths_start_at_the_crate_of_the_user() {
    let input = quote! {
        struct Checkout<T> {
            #[metric(dimension)] payment: T,
            #[metric(unit = Bytes, summed)] sizes: Vec<T>,
            #[metric(metadata)] order_id: T,
        }
    };
    let single = derive(input.clone(), &quote!(::powertools_metrics)).to_string();
    let facade = derive(input, &quote!(::powertools::metrics)).to_string();
    assert!(!facade.contains("powertools_metrics"), "{facade}");
    assert_eq!(single.replace(":: powertools_metrics", ":: powertools :: metrics"), facade);
}
