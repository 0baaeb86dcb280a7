//! What users are told, and at which of their tokens; and what the function becomes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{attribute, validate};
use crate::{function::Source, options::Options};

/// Returns each problem as the tokens it is about and what it says.
fn problems(options: TokenStream, item: TokenStream) -> Vec<(String, String)> {
    let options = syn::parse2::<Options>(options).expect("they are options");
    let source = syn::parse2::<Source>(item).expect("it is Rust");
    let problems = validate::function(options, source).err().expect("something is wrong with it");
    problems.into_iter().map(|problem| (problem.at.to_string(), problem.message)).collect()
}

fn problem(options: TokenStream, item: TokenStream) -> (String, String) {
    let [problem] =
        <[_; 1]>::try_from(problems(options, item)).expect("one thing is wrong with it");
    problem
}

fn place() -> TokenStream {
    quote! {
        async fn place(order: &Order) -> Result<Receipt, OrderError> { ship(order).await }
    }
}

fn all() -> TokenStream {
    quote!(store = ORDERS, key = order.id)
}

#[track_caller]
fn assert_problem(options: TokenStream, at: &str, message: &str) {
    assert_eq!(problem(options, place()), (at.to_owned(), message.to_owned()));
}

#[test]
fn unknown_option_is_reported_with_a_suggestion() {
    let nearest = "unknown option `kye`: did you mean `key`?";
    assert_problem(quote!(store = ORDERS, kye = order.id), "kye", nearest);
    let nearest = "unknown option `stores`: did you mean `store`?";
    assert_problem(quote!(stores = ORDERS, key = order.id), "stores", nearest);
    assert_problem(
        quote!(store = ORDERS, key = order.id, ttl = 60),
        "ttl",
        "unknown option `ttl`; the options are `store = ORDERS`, `key = order.id`, `payload = order`",
    );
}

#[test]
fn option_without_a_value_is_reported_with_an_example() {
    assert_problem(quote!(store = ORDERS, key), "key", "`key` needs a value: `key = order.id`");
    assert_problem(quote!(store, key = 1), "store", "`store` needs a value: `store = ORDERS`");
}

#[test]
fn duplicate_option_is_reported_at_the_second() {
    let message = "duplicate `key`: remove one of them";
    assert_problem(quote!(store = ORDERS, key = order.id, key = order.name), "key", message);
}

#[test]
fn missing_options_are_reported_at_the_function_name() {
    let (at, message) = problem(quote!(key = order.id), place());
    assert_eq!(at, "place");
    assert!(message.starts_with("missing `store` for `place`: write `store = …`"), "{message}");
    let (at, message) = problem(quote!(store = ORDERS), place());
    assert_eq!(at, "place");
    assert!(
        message.starts_with("missing `key` or `payload` for `place`: write `key = …`"),
        "{message}"
    );
    assert_eq!(problems(quote!(), place()).len(), 2);
}

#[test]
fn const_function_and_one_returning_a_future_are_refused() {
    let constant = quote!(
        const fn place(order: &Order) -> Result<Receipt, OrderError> {
            ship(order)
        }
    );
    let (at, message) = problem(all(), constant);
    assert_eq!(at, "const");
    assert!(message.ends_with("remove `const`, or `#[idempotent]`"), "{message}");
    let future = quote!(
        fn place(order: &Order) -> impl Future<Output = Result<Receipt, OrderError>> {
            ship(order)
        }
    );
    let (_, message) = problem(all(), future);
    assert!(message.contains("`place` returns a future"), "{message}");
}

#[test]
fn function_without_a_named_result_is_refused() {
    let (at, message) = problem(
        all(),
        quote!(
            async fn place(order: &Order) {}
        ),
    );
    assert_eq!(at, "place");
    assert!(message.ends_with("write `-> Result<(), E>`"), "{message}");
    let opaque = quote!(
        async fn place(order: &Order) -> Result<impl Serialize, OrderError> {
            Ok(1)
        }
    );
    let (at, message) = problem(all(), opaque);
    assert_eq!(at, "impl");
    assert!(message.contains("write the type in place of `impl …`"), "{message}");
}

