//! What users are told, and at which of their tokens; and what the function becomes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{attribute, validate};
use crate::{function::Source, options::Options};

fn powertools() -> TokenStream {
    quote!(::powertools)
}

fn place() -> TokenStream {
    quote! {
        async fn place(event: LambdaEvent<Order>) -> Result<Receipt, Error> { ship(event).await }
    }
}

/// Returns the checks of a function's types.
fn checks(event: Option<TokenStream>, output: &TokenStream) -> TokenStream {
    let event = event.map(|event| quote!(let _ = ::powertools::check::event::<#event>;));
    quote! {
        #event
        let _ = ::powertools::check::response::<
            <#output as ::powertools::check::HandlerResult>::Response, _
        >;
        let _ = ::powertools::check::error::<
            <#output as ::powertools::check::HandlerResult>::Error, _
        >;
    }
}

/// Returns each problem as the tokens it is about and what it says.
fn problems(options: TokenStream, item: TokenStream) -> Vec<(String, String)> {
    let options = syn::parse2::<Options>(options).expect("they are options");
    let source = syn::parse2::<Source>(item).expect("it is Rust");
    let problems = validate::handler(options, source, &powertools()).err();
    let problems = problems.expect("something is wrong with it").into_iter();
    problems.map(|problem| (problem.at.to_string(), problem.message)).collect()
}

#[track_caller]
fn assert_told(options: TokenStream, at: &str, message: &str) {
    assert_eq!(problems(options, place()), [(at.to_owned(), message.to_owned())]);
}

#[test]
fn error_types_are_types() {
    let message = "`error_types` are names of types: `error_types = [OrderError]`";
    assert_told(quote!(error_types = "OrderError"), "\"OrderError\"", message);
    assert_told(quote!(error_types = [OrderError, 3]), "3", message);
}

#[test]
fn unknown_option_is_reported_with_a_suggestion() {
    assert_told(
        quote!(log_events),
        "log_events",
        "`log_events` is no option: did you mean `log_event`?",
    );
    let message = "`capture_responses` is no option: did you mean `capture_response`?";
    assert_told(quote!(capture_responses = false), "capture_responses", message);
    let (_, message) = problems(quote!(x), place()).remove(0);
    assert!(message.contains("there are `log_event`, `redact = [\"/headers/auth"), "{message}");
}

#[test]
fn malformed_option_is_reported_with_its_usage() {
    for (options, at, message) in [
        (quote!(log_event = 1), "1", "`log_event` is `true` or `false`: `log_event`"),
        (
            quote!(log_event("/a")),
            "log_event",
            "`log_event` takes nothing in parentheses: write `log_event`",
        ),
        (
            quote!(capture_error),
            "capture_error",
            "`capture_error` needs a value: `capture_error = false`",
        ),
        (
            quote!(timeout_margin = 500),
            "500",
            "`timeout_margin` is a string: `timeout_margin = \"500ms\"`",
        ),
        (
            quote!(idempotent = ORDERS),
            "idempotent",
            "`idempotent` needs parentheses: `idempotent(store = ORDERS, key = event.payload.id)`",
        ),
        (
            quote!(log_event, log_event),
            "log_event",
            "`log_event` is there twice: leave one of them out",
        ),
    ] {
        assert_told(options, at, message);
    }
}

#[test]
fn invalid_event_path_is_reported_with_a_suggestion() {
    assert_told(
        quote!(correlation_id = "headers.x-id"),
        "\"headers.x-id\"",
        "\"headers.x-id\" is no JSON pointer: it begins with a slash, as `\"/headers/x-id\"`",
    );
    assert_told(
        quote!(correlation_id = ApiGatewayHtpp),
        "ApiGatewayHtpp",
        "`ApiGatewayHtpp` is no place that is known: did you mean `ApiGatewayHttp`?",
    );
    for (options, at, remedy) in [
        (quote!(correlation_id = ""), "\"\"", "such as `\"/id\"`"),
        (quote!(correlation_id = "/a~2"), "\"/a~2\"", "a `~` in a name is written `~0`"),
        (quote!(correlation_id = Kafka), "Kafka", "there are `ApiGatewayRest`, "),
        (quote!(correlation_id = []), "[]", "expected at least one place"),
        (quote!(correlation_id = ["/id", "id"]), "\"id\"", "it begins with a slash"),
        (
            quote!(correlation_id = CorrelationId::EventBridge),
            "CorrelationId :: EventBridge",
            "bare name",
        ),
        (quote!(log_event, redact = "/a"), "\"/a\"", "`redact = [\"/headers/authorization\"]`"),
        (quote!(log_event, redact = [1]), "1", "a JSON pointer is a string"),
        (quote!(log_event, redact = [""]), "\"\"", "the whole event"),
        (quote!(redact = ["/a"]), "redact", "write `log_event` beside it"),
        (quote!(timeout_margin = "500"), "\"500\"", "say `\"500ms\"` or `\"500s\"`"),
    ] {
        let told = problems(options, place());
        assert_eq!((told.len(), &*told[0].0), (1, at), "{told:?}");
        assert!(told[0].1.contains(remedy), "{told:?}");
    }
}

#[test]
fn only_an_async_function_with_a_body_is_a_handler() {
    let sync = quote!(
        fn place(event: Event) {}
    );
    let told = problems(quote!(), sync);
    assert_eq!(
        told,
        [("fn".to_owned(), "a handler is awaited: make it `async fn place`".to_owned())]
    );
    let told = problems(
        quote!(),
        quote!(
            pub struct Order;
        ),
    );
    assert_eq!(told[0].1, "`#[handler]` belongs on an `async fn`, and this is none");
    let told = problems(
        quote!(),
        quote!(
            async fn place(&self) -> Result<(), Error>;
        ),
    );
    assert!(told[0].1.ends_with("move `#[handler]` to the implementation"), "{told:?}");
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let options =
        quote!(correlation_id = "id", log_event, redact = ["a", "/b", 3], timeout_margin = "x");
    let told = problems(
        options,
        quote!(
            fn place() {}
        ),
    );
    let at = told.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["fn", "\"x\"", "\"id\"", "\"a\"", "3"]);
}

#[test]
fn mistakes_in_idempotent_options_are_reported_as_by_idempotent() {
    assert_told(
        quote!(idempotent(stoer = ORDERS, key = event.payload.id)),
        "stoer",
        "`stoer` is no option: did you mean `store`?",
    );
    let (at, message) = problems(quote!(idempotent(store = ORDERS)), place()).remove(0);
    assert_eq!(at, "place");
    assert!(message.starts_with("which calls of `place` are the same?"), "{message}");
}

#[test]
fn invalid_function_is_kept_with_compile_errors() {
    for wrong in [quote!(x), quote!(redact =), quote!(idempotent(store = ))] {
        let expansion = attribute(wrong, place(), &powertools()).to_string();
        assert_eq!(expansion.matches("compile_error").count(), 1, "{expansion}");
        assert!(expansion.ends_with(&place().to_string()), "{expansion}");
    }
}

#[test]
fn expansion_equals_code_written_by_hand() {
    let options = quote!(
        log_event,
        redact = ["/a/-/b"],
        correlation_id = EventBridge,
        cold_start_metric,
        capture_response = false,
        capture_error = true,
        timeout_margin = "500ms"
    );
    let checks = checks(Some(quote!(Order)), &quote!(Result<Receipt, Error>));
    let expected = quote! {
        async fn place(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
            #checks
            if let ::core::option::Option::Some(invocation) = ::powertools::Invocation::current() {
                invocation.set_deadline_margin(::core::time::Duration::from_millis(500u64));
            }
            ::powertools::logger::find_correlation_id(
                &::powertools::logger::CorrelationId::EventBridge
            );
            ::powertools::logger::log_event(&["/a/-/b"]);
            ::powertools::metrics::count_cold_start();
            ::powertools::tracer::capture_response(false);
            ::powertools::tracer::capture_error(true);
            ship(event).await
        }
    };
    assert_eq!(attribute(options, place(), &powertools()).to_string(), expected.to_string());
}

#[test]
fn correlation_id_is_found_in_several_places_or_by_a_closure() {
    let checks = checks(Some(quote!(Order)), &quote!(Result<Receipt, Error>));
    for (options, place_of_id) in [
        (
            quote!(correlation_id = ["/id", EventBridge]),
            quote!(::powertools::logger::CorrelationId::first_of([
                ::powertools::logger::CorrelationId::pointer("/id"),
                ::powertools::logger::CorrelationId::EventBridge
            ])),
        ),
        (
            quote!(correlation_id = |event| find(event)),
            quote!(::powertools::logger::CorrelationId::from_fn(|event| find(event))),
        ),
    ] {
        let expected = quote! {
            async fn place(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
                #checks
                ::powertools::logger::find_correlation_id(&#place_of_id);
                ship(event).await
            }
        };
        assert_eq!(attribute(options, place(), &powertools()).to_string(), expected.to_string());
    }
}

#[test]
fn without_options_only_checks_and_body_are_generated() {
    let checks = checks(Some(quote!(Order)), &quote!(Result<Receipt, Error>));
    for options in [quote!(), quote!(log_event = false, redact = ["/a"], cold_start_metric = false)]
    {
        let expected = quote! {
            async fn place(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
                #checks
                ship(event).await
            }
        };
        assert_eq!(attribute(options, place(), &powertools()).to_string(), expected.to_string());
    }
}

#[test]
fn other_options_apply_to_every_delivery() {
    let options = quote!(idempotent(store = ORDERS, key = event.payload.id), cold_start_metric);
    let expansion = attribute(options, place(), &powertools()).to_string();
    let counted = expansion.find("count_cold_start").expect("it is there");
    let run = expansion.find(". try_run (async move").expect("it is there");
    assert!(counted < run, "{expansion}");
    assert!(
        expansion.contains(":: powertools :: idempotency :: Outcome :: into_inner"),
        "{expansion}"
    );
}

#[test]
fn borrowing_event_is_deserialized_in_the_handler() {
    let item = quote! {
        async fn place(&self, LambdaEvent { payload, .. }: LambdaEvent<Order<'_>>) -> Result<(), Error> { Ok(()) }
    };
    let checks = checks(None, &quote!(Result<(), Error>));
    let expected = quote! {
        async fn place(
            &self,
            event: ::powertools::LambdaEvent< ::powertools::RawEvent>
        ) -> Result<(), Error> {
            #checks
            ::powertools::metrics::count_cold_start();
            let LambdaEvent { payload, .. }: LambdaEvent<Order<'_> > =
                ::powertools::LambdaEvent::new(event.payload.parse()?, event.context);
            Ok(())
        }
    };
    let expansion = attribute(quote!(cold_start_metric), item, &powertools());
    assert_eq!(expansion.to_string(), expected.to_string());
    for owned in
        [quote!(LambdaEvent<Cow<'static, str>>), quote!(LambdaEvent<Order>), quote!(Vec<&str>)]
    {
        let item = quote!(async fn place(event: #owned) {});
        let expansion = attribute(quote!(), item, &powertools()).to_string();
        assert!(!expansion.contains("RawEvent"), "{expansion}");
    }
}

#[test]
fn unsupported_borrowing_event_is_reported() {
    let named = quote!(
        async fn place<'a>(event: LambdaEvent<Order<'a>>) -> Result<(), Error> {}
    );
    let told = problems(quote!(), named);
    assert_eq!((told.len(), &*told[0].0), (1, "'a"));
    assert!(told[0].1.ends_with("write `'_`"), "{told:?}");
    let told = problems(
        quote!(),
        quote!(
            async fn place(event: LambdaEvent<&str>) {}
        ),
    );
    assert_eq!((told.len(), &*told[0].0), (1, "LambdaEvent < & str >"));
    assert!(told[0].1.contains("`From<powertools::EventError>`"), "{told:?}");
}

#[test]
fn generic_types_are_not_checked() {
    for item in [
        quote!(
            async fn place<T>(event: LambdaEvent<T>) -> Result<impl Serialize, Error> {}
        ),
        quote!(
            async fn place<E>(event: LambdaEvent<impl Order>) -> Result<(), E> {}
        ),
        quote!(
            async fn place(request: Request) -> Result<Response, Error> {}
        ),
        quote!(
            async fn place(order: Order, context: Context) -> Receipt {}
        ),
    ] {
        let expansion = attribute(quote!(), item, &powertools()).to_string();
        assert!(!expansion.contains("check"), "{expansion}");
    }
}

#[test]
fn state_before_or_after_the_event_is_not_checked() {
    for item in [
        quote!(
            async fn place(app: &App, event: LambdaEvent<Order>) -> anyhow::Result<()> {}
        ),
        quote!(
            async fn place(event: LambdaEvent<Order>, app: Arc<App>) -> anyhow::Result<()> {}
        ),
    ] {
        let expansion = attribute(quote!(), item, &powertools()).to_string();
        let checks = checks(Some(quote!(Order)), &quote!(anyhow::Result<()>)).to_string();
        assert!(expansion.contains(&checks), "{expansion}");
    }
}
