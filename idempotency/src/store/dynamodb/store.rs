use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aws_sdk_dynamodb::Client;
use powertools_core::Environment;

use super::{
    DynamoDbStoreBuilder, attributes::Attributes, client::Source, item::DataFormat, names::Names,
    table::Table,
};
use crate::{PersistenceStore, StoreError};

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
/// only the two credential providers that Lambda needs. The SDK's own default links AWS-LC instead, which gathers entropy before the
/// first handshake of a cold start, and `aws-config` makes the binary larger. [`new`](Self::new) takes any client,
/// such as one with other credentials. [`ring_http_client`](crate::ring_http_client) is the same client for the
/// other services that the function calls.
///
/// The client from the environment does not retry, because the operation does. It gives up a connection that is not made
/// within a second, and an answer after three; an operation sets shorter limits for each request, by the time that its
/// invocation has. Await [`warm_up`](Self::warm_up) before the runtime starts if a handshake takes longer than that.
///
/// # A table of another account
///
/// The table may be an ARN, such as `arn:aws:dynamodb:eu-west-1:123456789012:table/idempotency`. The table needs a
/// resource-based policy that allows the function's role the same actions as the role's own policy. The client from the
/// environment calls the region of the ARN; a given client has to be of that region, or each call is an error.
/// [`complete_with`](crate::Attempt::complete_with) needs all tables in one account and region.
#[derive(Clone)]
pub struct DynamoDbStore(pub(super) Arc<Inner>, pub(super) DataFormat);

pub(super) struct Inner {
    pub(super) table: Table,
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
    /// | variable | meaning |
    /// |---|---|
    /// | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | credentials |
    /// | `AWS_CONTAINER_CREDENTIALS_FULL_URI` or `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` or `AWS_CONTAINER_AUTHORIZATION_TOKEN` | if there are no keys: the endpoint that gives credentials, as with SnapStart; they are renewed before they expire |
    /// | `AWS_REGION` or `AWS_DEFAULT_REGION` | the region, unless the table is an ARN |
    /// | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` | `true` or `false` |
    /// | `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` | another endpoint, unless `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true` |
    ///
    /// Profiles, web identities and the SDK's other sources are not read; give [`new`](Self::new) a client that has them.
    /// If something is missing or malformed, each call returns an error that says so.
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
        let table = Table::new(table);
        Self(Arc::new(Inner { table, attributes, names, source }), DataFormat::Text)
    }

    /// Returns the table as requests name it.
    pub(super) fn table(&self) -> &str {
        self.0.table.as_str()
    }

    /// Returns the client, which is built at first.
    pub(super) fn client(&self) -> Result<&Client, StoreError> {
        self.0.source.client(&self.0.table)
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
                dynamodb_table = self.table(),
                "the connection could not be warmed up"
            );
        }
    }
}

impl fmt::Debug for DynamoDbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamoDbStore")
            .field("table", &self.table())
            .field("attributes", &self.0.attributes)
            .finish_non_exhaustive()
    }
}