#[test]
fn only_a_function_with_a_body_is_idempotent() {
    for (item, first) in [
        (
            quote!(
                pub struct Order;
            ),
            "struct",
        ),
        (
            quote!(
                impl Orders {}
            ),
            "impl",
        ),
        (
            quote!(
                const X: u8 = 1;
            ),
            "const",
        ),
    ] {
        let message = "expected a function: `#[idempotent]` applies to functions only";
        assert_eq!(problem(all(), item), (first.to_owned(), message.to_owned()));
    }
    let declared = quote!(
        async fn place(&self) -> Result<Receipt, OrderError>;
    );
    let message = "this function has no body: move `#[idempotent]` to the implementation";
    assert_eq!(problem(all(), declared), ("place".to_owned(), message.to_owned()));
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let reported = problems(
        quote!(stoer = ORDERS, key),
        quote!(
            fn place() {}
        ),
    );
    let at = reported.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>();
    assert_eq!(at, ["place", "stoer", "key"]);
}

#[test]
fn invalid_function_is_kept_with_compile_errors() {
    let expansion = attribute(quote!(), place(), &quote!(::powertools_idempotency)).to_string();
    assert_eq!(expansion.matches("compile_error").count(), 2, "{expansion}");
    assert!(expansion.ends_with(&place().to_string()), "{expansion}");
    for unfinished in [quote!(store =), quote!(store = , key = 1), quote!(key = order. + )] {
        let expansion =
            attribute(unfinished, place(), &quote!(::powertools_idempotency)).to_string();
        assert!(expansion.contains("compile_error"), "{expansion}");
        assert!(expansion.ends_with(&place().to_string()), "{expansion}");
    }
}

#[test]
fn expansion_equals_code_written_by_hand() {
    let item = quote! {
        /// Places an order.
        pub(crate) async fn place<T: Sell>(&self, order: &Order<T>) -> Result<Receipt, OrderError> {
            ship(order).await
        }
    };
    let options = quote!(store = self.orders, key = order.id, payload = order);
    let expected = quote! {
        /// Places an order.
        pub(crate) async fn place<T: Sell>(&self, order: &Order<T>) -> Result<Receipt, OrderError> {
            let operation = &(self.orders);
            let call = operation.call(&(order)).key(&(order.id));
            let outcome = call
                .try_run(async move || -> Result<Receipt, OrderError> {
                    #[allow(unreachable_code)]
                    if false {
                        let never: Result<Receipt, OrderError> = loop {};
                        return never;
                    }
                    ship(order).await
                })
                .await;
            outcome
                .map(::powertools_idempotency::Outcome::into_inner)
                .map_err(::powertools_idempotency::IdempotencyError::flatten)
        }
    };
    let expansion = attribute(options, item, &quote!(::powertools_idempotency));
    assert_eq!(expansion.to_string(), expected.to_string());
}

#[test]
fn synchronous_function_waits_where_it_is_called() {
    let item = quote! {
        fn place(&self, order: &Order) -> Result<Receipt, OrderError> { ship(order) }
    };
    let expected = quote! {
        fn place(&self, order: &Order) -> Result<Receipt, OrderError> {
            let operation = &(self.orders);
            let call = operation.call(&()).key(&(order.id));
            let outcome = call
                .try_run_blocking(move || -> Result<Receipt, OrderError> { ship(order) });
            outcome
                .map(::powertools_idempotency::Outcome::into_inner)
                .map_err(::powertools_idempotency::IdempotencyError::flatten)
        }
    };
    let options = quote!(store = self.orders, key = order.id);
    let expansion = attribute(options, item, &quote!(::powertools_idempotency));
    assert_eq!(expansion.to_string(), expected.to_string());
}

#[test]
fn key_can_be_taken_from_the_payload() {
    let options = quote!(store = ORDERS, payload = order);
    let expansion = attribute(options, place(), &quote!(::powertools_idempotency)).to_string();
    assert!(expansion.contains("operation . call (& (order)) ;"), "{expansion}");
}

#[test]
fn expansion_paths_start_at_the_crate_of_the_user() {
    let single = attribute(all(), place(), &quote!(::powertools_idempotency)).to_string();
    let facade = attribute(all(), place(), &quote!(::powertools::idempotency)).to_string();
    assert!(!facade.contains("powertools_idempotency"), "{facade}");
    assert_eq!(single.replace(":: powertools_idempotency", ":: powertools :: idempotency"), facade);
}
