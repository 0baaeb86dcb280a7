//! What users are told, and at which of their tokens; and what the function becomes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{attribute, validate};
use crate::{function::Source, options::Options};

fn tracer() -> TokenStream {
    quote!(::powertools_tracer)
}

fn find() -> TokenStream {
    quote! {
        async fn find(order: &Order, secret: &str) -> Result<Receipt, OrderError> { look(order).await }
    }
}

/// Returns each problem as the tokens it is about and what it says.
fn problems(options: TokenStream, item: TokenStream) -> Vec<(String, String)> {
    let options = syn::parse2::<Options>(options).expect("they are options");
    let source = syn::parse2::<Source>(item).expect("it is Rust");
    let problems = validate::function(&options, source).err().expect("something is wrong with it");
    problems.into_iter().map(|problem| (problem.at.to_string(), problem.message)).collect()
}

#[track_caller]
fn assert_problem(options: TokenStream, at: &str, message: &str) {
    assert_eq!(problems(options, find()), [(at.to_owned(), message.to_owned())]);
}

#[test]
fn malformed_options_are_reported_with_their_usage() {
    for (options, at, message) in [
        (quote!(feilds(id)), "feilds", "unknown option `feilds`: did you mean `fields`?"),
        (
            quote!(fields = id),
            "fields",
            "`fields` needs parentheses: `fields(order_id = order.id)`",
        ),
        (quote!(name = look), "look", "`name` is a string: `name = \"look up\"`"),
        (quote!(name = " "), "\" \"", "the name of the span is blank: write one, or remove `name`"),
        (quote!(fields(a = 1, a = 2)), "a", "duplicate `a`: remove one of them"),
        (
            quote!(annotations(id = %order.id)),
            "%",
            "an annotation must be a string, a number or a bool: remove this, or write `= x.to_string()`",
        ),
        (quote!(fields(id = )), "_", "unexpected end of input, expected an expression after `=`"),
    ] {
        assert_problem(options, at, message);
    }
}

#[test]
fn skipped_argument_in_fields_is_reported() {
    let message = "`secret` is both skipped and captured: remove one of them";
    assert_problem(quote!(skip(secret), fields(size = secret.len())), "secret", message);
    assert_problem(quote!(skip(secret), annotations(secret)), "secret", message);
    let formatted = quote!(skip(secret), fields(hint = format!("{order}{secret:?}")));
    assert_problem(formatted, "\"{order}{secret:?}\"", message);
    let message = "no argument is called `sercet`: remove it, or correct the name";
    assert_problem(quote!(skip(sercet)), "sercet", message);
    let member = quote!(skip(secret), fields(id = order.secret));
    let (options, source) = (syn::parse2(member), syn::parse2(find()));
    let function = validate::function(&options.expect("options"), source.expect("Rust"));
    assert!(function.is_ok(), "a member of that name is another thing");
}

#[test]
fn capture_options_require_a_matching_return_type() {
    let plain = quote!(
        fn count() -> u32 {
            1
        }
    );
    let reported = problems(quote!(capture_error = false), plain);
    assert_eq!(reported[0].0, "capture_error");
    assert!(
        reported[0].1.starts_with("only functions that return a `Result` have errors"),
        "{reported:?}"
    );
    let reported = problems(
        quote!(capture_response = false),
        quote!(
            fn count() {}
        ),
    );
    assert!(reported[0].1.starts_with("the function returns nothing"), "{reported:?}");
}

#[test]
fn response_without_serialize_is_reported() {
    for item in [
        quote!(
            fn list() -> impl Iterator<Item = u32> {
                0..3
            }
        ),
        quote!(
            async fn list() -> Result<Vec<impl Sized>, Error> {
                Ok(vec![1])
            }
        ),
    ] {
        let reported = problems(quote!(), item.clone());
        assert_eq!((reported.len(), &*reported[0].0), (1, "impl"));
        assert!(
            reported[0].1.contains("write `capture_response = false`, or add `Serialize`"),
            "{reported:?}"
        );
        let expansion = attribute(quote!(capture_response = false), item, &tracer()).to_string();
        assert!(!expansion.contains("compile_error"), "{expansion}");
    }
    let known = quote!(
        fn list() -> impl Serialize + Sized {
            1
        }
    );
    assert!(!attribute(quote!(), known, &tracer()).to_string().contains("compile_error"));
}

