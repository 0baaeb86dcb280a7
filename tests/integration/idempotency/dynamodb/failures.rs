//! What each failure is called, and whether asking again may help.

use std::time::Duration;

use powertools_idempotency::{
    Claim, DynamoDbStore, Idempotency, IdempotencyError, Lease, Owner, PersistenceStore, StoreError,
};

use super::{Database, Fate, Plan, Proxy, TABLE, database, proxy::error};

const NOW: u64 = 1_900_000_000_000;

fn claim() -> Claim {
    let lease = Lease { until: NOW, owner: Some(Owner::random()) };
    Claim { lease, expires_at: NOW / 1000, validation: None }
}

async fn claim_error(store: &DynamoDbStore) -> StoreError {
    store.claim("k", NOW, claim()).await.unwrap_err()
}

/// Claims where the database answers so.
async fn answered(status: u16, body: String) -> StoreError {
    let fate = Fate::Refused(status, body);
    let proxy = Proxy::start("http://unused", move |_| fate.clone().into()).await;
    claim_error(&database::store(&proxy.url, TABLE).build().unwrap()).await
}

#[tokio::test]
async fn throttling_and_server_errors_are_transient() {
    for (status, code, message) in [
        (400, "ThrottlingException", "Rate of requests exceeds the allowed throughput."),
        (400, "ProvisionedThroughputExceededException", "Slow down."),
        (400, "RequestLimitExceeded", "Too much."),
        (400, "TransactionConflictException", "Busy."),
        (500, "InternalServerError", "Oops."),
        (503, "ServiceUnavailable", "Later."),
        (502, "", ""),
    ] {
        let body = if code.is_empty() { "<html>".to_owned() } else { error(code, message) };
        let error = answered(status, body).await;
        assert!(error.is_transient(), "{error}");
        let why =
            if code.is_empty() { "HTTP status 502".into() } else { format!("{code}: {message}") };
        let told = format!("the store is not available: PutItem on table \"idempotency\": {why}");
        assert_eq!(error.to_string(), told);
    }
}

#[tokio::test]
async fn missing_permission_is_named() {
    let told = answered(400, error("AccessDeniedException", "User: x is not authorized")).await;
    assert!(!told.is_transient());
    assert_eq!(
        told.to_string(),
        "the store refuses: PutItem on table \"idempotency\": the function's role may not do that; allow it \
         dynamodb:PutItem on this table (User: x is not authorized)"
    );
}

#[tokio::test]
async fn expired_credentials_are_named_with_what_to_do() {
    let error = answered(400, error("ExpiredTokenException", "The token has expired")).await;
    assert!(!error.is_transient());
    assert_eq!(
        error.to_string(),
        "the store refuses: PutItem on table \"idempotency\": the credentials are not accepted \
         (ExpiredTokenException: The token has expired); if the client has fixed ones, give it others, or a \
         provider that renews them"
    );
}

#[tokio::test]
async fn missing_table_is_named() {
    let database = Database::start().await;
    let told = claim_error(&database::store(&database.url, "gone").build().unwrap()).await;
    assert!(!told.is_transient());
    assert_eq!(
        told.to_string(),
        "the store refuses: PutItem on table \"gone\": there is no such table in this account and region; \
         create it, or correct its name or the region"
    );
}

#[tokio::test]
async fn wrong_key_attribute_is_reported_with_the_message_of_the_service() {
    let database = Database::start().await;
    let store = database::store(&database.url, TABLE).key_attr("key").build().unwrap();
    let told = claim_error(&store).await;
    assert!(!told.is_transient());
    let start = "the store refuses: PutItem on table \"idempotency\": ValidationException: ";
    assert!(told.to_string().starts_with(start), "{told}");
}

#[tokio::test]
async fn refused_connection_is_transient() {
    let url = Proxy::start("http://unused", |_| Plan::default()).await.url.clone();
    tokio::task::yield_now().await;
    let told = claim_error(&database::store(&url, TABLE).build().unwrap()).await;
    assert!(told.is_transient());
    let expected = "the store is not available: PutItem on table \"idempotency\": no connection";
    assert_eq!(told.to_string(), expected);
    let mut sources = String::new();
    let mut source = std::error::Error::source(&told);
    while let Some(error) = source {
        sources += &error.to_string();
        source = error.source();
    }
    assert!(sources.contains("refused"), "{sources}");
}

#[tokio::test]
async fn missing_response_is_transient() {
    let slow = Plan { before: Duration::from_secs(60), ..Plan::default() };
    let proxy = Proxy::start("http://unused", move |_| slow.clone()).await;
    let limit = aws_sdk_dynamodb::config::timeout::TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_millis(100));
    let store = database::store(&proxy.url, TABLE)
        .configure(move |config| config.timeout_config(limit.clone().build()));
    let told = claim_error(&store.build().unwrap()).await;
    assert!(told.is_transient());
    let expected =
        "the store is not available: PutItem on table \"idempotency\": no answer in time";
    assert_eq!(told.to_string(), expected);
}

#[tokio::test]
async fn malformed_response_is_transient() {
    let told = answered(200, "<html>".to_owned()).await;
    assert!(told.is_transient());
    let expected = "the store is not available: PutItem on table \"idempotency\": an answer that makes no sense";
    assert_eq!(told.to_string(), expected);
}

#[tokio::test]
async fn client_from_env_leaves_retries_to_the_operation() {
    let fate = Fate::Refused(500, "{}".to_owned());
    let proxy = Proxy::start("http://unused", move |_| fate.clone().into()).await;
    claim_error(&database::store(&proxy.url, TABLE).build().unwrap()).await;
    assert_eq!(proxy.take_calls(), ["PutItem"]);
}

#[tokio::test]
async fn too_large_result_completes_the_record_without_data() {
    let database = Database::start().await;
    let orders = Idempotency::builder("place", database.store())
        .environment(database::environment(""))
        .build();
    // The second is for DynamoDB itself to refuse.
    for (key, bytes) in [("a", 500_000), ("b", 409_500)] {
        let large = "x".repeat(bytes);
        let run = async || {
            orders
                .try_run(key, &(), async || Ok::<_, std::convert::Infallible>(large.clone()))
                .await
        };
        assert_eq!(run().await.unwrap().into_inner().len(), bytes);
        let again = run().await.unwrap_err();
        assert!(matches!(again, IdempotencyError::ResultNotKept { .. }), "{again}");
    }
}
