//! A database that speaks as DynamoDB does, and clients of it.

use std::time::Duration;

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType},
};
use powertools_idempotency::{DynamoDbStore, DynamoDbStoreBuilder, Environment};
use tokio::net::TcpListener;

pub(super) const TABLE: &str = "idempotency";
pub(super) const COMPOSITE: &str = "idempotency-composite";

/// Two tables, one of them with a sort key.
pub(super) struct Database {
    pub(super) url: String,
}

impl Database {
    /// Starts one in this process.
    pub(super) async fn start() -> Self {
        Self::at(serve().await).await
    }

    /// Takes one that runs elsewhere.
    pub(super) async fn at(url: String) -> Self {
        let database = Self { url };
        create_table(&database.client(), TABLE, &["id"]).await;
        create_table(&database.client(), COMPOSITE, &["pk", "sk"]).await;
        database
    }

    pub(super) fn client(&self) -> Client {
        client(&self.url, RetryConfig::standard())
    }

    pub(super) fn store(&self) -> DynamoDbStore {
        store(&self.url, TABLE).build().unwrap()
    }
}

/// Starts an empty database in this process, and returns its address.
pub(crate) async fn serve() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    url
}

/// Makes a table whose items have a partition key, and a sort key if there are two.
pub(crate) async fn create_table(client: &Client, name: &str, keys: &[&str]) {
    let mut table = client.create_table().table_name(name);
    table = table.billing_mode(BillingMode::PayPerRequest);
    for (key, kind) in keys.iter().zip([KeyType::Hash, KeyType::Range]) {
        let schema = KeySchemaElement::builder().attribute_name(*key).key_type(kind);
        let attribute = AttributeDefinition::builder().attribute_name(*key);
        let attribute = attribute.attribute_type(ScalarAttributeType::S);
        table = table.key_schema(schema.build().unwrap());
        table = table.attribute_definitions(attribute.build().unwrap());
    }
    table.send().await.unwrap();
}

/// The environment of a function whose DynamoDB is at `url`.
pub(super) fn environment(url: &str) -> Environment {
    Environment::of([
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "orders"),
        ("AWS_ENDPOINT_URL_DYNAMODB", url),
    ])
}

/// A store whose client is built from the environment.
pub(super) fn store(url: &str, table: &str) -> DynamoDbStoreBuilder {
    DynamoDbStore::builder(table).environment(environment(url))
}

/// A client that a function might give.
pub(crate) fn client(url: &str, retries: RetryConfig) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new("eu-west-1"))
        .retry_config(retries.with_initial_backoff(Duration::from_millis(1)));
    Client::from_conf(config.build())
}
