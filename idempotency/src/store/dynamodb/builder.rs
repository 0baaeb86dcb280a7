use std::{fmt, sync::OnceLock};

use aws_sdk_dynamodb::{Client, config};
use powertools_core::{Config, Environment};

use super::{
    attributes::{AttributeClash, Attributes},
    client::{Configure, Source},
    store::DynamoDbStore,
};

/// Configures a [`DynamoDbStore`]; names of attributes are those of Powertools for Python by default.
#[must_use]
pub struct DynamoDbStoreBuilder {
    table: String,
    client: Option<Client>,
    configure: Option<Box<Configure>>,
    environment: Environment,
    attributes: Attributes,
    partition: Option<String>,
}

impl DynamoDbStoreBuilder {
    pub(super) fn new(table: String) -> Self {
        Self {
            table,
            client: None,
            configure: None,
            environment: Environment::process(),
            attributes: Attributes::default(),
            partition: None,
        }
    }

    /// Takes this client instead of one from the environment.
    ///
    /// The operation asks again by itself, so that the client had better not retry:
    /// `RetryConfig::disabled()`. With retries it works as well, and takes longer to give up.
    pub fn client(mut self, client: Client) -> Self {
        self.client = Some(client);
        self
    }

    /// Changes the configuration of the client from the environment, such as to add an interceptor.
    pub fn configure(
        mut self,
        configure: impl Fn(config::Builder) -> config::Builder + Send + Sync + 'static,
    ) -> Self {
        self.configure = Some(Box::new(configure));
        self
    }

    /// Reads `environment` instead of the process's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Names the partition key; `id` by default.
    pub fn key_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.key = name.into();
        self
    }

    /// Names the sort key, and keeps keys there; the partition key is then the same for all records.
    pub fn sort_key_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.sort_key = Some(name.into());
        self
    }

    /// Sets the partition key where there is a sort key; `idempotency#{function name}` by default.
    pub fn partition_value(mut self, value: impl Into<String>) -> Self {
        self.partition = Some(value.into());
        self
    }

    /// Names the attribute of when a record expires, in seconds: the table's TTL; `expiration` by default.
    pub fn expiry_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.expiration = name.into();
        self
    }

    /// Names the attribute of when a lease ends, in milliseconds; `in_progress_expiration` by default.
    pub fn in_progress_expiry_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.in_progress_expiration = name.into();
        self
    }

    /// Names the attribute of the status; `status` by default.
    pub fn status_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.status = name.into();
        self
    }

    /// Names the attribute of the result; `data` by default.
    pub fn data_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.data = name.into();
        self
    }

    /// Names the attribute of the digest of what is validated; `validation` by default.
    pub fn validation_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.validation = name.into();
        self
    }

    /// Names the attribute of the attempt that holds the lease; `owner` by default.
    pub fn owner_attr(mut self, name: impl Into<String>) -> Self {
        self.attributes.owner = name.into();
        self
    }

    /// Finishes it.
    ///
    /// # Errors
    ///
    /// [`AttributeClash`] if two attributes have one name.
    pub fn build(mut self) -> Result<DynamoDbStore, AttributeClash> {
        self.attributes.check()?;
        self.attributes.partition = self.partition.unwrap_or_else(|| {
            let function = Config::from_environment(&self.environment).function_name;
            format!("idempotency#{function}")
        });
        let source = match self.client {
            Some(client) => Source::Given(client),
            None => Source::Environment {
                environment: self.environment,
                configure: self.configure,
                client: OnceLock::new(),
            },
        };
        Ok(DynamoDbStore::with(self.table, self.attributes, source))
    }
}

impl fmt::Debug for DynamoDbStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamoDbStoreBuilder")
            .field("table", &self.table)
            .field("attributes", &self.attributes)
            .finish_non_exhaustive()
    }
}
