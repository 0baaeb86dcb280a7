//! Effects in DynamoDB that are one transaction with the completion of their record.

mod conflicts;
mod limits;
mod records;

use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_dynamodb::{
    Client,
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::BeforeSerializationInterceptorContextMut, retry::RetryConfig,
    },
    error::BoxError,
    operation::transact_write_items::TransactWriteItemsInput,
    types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update},
};
use powertools_idempotency::{
    Attempt, CompleteWithError, DynamoDbStore, Idempotency, IdempotencyBuilder, IdempotencyError,
    Outcome,
};
use powertools_logger::testing::Captured;
use tokio::time::timeout;

use super::{Database, Fate, Plan, Proxy, TABLE, database};

pub(super) const ORDERS: &str = "orders";

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A shop that counts its orders in DynamoDB, in the transaction that completes their record.
pub(super) struct Shop {
    proxy: Proxy,
    pub(super) orders: Idempotency<DynamoDbStore>,
    client: Client,
    tokens: Tokens,
}

impl Shop {
    pub(super) async fn new(plans: impl IntoIterator<Item = Plan>) -> Self {
        Self::with(plans, |orders| orders).await
    }

    async fn with(
        plans: impl IntoIterator<Item = Plan>,
        configure: impl Fn(IdempotencyBuilder<DynamoDbStore>) -> IdempotencyBuilder<DynamoDbStore>,
    ) -> Self {
        let database = Database::start().await;
        let proxy = Proxy::with(&database.url, plans).await;
        Self::at(&database, proxy, false, configure).await
    }

    /// A shop whose requests go through `proxy`; with `forget`, each has a token that DynamoDB has never seen.
    pub(super) async fn at(
        database: &Database,
        proxy: Proxy,
        forget: bool,
        configure: impl Fn(IdempotencyBuilder<DynamoDbStore>) -> IdempotencyBuilder<DynamoDbStore>,
    ) -> Self {
        let client = database::client(&database.url, RetryConfig::standard());
        database::create_table(&client, ORDERS, &["id"]).await;
        let tokens = Tokens { seen: Arc::default(), forget };
        let interceptor = tokens.clone();
        let store = database::store(&proxy.url, TABLE)
            .configure(move |config| config.interceptor(interceptor.clone()))
            .build()
            .unwrap();
        let orders = Idempotency::builder("place", store).environment(database::environment(""));
        Self { proxy, orders: configure(orders).build(), client, tokens }
    }

    pub(super) async fn place(
        &self,
        id: &str,
    ) -> Result<Outcome<String>, IdempotencyError<String, Error>> {
        self.try_place(id, async |attempt| place(&attempt, id).await).await
    }

    async fn try_place<F, Fut>(
        &self,
        id: &str,
        work: F,
    ) -> Result<Outcome<String>, IdempotencyError<String, Error>>
    where
        F: FnOnce(Attempt<DynamoDbStore>) -> Fut,
        Fut: Future<Output = Result<String, Error>>,
    {
        self.orders.call(&()).key(id).try_run_with(work).await
    }

    /// Places an order, and dies right after its transaction.
    pub(super) async fn place_and_die(&self, id: &str) {
        let dying = self.try_place(id, async |attempt| {
            place(&attempt, id).await?;
            pending().await
        });
        let placed = async {
            while self.count(id).await == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            _ = dying => panic!("it never ends"),
            () = placed => (),
        }
    }

    /// Returns how often an order was placed.
    pub(super) async fn count(&self, id: &str) -> u32 {
        let key = AttributeValue::S(id.to_owned());
        let read = self.client.get_item().table_name(ORDERS).key("id", key).consistent_read(true);
        match read.send().await.unwrap().item() {
            Some(item) => item["times"].as_n().unwrap().parse().unwrap(),
            None => 0,
        }
    }
}

/// Counts an order, and completes its record.
async fn place(attempt: &Attempt<DynamoDbStore>, id: &str) -> Result<String, Error> {
    let receipt = format!("receipt of {id}");
    attempt.complete_with(&receipt, [count_one(id)]).await?;
    Ok(receipt)
}

