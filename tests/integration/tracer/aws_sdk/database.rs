//! Calls to a database that speaks as DynamoDB does.

use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
        ScalarAttributeType,
    },
};
use dynoxide::Database;
use powertools_tracer::testing::capture;
use tokio::net::TcpListener;

use super::refusal;

async fn database() -> Client {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(dynoxide::server::serve_on(listener, Database::memory().unwrap()));
    super::client(&format!("http://{address}"), |config| config)
}

async fn create_table(client: &Client) {
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build();
    let attribute = AttributeDefinition::builder()
        .attribute_name("id")
        .attribute_type(ScalarAttributeType::S)
        .build();
    client
        .create_table()
        .table_name("orders")
        .attribute_definitions(attribute.unwrap())
        .key_schema(key.unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn each_call_of_a_table_is_traced() {
    let (captured, client) = (capture(), database().await);
    create_table(&client).await;
    assert_eq!(captured.spans().len(), 0, "nothing is traced outside an invocation");
    let id = || AttributeValue::S("o-17".into());
    let put = || {
        let put = client.put_item().table_name("orders").item("id", id());
        put.condition_expression("attribute_not_exists(id)").send()
    };
    captured
        .invoke(async {
            put().await.unwrap();
            put().await.unwrap_err();
            client.get_item().table_name("orders").key("id", id()).send().await.unwrap();
            client.get_item().table_name("gone").key("id", id()).send().await.unwrap_err();
        })
        .await;
    let spans = captured.spans();
    let told = |at: usize| {
        let aws = &spans[at]["aws"];
        (aws["operation"].as_str().unwrap(), aws["table_name"].as_str().unwrap())
    };
    assert_eq!(told(0), ("PutItem", "orders"));
    assert_eq!(told(1), ("PutItem", "orders"));
    assert_eq!(told(2), ("GetItem", "orders"));
    assert_eq!(told(3), ("GetItem", "gone"));
    assert_eq!(refusal(&spans[1]).0, "ConditionalCheckFailedException");
    assert_eq!(refusal(&spans[3]).0, "ResourceNotFoundException");
    assert!(spans[0]["cause"].is_null() && spans[2]["cause"].is_null());
    assert!(spans.iter().all(|span| span["aws"]["request_id"].is_string()), "{spans:?}");
}