#[test]
fn untraceable_function_is_reported_with_the_reason() {
    for (item, at, message) in [
        (
            quote!(
                const fn one() -> u8 {
                    1
                }
            ),
            "const",
            "can run at compile time",
        ),
        (
            quote!(
                struct Order;
            ),
            "struct",
            "applies to functions only",
        ),
        (
            quote!(
                fn find(&self);
            ),
            "find",
            "move `#[traced]` to the implementation",
        ),
        (
            quote!(
                fn find() -> impl Future<Output = u8> {
                    async { 1 }
                }
            ),
            "impl Future < Output = u8 >",
            "would only see it being created: write `async fn find`",
        ),
        (
            quote!(
                fn find() -> Pin<Box<dyn Future<Output = u8> + Send>> {
                    Box::pin(async { 1 })
                }
            ),
            "Pin < Box < dyn Future < Output = u8 > + Send > >",
            "put the attribute on an `async fn` that it calls",
        ),
    ] {
        let reported = problems(quote!(), item);
        assert_eq!(reported[0].0, at, "{reported:?}");
        assert!(reported[0].1.contains(message), "{reported:?}");
    }
}

#[test]
fn function_returning_never_has_no_response() {
    let reported = problems(
        quote!(),
        quote!(
            async fn serve() -> ! {
                loop {
                    turn().await
                }
            }
        ),
    );
    assert_eq!((reported.len(), &*reported[0].0), (1, "!"));
    assert!(
        reported[0].1.ends_with("move the attribute to a function that it calls"),
        "{reported:?}"
    );
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let reported = problems(
        quote!(name = "", fields(a, a), annotations(b = ?b), skip(c)),
        quote!(
            const fn find() -> u8 {
                1
            }
        ),
    );
    let at = reported.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["const", "\"\"", "a", "?", "c"]);
}

#[test]
fn expansion_equals_code_written_by_hand() {
    let options = quote!(
        name = "look up",
        fields(order_id = order.id, ?order, size = %order.size),
        annotations(customer = order.customer)
    );
    let expected = quote! {
        async fn find(order: &Order, secret: &str) -> Result<Receipt, OrderError> {
            let call = ::powertools_tracer::TracedCall::new(::powertools_tracer::tracing::info_span!(
                "look up", order_id = order.id, ?order, size = %order.size
            ));
            if call.is_traced() {
                call.annotate("customer", &(order.customer));
            }
            let result = call.run(async move || -> Result<Receipt, OrderError> {
                #[allow(unreachable_code)]
                if false {
                    let never: Result<Receipt, OrderError> = loop {};
                    return never;
                }
                look(order).await
            }).await;
            match &result {
                ::core::result::Result::Ok(of) => {
                    ::powertools_tracer::TracedCall::keep_response(&call, of)
                }
                ::core::result::Result::Err(of) => {
                    ::powertools_tracer::TracedCall::keep_error(&call, of)
                }
            }
            result
        }
    };
    assert_eq!(attribute(options, find(), &tracer()).to_string(), expected.to_string());
}

#[test]
fn uncaptured_response_needs_no_serialize() {
    let options = quote!(capture_response = false, capture_error = false);
    let expansion = attribute(options, find(), &tracer()).to_string();
    assert!(expansion.contains("Ok (_) => { }"), "{expansion}");
    assert!(expansion.contains("TracedCall :: keep_fault (& call , of)"), "{expansion}");
    let nothing = attribute(
        quote!(),
        quote!(
            fn wait(&mut self) {
                sleep()
            }
        ),
        &tracer(),
    );
    let expected = quote! {
        fn wait(&mut self) {
            let call = ::powertools_tracer::TracedCall::new(
                ::powertools_tracer::tracing::info_span!("wait")
            );
            let result = call.run_sync(move || { sleep() });
            result
        }
    };
    assert_eq!(nothing.to_string(), expected.to_string());
}

#[test]
fn expansion_paths_start_at_the_crate_of_the_user() {
    let options = quote!(fields(order.id), annotations(customer = order.customer));
    let single = attribute(options.clone(), find(), &tracer()).to_string();
    let facade = attribute(options, find(), &quote!(::powertools::tracer)).to_string();
    assert!(!facade.contains("powertools_tracer"), "{facade}");
    assert_eq!(single.replace(":: powertools_tracer", ":: powertools :: tracer"), facade);
}