/// A write that has an effect each time that it is made.
fn count_one(id: &str) -> TransactWriteItem {
    let update = Update::builder()
        .table_name(ORDERS)
        .key("id", AttributeValue::S(id.to_owned()))
        .update_expression("ADD times :one")
        .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
    TransactWriteItem::builder().update(update.build().unwrap()).build()
}

/// A write that is refused if there is such an order.
fn put_new(id: &str) -> TransactWriteItem {
    let put = Put::builder()
        .table_name(ORDERS)
        .item("id", AttributeValue::S(id.to_owned()))
        .item("times", AttributeValue::N("1".to_owned()))
        .condition_expression("attribute_not_exists(id)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    TransactWriteItem::builder().put(put.build().unwrap()).build()
}

/// Sees the tokens of transactions, or replaces them.
#[derive(Clone, Debug)]
struct Tokens {
    seen: Arc<Mutex<Vec<String>>>,
    forget: bool,
}

impl Tokens {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Intercept for Tokens {
    fn name(&self) -> &'static str {
        "tokens"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(input) = context.input_mut().downcast_mut::<TransactWriteItemsInput>() {
            self.seen.lock().unwrap().extend(input.client_request_token.clone());
            if self.forget {
                input.client_request_token = Some(format!("{:032x}", fastrand::u128(..)));
            }
        }
        Ok(())
    }
}

fn has_warned(lines: &Captured, of: &str) -> bool {
    lines.values().iter().any(|line| line["level"] == "WARN" && line.to_string().contains(of))
}

fn lost() -> Plan {
    Fate::CutAfter.into()
}

#[tokio::test]
async fn completion_and_writes_are_one_request() {
    let shop = Shop::new([]).await;
    let placed = shop.place("o-17").await.unwrap();
    assert_eq!((placed.is_replayed(), placed.into_inner().as_str()), (false, "receipt of o-17"));
    assert_eq!(shop.proxy.take_calls(), ["PutItem", "TransactWriteItems"]);
    let placed = shop.place("o-17").await.unwrap();
    assert_eq!((placed.is_replayed(), placed.into_inner().as_str()), (true, "receipt of o-17"));
    assert_eq!(
        (shop.count("o-17").await, shop.proxy.take_calls()),
        (1, vec!["PutItem".to_owned()])
    );
}

#[tokio::test]
async fn effect_happens_once_when_the_process_dies_after_the_transaction() {
    let shop = Shop::new([]).await;
    shop.place_and_die("o-17").await;
    let placed = shop.place("o-17").await.unwrap();
    assert_eq!((placed.is_replayed(), placed.into_inner().as_str()), (true, "receipt of o-17"));
    assert_eq!(shop.count("o-17").await, 1);
}

#[tokio::test]
async fn lost_answer_of_a_transaction_repeats_no_effect() {
    for plan in [lost(), Fate::Replaced(500, "{}".to_owned()).into()] {
        let shop = Shop::new([Plan::default(), plan]).await;
        assert!(!shop.place("o-17").await.unwrap().is_replayed());
        let expected = ["PutItem", "TransactWriteItems", "TransactWriteItems"];
        assert_eq!(
            (shop.count("o-17").await, shop.proxy.take_calls()),
            (1, expected.map(str::to_owned).into())
        );
        let tokens = shop.tokens.take();
        assert!(tokens[0] == tokens[1] && tokens[0].len() == 36, "{tokens:?}");
    }
}

#[tokio::test]
async fn lost_answer_repeats_no_effect_after_the_token_was_forgotten() {
    let database = Database::start().await;
    let proxy = Proxy::with(&database.url, [Plan::default(), lost()]).await;
    let shop = Shop::at(&database, proxy, true, |orders| orders).await;
    assert!(!shop.place("o-17").await.unwrap().is_replayed());
    let expected = ["PutItem", "TransactWriteItems", "TransactWriteItems", "GetItem"];
    assert_eq!(
        (shop.count("o-17").await, shop.proxy.take_calls()),
        (1, expected.map(str::to_owned).into())
    );
}

#[tokio::test]
async fn failed_condition_names_the_write_and_releases_the_claim() {
    let shop = Shop::new([]).await;
    shop.place("o-17").await.unwrap();
    shop.proxy.take_calls();
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let writes = [count_one("o-1"), put_new("o-17"), count_one("o-2")];
        Err(attempt.complete_with(&"receipt".to_owned(), writes).await.unwrap_err().into())
    };
    let error = shop.try_place("again", place).await.unwrap_err().into_failed().unwrap();
    assert_eq!(
        error.to_string(),
        "DynamoDB refused the transaction, and nothing was written; write 1: its condition was not met"
    );
    let error = error.downcast::<CompleteWithError>().unwrap();
    let [failure] = error.failures() else { panic!("{error:?}") };
    assert!(failure.is_condition_failed() && failure.index == 1 && !error.is_retryable());
    assert_eq!(failure.item.as_ref().unwrap()["id"], AttributeValue::S("o-17".to_owned()));
    assert!(!format!("{error:?}").contains("o-17"), "{error:?}");
    assert_eq!((shop.count("o-1").await, shop.count("o-2").await), (0, 0));
    assert_eq!(shop.proxy.take_calls(), ["PutItem", "TransactWriteItems", "DeleteItem"]);
    assert!(!shop.place("again").await.unwrap().is_replayed());
}

