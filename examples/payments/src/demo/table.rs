use std::{env, net::SocketAddr};

use dynoxide::{Database, actions::create_table::CreateTableRequest, server::serve_on};
use powertools::Error;
use powertools_local::Builder;
use serde_json::json;
use tokio::net::TcpListener;

use crate::TABLE;

/// The location of the records.
pub(super) enum Table {
    /// A server in this process that implements DynamoDB's API.
    Local(SocketAddr),
    /// The table that the environment names, with its credentials.
    Real(String),
}

const NAME: &str = "payments";

impl Table {
    /// Uses the table that the environment names, or starts a server with one.
    pub(super) async fn of_environment() -> Result<Self, Error> {
        if let Ok(name) = env::var(TABLE) {
            return Ok(Self::Real(name));
        }
        let database = Database::memory()?;
        database.create_table(definition()?)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(serve_on(listener, database));
        Ok(Self::Local(address))
    }

    /// Configures a function to use the table.
    pub(super) fn tell(&self, builder: Builder) -> Builder {
        match self {
            Self::Local(address) => builder
                .env(TABLE, NAME)
                .env("AWS_ENDPOINT_URL_DYNAMODB", format!("http://{address}"))
                .env("AWS_ACCESS_KEY_ID", "local")
                .env("AWS_SECRET_ACCESS_KEY", "local"),
            Self::Real(name) => ["AWS_REGION", "AWS_DEFAULT_REGION"]
                .into_iter()
                .filter_map(|variable| Some((variable, env::var(variable).ok()?)))
                .fold(builder.env(TABLE, name), |builder, (name, value)| builder.env(name, value)),
        }
    }
}

/// The table of `template.yaml`.
fn definition() -> serde_json::Result<CreateTableRequest> {
    serde_json::from_value(json!({
        "TableName": NAME,
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }))
}
