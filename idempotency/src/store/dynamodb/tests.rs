mod clients;

use aws_sdk_dynamodb::types::AttributeValue;
use powertools_core::Environment;

use super::{
    DynamoDbStore,
    attributes::Attributes,
    item::{self, Item},
};
use crate::{Lease, Owner, PersistenceStore, Record, Status, StoreError};

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(text: &str) -> AttributeValue {
    AttributeValue::N(text.to_owned())
}

/// An item as Powertools for Python leaves it.
fn python() -> Item {
    let item = [
        ("id", text("orders.handler.place#1f0")),
        ("status", text("COMPLETED")),
        ("expiration", number("1900000000")),
        ("in_progress_expiration", number("1899990000123")),
        ("data", text("{\"id\": 1}")),
    ];
    item.map(|(name, value)| (name.to_owned(), value)).into()
}

fn read(change: impl FnOnce(&mut Item)) -> Result<Record, StoreError> {
    let mut item = python();
    change(&mut item);
    item::record(&Attributes::default(), "k", &item, item::DataFormat::Text)
}

#[test]
fn items_of_powertools_for_python_are_read() {
    let expected = Record {
        status: Status::Completed,
        expires_at: 1_900_000_000,
        lease: Some(Lease { until: 1_899_990_000_123, owner: None }),
        data: Some("{\"id\": 1}".to_owned()),
        validation: None,
    };
    assert_eq!(read(|_| ()).unwrap(), expected);
    let without_lease = read(|item| drop(item.remove("in_progress_expiration"))).unwrap();
    assert_eq!(without_lease, Record { lease: None, ..expected.clone() });
    let null = read(|item| drop(item.insert("data".into(), AttributeValue::Null(true)))).unwrap();
    assert_eq!(null, Record { data: None, ..expected });
}

#[test]
fn unreadable_item_is_reported_with_key_attribute_and_value() {
    let problem = |name: &str, value: Option<AttributeValue>| {
        let error = read(|item| match value {
            Some(value) => drop(item.insert(name.into(), value)),
            None => drop(item.remove(name)),
        });
        error.unwrap_err().to_string()
    };
    let told = |rest: &str| format!("the record of \"k\" can't be read: its attribute {rest}");
    assert_eq!(
        problem("status", Some(text("EXPIRED"))),
        told("`status` should be INPROGRESS or COMPLETED, and is \"EXPIRED\"")
    );
    assert_eq!(problem("status", None), told("`status` should be a string, and is nothing"));
    assert_eq!(
        problem("expiration", Some(text("tomorrow"))),
        told("`expiration` should be a number, and is \"tomorrow\"")
    );
    assert_eq!(
        problem("expiration", None),
        told("`expiration` should be seconds since 1970, and is nothing")
    );
    assert_eq!(
        problem("in_progress_expiration", Some(number("-1.5"))),
        told("`in_progress_expiration` should be a whole number, and is -1.5")
    );
    let long = problem("status", Some(text(&"x".repeat(1000))));
    assert!(long.contains("and is \"xxx") && long.len() < 250, "{long}");
}

#[test]
fn result_of_another_type_is_not_in_the_error() {
    for (value, found) in [
        (AttributeValue::Ss(vec!["4242".into()]), "a set"),
        (AttributeValue::M(Item::from([("card".into(), number("4242"))])), "a map"),
        (AttributeValue::L(vec![number("4242")]), "a list"),
        (number("4242"), "a number"),
    ] {
        let error = read(|item| drop(item.insert("data".into(), value))).unwrap_err().to_string();
        assert!(error.ends_with(&format!("`data` should be a string, and is {found}")), "{error}");
    }
}

#[test]
fn names_that_collide_are_told_with_the_remedy() {
    let clash = DynamoDbStore::builder("t").owner_attr("data").build().unwrap_err();
    assert_eq!(
        clash.to_string(),
        "`data_attr` and `owner_attr` both store in the attribute \"data\", where one would overwrite the \
         other; give one of them another name"
    );
    let clash = DynamoDbStore::builder("t").sort_key_attr("id").build().unwrap_err();
    assert_eq!((clash.first, clash.second), ("key_attr", "sort_key_attr"));
}

#[test]
fn composite_key_has_the_function_in_its_partition() {
    let environment = Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "orders")]);
    let store = DynamoDbStore::builder("t").environment(environment).sort_key_attr("sk");
    let key = store.build().unwrap().0.attributes.key_of("place#1f0");
    let expected = [("id", text("idempotency#orders")), ("sk", text("place#1f0"))];
    assert_eq!(key, expected.map(|(name, value)| (name.to_owned(), value)).into());
    let store = DynamoDbStore::builder("t").sort_key_attr("sk").partition_value("shared");
    assert_eq!(store.build().unwrap().0.attributes.key_of("k")["id"], text("shared"));
}

#[tokio::test]
async fn missing_environment_settings_are_an_error_of_each_call() {
    let environment = Environment::of([("AWS_REGION", "eu-west-1")]);
    let store = DynamoDbStore::builder("t").environment(environment).build().unwrap();
    store.warm_up().await;
    let error = store.read("k").await.unwrap_err();
    assert!(!error.is_transient());
    assert_eq!(
        error.to_string(),
        "the store refuses: there are no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, \
         as they are on Lambda, nor AWS_CONTAINER_CREDENTIALS_FULL_URI, as it is with SnapStart; set them, or give \
         DynamoDbStore::new a client that finds its credentials elsewhere"
    );
    let environment =
        Environment::of([("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")]);
    let store = DynamoDbStore::builder("t").environment(environment).build().unwrap();
    let error = store.read("k").await.unwrap_err().to_string();
    assert!(error.starts_with("the store refuses: AWS_REGION is not set"), "{error}");
}

#[tokio::test]
async fn too_large_result_is_not_sent() {
    let environment = Environment::empty();
    let store = DynamoDbStore::builder("t").environment(environment).build().unwrap();
    let lease = Lease { until: 1, owner: Some(Owner::random()) };
    let data = "x".repeat(410_000);
    // The environment has no credentials: had it tried to send, that would be the error.
    let error = store.complete("k", 0, &lease, Some(&data), 0).await.unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { bytes: 410_000 }), "{error}");
}

#[tokio::test]
async fn ring_client_connects_clients_of_the_sdk() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
        .credentials_provider(aws_sdk_dynamodb::config::Credentials::new("a", "b", None, None, "c"))
        .region(aws_sdk_dynamodb::config::Region::new("eu-west-1"))
        .endpoint_url(format!("https://{}", listener.local_addr().unwrap()))
        .http_client(crate::ring_http_client());
    let client = aws_sdk_dynamodb::Client::from_conf(config.build());
    let first = tokio::task::spawn_blocking(move || {
        let mut first = [0];
        std::io::Read::read_exact(&mut listener.accept().unwrap().0, &mut first).unwrap();
        first
    });
    // The server hangs up after the first byte, which tells a TLS handshake.
    assert!(client.list_tables().send().await.is_err());
    assert_eq!(first.await.unwrap(), [22]);
}