#[tokio::test]
async fn writes_are_possible_after_refused_writes() {
    let shop = Shop::new([]).await;
    shop.place("o-17").await.unwrap();
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let refused = attempt.complete_with(&"new".to_owned(), [put_new("o-17")]).await;
        assert!(matches!(refused, Err(CompleteWithError::WritesRejected { .. })), "{refused:?}");
        attempt.complete_with(&"another".to_owned(), [count_one("o-17")]).await?;
        Ok("another".to_owned())
    };
    assert!(!shop.try_place("again", place).await.unwrap().is_replayed());
    assert_eq!(shop.count("o-17").await, 2);
    let tokens = shop.tokens.take();
    assert!(tokens[1] != tokens[2], "{tokens:?}");
}

#[tokio::test]
async fn second_transaction_of_an_attempt_is_not_made() {
    let shop = Shop::new([]).await;
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let receipt = place(&attempt, "o-17").await?;
        let again =
            attempt.complete_with(&"other".to_owned(), [count_one("o-17")]).await.unwrap_err();
        assert!(matches!(again, CompleteWithError::AlreadyCompleted), "{again}");
        Ok(receipt)
    };
    shop.try_place("o-17", place).await.unwrap();
    assert_eq!(shop.count("o-17").await, 1);
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let receipt = "receipt".to_owned();
        let sent = attempt.complete_with(&receipt, [count_one("o-18")]);
        // It is dropped on its way.
        assert!(timeout(Duration::ZERO, sent).await.is_err());
        let again =
            attempt.complete_with(&"other".to_owned(), [count_one("o-18")]).await.unwrap_err();
        assert!(matches!(again, CompleteWithError::OutcomeUnknown), "{again}");
        Err(again.into())
    };
    shop.try_place("o-18", place).await.unwrap_err();
    shop.place("o-18").await.unwrap();
    assert_eq!(shop.count("o-18").await, 1);
}

/// Checks what matters with another database.
pub(super) async fn check(database: &Database, proxy: Proxy) {
    let shop = Shop::at(database, proxy, false, |orders| orders).await;
    shop.place_and_die("o-17").await;
    let placed = shop.place("o-17").await.unwrap();
    assert_eq!((placed.is_replayed(), placed.into_inner().as_str()), (true, "receipt of o-17"));
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let writes = [count_one("o-1"), put_new("o-17")];
        let error = attempt.complete_with(&"receipt".to_owned(), writes).await.unwrap_err();
        let [failure] = error.failures() else { panic!("{error:?}") };
        assert!(failure.is_condition_failed() && failure.index == 1, "{error:?}");
        Err(error.into())
    };
    shop.try_place("o-18", place).await.unwrap_err();
    assert_eq!((shop.count("o-17").await, shop.count("o-1").await), (1, 0));
}
