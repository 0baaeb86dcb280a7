use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aws_sdk_dynamodb::Client;
use powertools_core::Environment;

use super::{
    DynamoDbStoreBuilder, attributes::Attributes, client::Source, item::DataFormat, names::Names,
};
use crate::PersistenceStore;

/// Keeps records in a DynamoDB table; a clone is cheap and shares the client.
///
/// Records have the attributes of Powertools for Python, and `owner`, so that both can share a table. The
/// table's time to live is the attribute `expiration`; deletions by it may come days late, and nothing waits
/// for them.
///
/// Every change is one conditional write: a fresh call costs two, a replay one, each a write unit for each
/// kilobyte of the record. Reads are strongly consistent. The table must have one writing Region: a global
/// table without multi-Region strong consistency lets [two Regions claim one key](crate#global-tables).
///
/// # The client
///
/// [`from_env`](Self::from_env) builds one when it is first needed, of what every function has in its
/// environment: the role's credentials and the region. It is the lightest that works: rustls with *ring*, and
/// no chain of credential providers. The SDK's own default links AWS-LC instead, which gathers entropy before the
/// first handshake of a cold start, and `aws-config` makes the binary larger. [`new`](Self::new) takes any client,
/// such as one with other credentials. [`ring_http_client`](crate::ring_http_client) is the same client for the
/// other services that the function calls.
///
/// The client from the environment does not retry, because the operation does.
#[derive(Clone)]
pub struct DynamoDbStore(pub(super) Arc<Inner>, pub(super) DataFormat);

pub(super) struct Inner {
    pub(super) table: String,
    pub(super) attributes: Attributes,
    pub(super) names: Names,
    pub(super) source: Source,
}

impl DynamoDbStore {
    /// Creates a store in `table` that calls by `client`.
    ///
    /// The operation asks again by itself, so that the client had better not: see
    /// [`client`](DynamoDbStoreBuilder::client).
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self::with(table.into(), Attributes::default(), Source::Given(client))
    }

    /// Creates a store in `table` whose client comes from the process's environment, when it is first needed.
    ///
    /// It reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`, and
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`. What is missing is an error of each call, and not
    /// of this one.
    pub fn from_env(table: impl Into<String>) -> Self {
        let (environment, client) = (Environment::process(), OnceLock::new());
        let source = Source::Environment { environment, configure: None, client };
        Self::with(table.into(), Attributes::default(), source)
    }

    /// Starts to configure a store in `table`; its client comes from the environment unless one is given.
    pub fn builder(table: impl Into<String>) -> DynamoDbStoreBuilder {
        DynamoDbStoreBuilder::new(table.into())
    }

    pub(super) fn with(table: String, attributes: Attributes, source: Source) -> Self {
        let names = Names::of(&attributes);
        Self(Arc::new(Inner { table, attributes, names, source }), DataFormat::Text)
    }

    /// Makes a call that changes nothing, so that the first claim finds a connection.
    ///
    /// Worth awaiting before the runtime starts: a function has more of the processor then than its memory
    /// size gives it later, and the handshake takes most of the first call. A failure is a WARN event; what it
    /// was about will be an error of the first claim.
    pub async fn warm_up(&self) {
        if let Err(error) = self.read("warm-up").await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(
                error,
                dynamodb_table = self.0.table,
                "the connection could not be warmed up"
            );
        }
    }
}

impl fmt::Debug for DynamoDbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamoDbStore")
            .field("table", &self.0.table)
            .field("attributes", &self.0.attributes)
            .finish_non_exhaustive()
    }
}
