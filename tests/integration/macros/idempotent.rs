//! `#[idempotent]`: a function that runs once a key and keeps its signature.

use std::{
    fmt::Debug,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use powertools_idempotency::{
    Environment, Idempotency, IdempotencyBuilder, IdempotencyError, IdempotencyProblem, KeyFrom,
    MemoryStore, OnInProgress, Outcome, idempotent,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

type Orders = Idempotency<MemoryStore>;

#[derive(Clone, Serialize)]
struct Order {
    id: String,
    quantity: u32,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
struct Receipt {
    effect: u32,
    customer: String,
}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("{0} is out of stock")]
    OutOfStock(String),
    #[error(transparent)]
    Idempotency(#[from] IdempotencyProblem),
}

fn operation(
    configure: impl FnOnce(IdempotencyBuilder<MemoryStore>) -> IdempotencyBuilder<MemoryStore>,
) -> Orders {
    let nothing = Environment::empty();
    configure(Idempotency::builder("place", MemoryStore::new()).environment(nothing)).build()
}

fn order(id: &str, quantity: u32) -> Order {
    Order { id: id.to_owned(), quantity }
}

/// A shop that counts its effects.
struct Shop {
    orders: Orders,
    effects: AtomicU32,
}

impl Shop {
    fn new(orders: Orders) -> Self {
        Self { orders, effects: AtomicU32::new(0) }
    }

    fn happen(&self) -> u32 {
        self.effects.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// A method that borrows its arguments.
    #[idempotent(store = self.orders, key = order.id)]
    async fn place(&self, order: &Order, customer: &str) -> Result<Receipt, OrderError> {
        tokio::task::yield_now().await;
        if order.quantity == 0 {
            return Err(OrderError::OutOfStock(order.id.clone()));
        }
        Ok(Receipt { effect: self.happen(), customer: customer.to_owned() })
    }

    /// What [`place`](Self::place) expands to, by hand.
    async fn place_by_hand(&self, order: &Order, customer: &str) -> Result<Receipt, OrderError> {
        let call = self.orders.call(&()).key(&order.id);
        let work = async move || -> Result<Receipt, OrderError> {
            tokio::task::yield_now().await;
            if order.quantity == 0 {
                return Err(OrderError::OutOfStock(order.id.clone()));
            }
            Ok(Receipt { effect: self.happen(), customer: customer.to_owned() })
        };
        call.try_run(work).await.map(Outcome::into_inner).map_err(IdempotencyError::flatten)
    }

    #[idempotent(store = &self.orders, key = order.id, payload = order)]
    async fn place_validated(&self, order: &Order) -> Result<u32, OrderError> {
        Ok(self.happen())
    }

    #[idempotent(store = self.orders, payload = order)]
    async fn place_found(&self, order: Order) -> Result<u32, OrderError> {
        drop(order);
        Ok(self.happen())
    }

    /// A method that changes what the store is a part of, and takes its arguments apart.
    #[idempotent(store = self.orders.clone(), key = (&id, quantity))]
    async fn restock(
        &mut self,
        Order { id, mut quantity }: Order,
        sold: u32,
    ) -> Result<(String, u32), OrderError> {
        quantity -= sold;
        *self.effects.get_mut() += quantity;
        Ok((id, quantity))
    }
}

#[tokio::test]
async fn method_runs_once_for_a_key_and_keeps_its_signature() {
    let shop = Shop::new(operation(|it| it));
    let first = shop.place(&order("o-1", 1), "ada").await.unwrap();
    assert_eq!(first, Receipt { effect: 1, customer: "ada".to_owned() });
    assert_eq!(shop.place(&order("o-1", 2), "bob").await.unwrap(), first);
    assert_eq!(shop.place(&order("o-2", 1), "bob").await.unwrap().effect, 2);
}

#[tokio::test]
async fn attribute_equals_the_code_written_by_hand() {
    let shop = Shop::new(operation(|it| it));
    let receipt = shop.place(&order("o-1", 1), "ada").await.unwrap();
    assert_eq!(shop.place_by_hand(&order("o-1", 1), "bob").await.unwrap(), receipt);
}

#[tokio::test]
async fn function_error_is_unchanged_and_releases_the_key() {
    let shop = Shop::new(operation(|it| it));
    let error = shop.place(&order("o-1", 0), "ada").await.unwrap_err();
    assert!(matches!(error, OrderError::OutOfStock(id) if id == "o-1"));
    assert_eq!(shop.place(&order("o-1", 1), "ada").await.unwrap().effect, 1);
}

#[tokio::test]
async fn payload_is_validated_or_provides_the_key() {
    let shop = Shop::new(operation(|it| {
        it.key_from(KeyFrom::Pointer("/id".into())).validate(KeyFrom::Pointer("/quantity".into()))
    }));
    assert_eq!(shop.place_validated(&order("o-1", 1)).await.unwrap(), 1);
    let error = shop.place_validated(&order("o-1", 2)).await.unwrap_err();
    let OrderError::Idempotency(problem) = error else { panic!("{error}") };
    assert!(matches!(problem, IdempotencyError::PayloadMismatch { .. }));
    assert_eq!(problem.name(), "IdempotencyPayloadMismatch");
    assert_eq!(shop.place_found(order("o-1", 1)).await.unwrap(), 1);
    assert_eq!(shop.place_found(order("o-2", 1)).await.unwrap(), 2);
}

#[tokio::test]
async fn method_can_mutate_self_and_destructure_arguments() {
    let mut shop = Shop::new(operation(|it| it));
    for _ in 0..2 {
        let left = shop.restock(order("tea", 10), 3).await.unwrap();
        assert_eq!((left, *shop.effects.get_mut()), (("tea".to_owned(), 7), 7));
    }
}

#[tokio::test]
async fn concurrent_duplicates_are_refused_or_wait() {
    let shop = Shop::new(operation(|it| it));
    let tea = order("o-1", 1);
    let (first, second) = tokio::join!(shop.place(&tea, "ada"), shop.place(&tea, "bob"));
    assert_eq!(first.unwrap().effect, 1);
    assert!(matches!(
        second,
        Err(OrderError::Idempotency(IdempotencyError::InProgress { until: Some(_), .. }))
    ));

    let wait = OnInProgress::Wait(Duration::from_secs(20));
    let shop = Arc::new(Shop::new(operation(|it| it.on_in_progress(wait))));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let shop = shop.clone();
        tasks.spawn(async move { shop.place(&order("o-1", 1), "ada").await });
    }
    let receipts = tasks.join_all().await.into_iter().map(Result::unwrap);
    assert!(receipts.into_iter().all(|receipt| receipt.effect == 1));
    assert_eq!(shop.effects.load(Ordering::SeqCst), 1);
}

static ORDERS: LazyLock<Orders> = LazyLock::new(|| operation(|it| it));
static STOCK: LazyLock<Orders> = LazyLock::new(|| operation(|it| it));

/// Names of the expansion's own in the arguments, a type parameter, a bound and another attribute.
#[idempotent(store = ORDERS, key = (call, outcome.clone().into()))]
#[tracing::instrument(skip_all)]
async fn generic<T, O>(call: &str, operation: T, outcome: O) -> Result<Vec<T>, OrderError>
where
    T: Clone + Debug + Serialize + DeserializeOwned,
    O: Clone + Into<u64>,
{
    Ok(vec![operation; call.len()])
}

#[tokio::test]
async fn function_can_be_generic_with_any_argument_names() {
    assert_eq!(generic("ab", 'x', 1_u32).await.unwrap(), ['x', 'x']);
    assert_eq!(generic("ab", 'y', 1_u8).await.unwrap(), ['x', 'x']);
    assert_eq!(generic("ab", 'y', 2_u8).await.unwrap(), ['y', 'y']);
}

/// Its error is any error.
#[idempotent(store = STOCK, key = id)]
async fn reserve(
    id: &str,
    count: &AtomicU32,
) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    let reserved = id.strip_prefix("o-").ok_or("no order")?.parse::<u32>()?;
    Ok(reserved + count.fetch_add(1, Ordering::SeqCst))
}

/// Reserves inside of an operation of its own, which fails at first.
#[idempotent(store = ORDERS, key = id)]
async fn place(id: &str, reserved: &AtomicU32, payments: &AtomicU32) -> Result<u32, OrderError> {
    let reservation = reserve(id, reserved).await;
    let reservation = reservation.map_err(|error| OrderError::OutOfStock(error.to_string()))?;
    if payments.fetch_add(1, Ordering::SeqCst) == 0 {
        return Err(OrderError::OutOfStock("money".to_owned()));
    }
    Ok(reservation)
}

#[tokio::test]
async fn retry_of_nested_functions_repeats_only_the_failed_one() {
    let (reserved, payments) = (AtomicU32::new(0), AtomicU32::new(0));
    place("o-70", &reserved, &payments).await.unwrap_err();
    for _ in 0..2 {
        assert_eq!(place("o-70", &reserved, &payments).await.unwrap(), 70);
    }
    assert_eq!((reserved.into_inner(), payments.into_inner()), (1, 2));
}

#[tokio::test]
async fn boxed_error_types_accept_idempotency_problems() {
    let count = AtomicU32::new(0);
    let error = reserve("o-x", &count).await.unwrap_err();
    assert!(error.is::<std::num::ParseIntError>());
    let error = reserve("", &count).await.unwrap_err();
    let problem = error.downcast::<IdempotencyProblem>().unwrap();
    assert_eq!(problem.name(), "IdempotencyKeyMissing");
}

#[tokio::test]
async fn store_expression_holds_no_lock_while_the_function_runs() {
    #[idempotent(store = { operation(|it| it) }, key = *number.lock().unwrap())]
    async fn next(number: &std::sync::Mutex<u32>) -> Result<u32, IdempotencyProblem> {
        tokio::task::yield_now().await;
        let mut number = number.lock().unwrap();
        *number += 1;
        Ok(*number)
    }

    let number = Arc::new(std::sync::Mutex::new(1));
    let shared = number.clone();
    assert_eq!(tokio::spawn(async move { next(&shared).await }).await.unwrap().unwrap(), 2);
    assert_eq!(next(&number).await.unwrap(), 3);
}

#[tokio::test]
async fn expansion_uses_absolute_paths() {
    #[expect(dead_code, reason = "they are there to be in the way")]
    mod crowded {
        struct Outcome;
        struct IdempotencyError;
        struct Idempotency;
        enum Option {}

        #[powertools_idempotency::idempotent(store = super::ORDERS, key = "crowded")]
        pub(super) async fn seven() -> Result<u8, super::OrderError> {
            Ok(7)
        }
    }

    assert_eq!(crowded::seven().await.unwrap(), 7);
}
