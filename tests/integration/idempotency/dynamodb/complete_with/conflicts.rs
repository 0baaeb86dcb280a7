//! Transactions that DynamoDB cancels for a moment, or does not answer.

use serde_json::json;

use super::{super::proxy::error, *};

fn cancelled(codes: &[&str]) -> Plan {
    let reasons: Vec<_> = codes.iter().map(|code| json!({"Code": code})).collect();
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": reasons,
    });
    Fate::Refused(400, body.to_string()).into()
}

fn refused(code: &str) -> Plan {
    Fate::Refused(400, error(code, "Not now.")).into()
}

#[tokio::test]
async fn conflicts_and_throttles_are_retried_with_one_token() {
    for plan in [
        cancelled(&["TransactionConflict", "None"]),
        cancelled(&["None", "TransactionConflict"]),
        cancelled(&["ThrottlingError", "ProvisionedThroughputExceeded"]),
        // The condition may have failed because of the request that holds the record.
        cancelled(&["ConditionalCheckFailed", "TransactionConflict"]),
        refused("TransactionInProgressException"),
        refused("ThrottlingException"),
    ] {
        let shop = Shop::new([Plan::default(), plan.clone(), plan.clone()]).await;
        let placed = shop.place("o-17").await;
        assert!(!placed.unwrap().is_replayed(), "{plan:?}");
        let tokens = shop.tokens.take();
        assert!(tokens.len() == 3 && tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
        assert_eq!(shop.count("o-17").await, 1);
    }
}

#[tokio::test]
async fn failed_condition_is_final_despite_a_conflict() {
    let plan = cancelled(&["TransactionConflict", "ConditionalCheckFailed", "None"]);
    let shop = Shop::new([Plan::default(), plan]).await;
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let error = attempt
            .complete_with(&"r".to_owned(), [count_one("a"), count_one("b")])
            .await
            .unwrap_err();
        assert_eq!(error.failures().len(), 2);
        Err(error.into())
    };
    shop.try_place("o-17", place).await.unwrap_err();
}

#[tokio::test]
async fn missing_permission_names_the_table_of_the_records_and_those_of_the_writes() {
    let shop = Shop::new([Plan::default(), refused("AccessDeniedException")]).await;
    let error = shop.place("o-17").await.unwrap_err();
    assert_eq!(
        error.into_failed().unwrap().to_string(),
        "the transaction got no answer that helps: the store refuses: TransactWriteItems with a record in table \
         \"idempotency\": the function's role may not do that; allow it dynamodb:UpdateItem on this table, and for \
         each write dynamodb:PutItem, UpdateItem, DeleteItem or ConditionCheckItem on its table (Not now.)"
    );
}

#[tokio::test]
async fn errors_hide_values_quoted_by_dynamodb() {
    let message = "1 validation error detected: Value '[card 4242]' at 'transactItems' failed to satisfy constraint";
    let plan = Fate::Refused(400, error("ValidationException", message)).into();
    let shop = Shop::new([Plan::default(), plan]).await;
    let error = shop.place("o-17").await.unwrap_err().into_failed().unwrap();
    let text = format!("{error} {error:?}");
    assert!(text.contains("at 'transactItems' failed") && !text.contains("4242"), "{text}");
}

#[tokio::test]
async fn unknown_outcome_is_found_by_the_release() {
    let lines = powertools_logger::testing::capture();
    // The transaction is made, and no repetition of it gets through.
    let denied = refused("AccessDeniedException");
    let shop = Shop::new([Plan::default(), lost(), denied]).await;
    let error = shop.place("o-17").await.unwrap_err().into_failed().unwrap();
    assert!(matches!(*error.downcast::<CompleteWithError>().unwrap(), CompleteWithError::Store(_)));
    assert_eq!(shop.proxy.take_calls()[3..], ["DeleteItem", "GetItem"]);
    assert!(has_warned(&lines, "failed after `complete_with`"), "{:?}", lines.lines());
    assert!(shop.place("o-17").await.unwrap().is_replayed());
    assert_eq!(shop.count("o-17").await, 1);
}
