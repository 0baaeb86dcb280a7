//! What becomes of the record, and of the operation around the transaction.

use powertools_idempotency::{Environment, ManualClock, WriteOutcome};
use powertools_logger::testing::capture;

use super::*;
use crate::idempotency::clock;

const LEASE: Duration = Duration::from_secs(60);

fn timed(
    clock: ManualClock,
) -> impl Fn(IdempotencyBuilder<DynamoDbStore>) -> IdempotencyBuilder<DynamoDbStore> {
    move |orders| orders.clock(clock.clone()).default_lease(LEASE)
}

#[tokio::test]
async fn lost_lease_writes_nothing() {
    let clock = clock();
    let shop = Shop::with([], timed(clock.clone())).await;
    let place = async |attempt: Attempt<DynamoDbStore>| {
        clock.advance(2 * LEASE);
        shop.place("o-17").await.unwrap();
        let error =
            attempt.complete_with(&"late".to_owned(), [count_one("o-17")]).await.unwrap_err();
        assert!(matches!(error, CompleteWithError::LeaseLost), "{error}");
        Err(error.into())
    };
    shop.try_place("o-17", place).await.unwrap_err();
    assert_eq!(shop.count("o-17").await, 1);
    assert_eq!(shop.place("o-17").await.unwrap().into_inner(), "receipt of o-17");
}

#[tokio::test]
async fn extended_lease_is_completed_in_a_transaction() {
    let shop = Shop::new([]).await;
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let _ = attempt.extend(2 * LEASE).await?;
        place(&attempt, "o-17").await
    };
    shop.try_place("o-17", place).await.unwrap();
    assert_eq!(shop.count("o-17").await, 1);
}

#[tokio::test]
async fn error_after_the_transaction_keeps_the_record_and_warns() {
    let (lines, shop) = (capture(), Shop::new([]).await);
    let place = async |attempt: Attempt<DynamoDbStore>| {
        place(&attempt, "o-17").await?;
        Err("the mail was not sent".into())
    };
    shop.try_place("o-17", place).await.unwrap_err();
    assert_eq!(shop.proxy.take_calls(), ["PutItem", "TransactWriteItems"]);
    assert!(has_warned(&lines, "failed after `complete_with`"), "{:?}", lines.lines());
    assert!(shop.place("o-17").await.unwrap().is_replayed());
}

#[tokio::test]
async fn result_that_differs_from_the_recorded_one_gives_a_warning() {
    let (lines, shop) = (capture(), Shop::new([]).await);
    let place = async |attempt: Attempt<DynamoDbStore>| {
        place(&attempt, "o-17").await?;
        Ok("another receipt".to_owned())
    };
    shop.try_place("o-17", place).await.unwrap();
    assert!(has_warned(&lines, "returned another result"), "{:?}", lines.lines());
}

#[tokio::test]
async fn completed_operation_goes_on_after_its_lease() {
    let clock = clock();
    let configure = timed(clock.clone());
    let shop = Shop::with([], |orders| configure(orders).stop_at_lease_end(true)).await;
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let receipt = place(&attempt, "o-17").await?;
        clock.advance(2 * LEASE);
        tokio::task::yield_now().await;
        assert_eq!(attempt.extend(LEASE).await?, WriteOutcome::Applied);
        Ok(receipt)
    };
    assert!(!shop.try_place("o-17", place).await.unwrap().is_replayed());
}

#[tokio::test]
async fn without_a_record_the_writes_are_made_alone() {
    let shop = Shop::with([lost()], |orders| orders.disabled(true)).await;
    assert!(!shop.place("o-17").await.unwrap().is_replayed());
    assert_eq!(shop.proxy.take_calls(), ["TransactWriteItems", "TransactWriteItems"]);
    assert_eq!(shop.count("o-17").await, 1);
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let error = attempt.complete_with(&"r".to_owned(), [put_new("o-17")]).await.unwrap_err();
        assert!(error.failures()[0].is_condition_failed(), "{error}");
        attempt.complete_with(&"r".to_owned(), []).await?;
        Ok("r".to_owned())
    };
    shop.try_place("o-17", place).await.unwrap();
}

#[tokio::test]
async fn result_of_a_transaction_is_kept_in_the_local_cache() {
    let shop = Shop::with([], |orders| orders.local_cache(10)).await;
    shop.place("o-17").await.unwrap();
    shop.proxy.take_calls();
    assert!(shop.place("o-17").await.unwrap().is_replayed());
    assert_eq!(shop.proxy.take_calls(), Vec::<String>::new());
}

#[tokio::test]
async fn records_without_owners_are_completed_in_a_transaction_too() {
    let shop =
        Shop::with([Plan::default(), lost()], |orders| orders.python_compatible("shop.place"))
            .await;
    assert!(!shop.place("o-17").await.unwrap().is_replayed());
    assert!(shop.place("o-17").await.unwrap().is_replayed());
    assert_eq!(shop.count("o-17").await, 1);
}

#[test]
fn synchronous_operation_completes_in_a_transaction() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let shop = runtime.block_on(Shop::new([]));
    let place = || {
        let call = shop.orders.call(&()).key("o-17");
        call.try_run_blocking_with(|attempt: Attempt<DynamoDbStore>| {
            attempt.complete_with_blocking(&"receipt".to_owned(), [count_one("o-17")])?;
            Ok::<_, Error>("receipt".to_owned())
        })
    };
    assert!(!place().unwrap().is_replayed());
    assert!(place().unwrap().is_replayed());
    assert_eq!(runtime.block_on(shop.count("o-17")), 1);
}

#[tokio::test]
async fn record_with_a_composite_key_is_completed_in_a_transaction() {
    let shop = Shop::new([]).await;
    let store = database::store(&shop.proxy.url, database::COMPOSITE);
    let store = store.key_attr("pk").sort_key_attr("sk").build().unwrap();
    let nothing = Environment::of([("", ""); 0]);
    let orders = Idempotency::builder("place", store).environment(nothing).build();
    let run = async || {
        let call = orders.call(&()).key("o-17");
        call.try_run_with(async |attempt| place(&attempt, "o-17").await).await.unwrap()
    };
    assert!(!run().await.is_replayed());
    assert!(run().await.is_replayed());
    assert_eq!(shop.count("o-17").await, 1);
}
