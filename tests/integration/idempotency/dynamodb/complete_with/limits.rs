//! Transactions that DynamoDB would not take.

use powertools_idempotency::InvalidWrites;

use super::*;

async fn invalid(shop: &Shop, writes: Vec<TransactWriteItem>) -> InvalidWrites {
    let place = async |attempt: Attempt<DynamoDbStore>| {
        Err(attempt.complete_with(&"receipt".to_owned(), writes).await.unwrap_err().into())
    };
    let error = shop.try_place("o-17", place).await.unwrap_err().into_failed().unwrap();
    match *error.downcast::<CompleteWithError>().unwrap() {
        CompleteWithError::InvalidWrites(invalid) => invalid,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn invalid_write_lists_are_refused_before_sending() {
    let shop = Shop::new([]).await;
    let orders = |count: u32| (0..count).map(|id| count_one(&id.to_string())).collect();
    assert_eq!(
        invalid(&shop, orders(100)).await.to_string(),
        "at most 99 writes fit into one transaction, and 100 were given; make fewer, or several operations"
    );
    let same = vec![count_one("a"), put_new("b"), count_one("b")];
    assert_eq!(invalid(&shop, same).await, InvalidWrites::SameItem { first: 1, second: 2 });
    let calls = shop.proxy.take_calls();
    assert!(!calls.contains(&"TransactWriteItems".to_owned()), "{calls:?}");
    let writes: Vec<_> = orders(99);
    let place = async |attempt: Attempt<DynamoDbStore>| {
        attempt.complete_with(&"receipt".to_owned(), writes).await?;
        Ok("receipt".to_owned())
    };
    shop.try_place("o-17", place).await.unwrap();
    assert_eq!((shop.count("0").await, shop.count("98").await), (1, 1));
}

#[tokio::test]
async fn write_to_the_record_itself_is_refused_before_sending() {
    let shop = Shop::new([]).await;
    let place = async |attempt: Attempt<DynamoDbStore>| {
        let put = Put::builder()
            .table_name(format!("arn:aws:dynamodb:eu-west-1:123456789012:table/{TABLE}"))
            .item("id", AttributeValue::S(attempt.key().unwrap().to_owned()))
            .item("status", AttributeValue::S("COMPLETED".to_owned()));
        let write = TransactWriteItem::builder().put(put.build()?).build();
        Err(attempt
            .complete_with(&"receipt".to_owned(), [count_one("a"), write])
            .await
            .unwrap_err()
            .into())
    };
    let error = shop.try_place("o-17", place).await.unwrap_err().into_failed().unwrap();
    assert_eq!(
        error.to_string(),
        "the writes do not make a transaction: write 1 is about the operation's own idempotency record, which \
         `complete_with` writes; leave it out"
    );
    assert_eq!(shop.proxy.take_calls(), ["PutItem", "DeleteItem"]);
}

/// The second is for DynamoDB itself to refuse.
#[tokio::test]
async fn too_large_result_is_dropped_and_the_writes_are_made() {
    let shop = Shop::new([]).await;
    for (id, bytes) in [("a", 500_000), ("b", 409_500)] {
        let large = "x".repeat(bytes);
        let place = async |attempt: Attempt<DynamoDbStore>| {
            attempt.complete_with(&large, [count_one(id)]).await?;
            Ok(large.clone())
        };
        assert_eq!(shop.try_place(id, place).await.unwrap().into_inner().len(), bytes);
        let again = shop.place(id).await.unwrap_err();
        assert!(matches!(again, IdempotencyError::ResultNotKept { .. }), "{again}");
        assert_eq!(shop.count(id).await, 1);
    }
}
