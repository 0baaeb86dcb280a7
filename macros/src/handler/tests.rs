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
fn assert_problem(options: TokenStream, at: &str, message: &str) {
    assert_eq!(problems(options, place()), [(at.to_owned(), message.to_owned())]);
}

#[test]
fn error_types_are_types() {
    let message = "expected a list of type names: `error_types = [OrderError]`";
    assert_problem(quote!(error_types = "OrderError"), "\"OrderError\"", message);
    assert_problem(quote!(error_types = [OrderError, 3]), "3", message);
}

#[test]
fn unknown_option_is_reported_with_a_suggestion() {
    assert_problem(
        quote!(log_events),
        "log_events",
        "unknown option `log_events`: did you mean `log_event`?",
    );
    let message = "unknown option `capture_responses`: did you mean `capture_response`?";
    assert_problem(quote!(capture_responses = false), "capture_responses", message);
    let (_, message) = problems(quote!(x), place()).remove(0);
    assert!(
        message.contains("the options are `log_event`, `redact = [\"/headers/auth"),
        "{message}"
    );
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
        (quote!(log_event, log_event), "log_event", "duplicate `log_event`: remove one of them"),
    ] {
        assert_problem(options, at, message);
    }
}

#[test]
fn invalid_event_path_is_reported_with_a_suggestion() {
    assert_problem(
        quote!(correlation_id = "headers.x-id"),
        "\"headers.x-id\"",
        "invalid JSON pointer \"headers.x-id\": start it with a slash, such as `\"/headers/x-id\"`",
    );
    assert_problem(
        quote!(correlation_id = ApiGatewayHtpp),
        "ApiGatewayHtpp",
        "unknown source `ApiGatewayHtpp`: did you mean `ApiGatewayHttp`?",
    );
    for (options, at, remedy) in [
        (quote!(correlation_id = ""), "\"\"", "such as `\"/id\"`"),
        (quote!(correlation_id = "/a~2"), "\"/a~2\"", "write `~` in a name as `~0`"),
        (quote!(correlation_id = Kafka), "Kafka", "the sources are `ApiGatewayRest`, "),
        (quote!(correlation_id = []), "[]", "expected at least one source"),
        (quote!(correlation_id = ["/id", "id"]), "\"id\"", "start it with a slash"),
        (
            quote!(correlation_id = CorrelationId::EventBridge),
            "CorrelationId :: EventBridge",
            "bare name",
        ),
        (quote!(log_event, redact = "/a"), "\"/a\"", "`redact = [\"/headers/authorization\"]`"),
        (quote!(log_event, redact = [1]), "1", "expected a string"),
        (quote!(log_event, redact = [""]), "\"\"", "the whole event"),
        (quote!(redact = ["/a"]), "redact", "add `log_event`"),
        (quote!(timeout_margin = "500"), "\"500\"", "write `\"500ms\"` or `\"500s\"`"),
    ] {
        let reported = problems(options, place());
        assert_eq!((reported.len(), &*reported[0].0), (1, at), "{reported:?}");
        assert!(reported[0].1.contains(remedy), "{reported:?}");
    }
}

#[test]
fn only_an_async_function_with_a_body_is_a_handler() {
    let sync = quote!(
        fn place(event: Event) {}
    );
    let reported = problems(quote!(), sync);
    assert_eq!(
        reported,
        [("fn".to_owned(), "a handler must be async: write `async fn place`".to_owned())]
    );
    let reported = problems(
        quote!(),
        quote!(
            pub struct Order;
        ),
    );
    assert_eq!(
        reported[0].1,
        "expected an `async fn`: `#[handler]` applies to async functions only"
    );
    let reported = problems(
        quote!(),
        quote!(
            async fn place(&self) -> Result<(), Error>;
        ),
    );
    assert!(reported[0].1.ends_with("move `#[handler]` to the implementation"), "{reported:?}");
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let options =
        quote!(correlation_id = "id", log_event, redact = ["a", "/b", 3], timeout_margin = "x");
    let reported = problems(
        options,
        quote!(
            fn place() {}
        ),
    );
    let at = reported.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["fn", "\"x\"", "\"id\"", "\"a\"", "3"]);
}

#[test]
fn mistakes_in_idempotent_options_are_reported_as_by_idempotent() {
    assert_problem(
        quote!(idempotent(stoer = ORDERS, key = event.payload.id)),
        "stoer",
        "unknown option `stoer`: did you mean `store`?",
    );
    let (at, message) = problems(quote!(idempotent(store = ORDERS)), place()).remove(0);
    assert_eq!(at, "place");
    assert!(message.starts_with("missing `key` or `payload` for `place`: "), "{message}");
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
    let reported = problems(quote!(), named);
    assert_eq!((reported.len(), &*reported[0].0), (1, "'a"));
    assert!(reported[0].1.ends_with("write `'_`"), "{reported:?}");
    let reported = problems(
        quote!(),
        quote!(
            async fn place(event: LambdaEvent<&str>) {}
        ),
    );
    assert_eq!((reported.len(), &*reported[0].0), (1, "LambdaEvent < & str >"));
    assert!(reported[0].1.contains("`From<powertools::EventError>`"), "{reported:?}");
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
