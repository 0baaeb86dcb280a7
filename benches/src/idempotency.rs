//! A call of an idempotent operation on the memory store, and its key, with a payload of 1 kB.

use std::{
    cell::RefCell,
    convert::Infallible,
    future::Future,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use powertools_core::Environment;
use powertools_idempotency::{CanonicalForm, Digest, Idempotency, IdempotencyBuilder, MemoryStore};
use serde::{Serialize, de::IgnoredAny};

use crate::{case::Case, competitors};

pub(crate) fn cases() -> Vec<Case> {
    let case =
        |group, name, around, once| Case::new(group, name, competitors::nothing, around, once);
    vec![
        case("key", "key/serde-and-sha256", alone, serde_and_sha256).floor(),
        case("key", "key/powertools-idempotency", alone, exact_key),
        case("key", "key/powertools-idempotency-python", alone, python_key),
        case("call", "call/payload-as-json", alone, payload_as_json).floor(),
        case("call", "call/fresh-memory-store", fresh_store, call_anew),
        case("call", "call/replay-memory-store", replayed, call_again),
        case("call", "call/replay-local-cache", replayed_from_cache, call_again),
    ]
}

thread_local! {
    static ORDERS: RefCell<Option<Idempotency<MemoryStore>>> = const { RefCell::new(None) };
    static COUNT: RefCell<u64> = const { RefCell::new(0) };
    static JSON: String = serde_json::to_string(&order(17)).unwrap_or_default();
}

/// What is bought: about 1 kB as JSON.
#[derive(Clone, Serialize)]
struct Order {
    id: u64,
    customer: &'static str,
    items: [Item; 9],
    note: &'static str,
}

#[derive(Clone, Serialize)]
struct Item {
    sku: &'static str,
    quantity: u32,
    price: f64,
    name: &'static str,
    gift: Option<bool>,
}

fn order(id: u64) -> Order {
    let item = Item {
        sku: "tea-0017-darjeeling",
        quantity: 3,
        price: 12.95,
        name: "Darjeeling, first flush, 250 g",
        gift: None,
    };
    let items = std::array::from_fn(|_| item.clone());
    Order { id, customer: "c-1029", items, note: "leave it with the neighbours" }
}

fn alone(run: &mut dyn FnMut()) {
    run();
}

fn with(
    configure: fn(IdempotencyBuilder<MemoryStore>) -> IdempotencyBuilder<MemoryStore>,
    run: &mut dyn FnMut(),
) {
    let environment = Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "orders")]);
    let builder = Idempotency::builder("place", MemoryStore::new()).environment(environment);
    ORDERS.set(Some(configure(builder).build()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime without I/O always starts");
    let _entered = runtime.enter();
    run();
    ORDERS.take();
}

fn fresh_store(run: &mut dyn FnMut()) {
    with(|it| it, run);
}

fn replayed(run: &mut dyn FnMut()) {
    with(|it| it, &mut || {
        call(0);
        run();
    });
}

fn replayed_from_cache(run: &mut dyn FnMut()) {
    with(|it| it.local_cache(16), &mut || {
        call(0);
        run();
    });
}

fn call_anew() {
    let id = COUNT.with_borrow_mut(|count| {
        *count += 1;
        *count
    });
    call(id);
    // So that the store does not grow while it is measured.
    ORDERS.with_borrow(|orders| orders.iter().for_each(|orders| orders.store().clear()));
}

fn call_again() {
    call(0);
}

fn call(id: u64) {
    ORDERS.with_borrow(|orders| {
        let orders = orders.as_ref().expect("it is made around this");
        let order = order(id);
        let call = orders.try_run(&id, &order, async || Ok::<_, Infallible>(17_u64));
        black_box(finish(call).is_ok());
    });
}

/// Polls a future that never waits.
fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the memory store answers at once"),
    }
}

fn payload_as_json() {
    black_box(serde_json::to_string(&order(0)).is_ok());
}

fn exact_key() {
    key(CanonicalForm::Exact);
}

fn python_key() {
    key(CanonicalForm::Python);
}

fn key(form: CanonicalForm) {
    JSON.with(|json| {
        let canonical = form.of(black_box(json)).unwrap_or_default();
        black_box(Digest::Sha256.of(&canonical));
    });
}

/// The digest of the text as it is, without an order of members that everybody shares, once serde_json has read it.
fn serde_and_sha256() {
    JSON.with(|json| {
        let value: Result<IgnoredAny, _> = serde_json::from_str(black_box(json));
        black_box(value.is_ok());
        black_box(Digest::Sha256.of(json));
    });
}
