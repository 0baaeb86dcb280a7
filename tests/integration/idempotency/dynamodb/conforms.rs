//! The store keeps the protocol.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use powertools_idempotency::{
    Record, Status, StoreError,
    conformance::{self, Violations},
};

use super::{
    Database, TABLE,
    database::{COMPOSITE, store},
};

#[tokio::test]
async fn table_with_simple_key_conforms() -> Result<(), Violations> {
    conformance::check(&Database::start().await.store()).await
}

#[tokio::test]
async fn table_with_composite_key_conforms() -> Result<(), Violations> {
    let database = Database::start().await;
    // Every name is another than by default.
    let store = store(&database.url, COMPOSITE)
        .key_attr("pk")
        .sort_key_attr("sk")
        .expiry_attr("ttl")
        .in_progress_expiry_attr("size")
        .status_attr("state")
        .data_attr("result.json")
        .validation_attr("hash")
        .owner_attr("user");
    conformance::check(&store.build().unwrap()).await?;
    let items = database.client().scan().table_name(COMPOSITE).send().await.unwrap();
    let item = &items.items()[0];
    assert_eq!(item["pk"], AttributeValue::S("idempotency#orders".into()));
    assert!(item["sk"].as_s().unwrap().starts_with("conformance#"), "{item:?}");
    assert!(item.contains_key("ttl") && item.contains_key("state"), "{item:?}");
    Ok(())
}

#[tokio::test]
async fn records_without_owners_or_leases_conform() -> Result<(), Violations> {
    check_foreign(&Database::start().await).await
}

pub(super) async fn check_foreign(database: &Database) -> Result<(), Violations> {
    let client = database.client();
    let put = async |key: String, record: Record| {
        let put = client.put_item().table_name(TABLE).set_item(Some(item(key, record)));
        let put = put.send().await;
        put.map(drop).map_err(|error| StoreError::Refused {
            what: "PutItem".to_owned(),
            source: Some(error.into()),
        })
    };
    conformance::check_foreign(&database.store(), put).await
}

/// An item as Powertools for Python writes it.
fn item(key: String, record: Record) -> HashMap<String, AttributeValue> {
    let status = match record.status {
        Status::InProgress => "INPROGRESS",
        Status::Completed => "COMPLETED",
    };
    let mut item = HashMap::from([
        ("id", AttributeValue::S(key)),
        ("status", AttributeValue::S(status.to_owned())),
        ("expiration", AttributeValue::N(record.expires_at.to_string())),
    ]);
    let until = record.lease.map(|lease| AttributeValue::N(lease.until.to_string()));
    item.extend(until.map(|until| ("in_progress_expiration", until)));
    item.extend(record.data.map(|data| ("data", AttributeValue::S(data))));
    item.extend(record.validation.map(|digest| ("validation", AttributeValue::S(digest))));
    item.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
