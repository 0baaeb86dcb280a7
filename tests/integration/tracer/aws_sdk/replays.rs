//! Refusals that the caller had expected.

use powertools_idempotency::{DynamoDbStore, Environment, Idempotency};
use powertools_tracer::{propagation::ExpectedError, testing::capture};
use serde_json::{Value, json};

use super::{CONDITION, always, client, client_of, only, refusal};
use crate::idempotency::dynamodb::database::{create_table, serve};

#[tokio::test]
async fn replay_is_not_an_error_of_the_table() {
    let (captured, url) = (capture(), serve().await);
    let client = client(&url, |config| config);
    create_table(&client, "idempotency", &["id"]).await;
    let store = DynamoDbStore::new(client, "idempotency");
    let nothing = Environment::empty();
    // Without the local cache, a replay asks the table.
    let orders = Idempotency::builder("place", store).environment(nothing).build();
    let place = || async {
        orders
            .try_run("o-17", &(), async || Ok::<_, std::io::Error>("receipt".to_owned()))
            .await
            .unwrap()
    };
    captured.invoke(async { (place().await, place().await) }).await;
    let spans = captured.spans();
    let told = |span: &Value| {
        (span["aws"]["operation"].clone(), span["http"]["response"]["status"].clone())
    };
    let told: Vec<_> = spans.iter().map(told).collect();
    let put = || json!("PutItem");
    assert_eq!(told, [(put(), json!(200)), (json!("UpdateItem"), json!(200)), (put(), json!(400))]);
    for span in &spans {
        for absent in ["fault", "error", "throttle", "cause"] {
            assert_eq!(span[absent], Value::Null, "{span}");
        }
    }
    let metadata = &spans[2]["metadata"]["service_undefined"];
    assert_eq!(*metadata, json!({"aws.expected_error": "ConditionalCheckFailedException"}));
}

#[tokio::test]
async fn expected_error_is_matched_by_call_and_code() {
    for (code, is_expected) in
        [("ConditionalCheckFailedException", true), ("ResourceNotFoundException", false)]
    {
        let (captured, server) = (capture(), always(400, CONDITION).await);
        let put = client_of(&server).put_item().table_name("orders").customize();
        let put = put.interceptor(ExpectedError::new(code));
        captured.invoke(put.send()).await.unwrap_err();
        let span = only(&captured);
        if is_expected {
            assert_eq!((&span["fault"], &span["error"]), (&Value::Null, &Value::Null));
        } else {
            assert_eq!(refusal(&span).0, "ConditionalCheckFailedException");
        }
    }
}
