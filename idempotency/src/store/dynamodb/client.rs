//! A client from what Lambda's environment has.

use std::{sync::OnceLock, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    config::{
        BehaviorVersion, Builder, Region, SharedHttpClient, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use powertools_core::Environment;

use super::{credentials::credentials, table::Table};
use crate::StoreError;

/// How long a connection may take to be made, in Amazon's own network.
pub(super) const CONNECT: Duration = Duration::from_secs(1);

/// How long one call may take; DynamoDB answers in milliseconds, and a lost answer is asked for again.
pub(super) const CALL: Duration = Duration::from_secs(3);

/// Changes the configuration of the client that is built.
pub(super) type Configure = dyn Fn(Builder) -> Builder + Send + Sync;

/// Where the client comes from.
pub(super) enum Source {
    Given(Client),
    Environment {
        environment: Environment,
        configure: Option<Box<Configure>>,
        client: OnceLock<Client>,
    },
}

impl Source {
    /// Returns the client of a store in `table`, and builds it at first.
    pub(super) fn client(&self, table: &Table) -> Result<&Client, StoreError> {
        let client = match self {
            Self::Given(client) => client,
            Self::Environment { environment, configure, client } => match client.get() {
                Some(client) => client,
                None => {
                    let built = built(environment, configure.as_deref(), table)?;
                    client.get_or_init(|| built)
                }
            },
        };
        table.check_region(client)?;
        Ok(client)
    }
}

fn built(
    environment: &Environment,
    configure: Option<&Configure>,
    table: &Table,
) -> Result<Client, StoreError> {
    let endpoint = endpoint(environment)?;
    let region = match table.region()? {
        Some(region) => Region::new(region.to_owned()),
        None => region(environment)?,
    };
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(credentials(environment)?)
        .region(region)
        .use_fips(switch(environment, "AWS_USE_FIPS_ENDPOINT")?)
        .use_dual_stack(switch(environment, "AWS_USE_DUALSTACK_ENDPOINT")?)
        .http_client(http_client(endpoint.as_deref()))
        // The operation asks again, for as long as it has time.
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts());
    config.set_endpoint_url(endpoint);
    let config = match configure {
        Some(configure) => configure(config),
        None => config,
    };
    Ok(Client::from_conf(config.build()))
}

fn endpoint(environment: &Environment) -> Result<Option<String>, StoreError> {
    if switch(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")? {
        return Ok(None);
    }
    let names = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];
    Ok(names.iter().find_map(|name| environment.text(name)))
}

/// Reads a switch as AWS's SDKs do; a compliance setting with a typo must not count as off.
fn switch(environment: &Environment, name: &str) -> Result<bool, StoreError> {
    match environment.text(name) {
        None => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
        Some(value) => {
            let what = format!("{name} is {value:?}, and should be true or false; correct it");
            Err(StoreError::Refused { what, source: None })
        }
    }
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(CALL).build()
}

fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    if endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")) {
        return aws_smithy_http_client::Builder::new().build_http();
    }
    ring_http_client()
}

/// Makes the HTTP client of a store from the environment: rustls with *ring* as its only TLS library.
///
/// The SDK's own default client brings AWS-LC, which is larger, takes longer to build, and gathers entropy before
/// the first handshake of a cold start. One TLS library is enough for a function, so give this client to your
/// other clients of the SDK too, and leave out their default features:
///
/// ```toml
/// aws-config = { version = "1", default-features = false, features = ["rt-tokio"] }
/// aws-sdk-s3 = { version = "1", default-features = false, features = ["rt-tokio"] }
/// ```
///
/// Clients that share it share its connections:
///
/// ```
/// use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
/// use powertools_idempotency::ring_http_client;
///
/// let http_client = ring_http_client();
/// let config = aws_sdk_dynamodb::Config::builder()
///     .behavior_version(BehaviorVersion::latest())
///     .region(Region::new("eu-west-1"))
///     .http_client(http_client.clone())
///     .build();
/// let orders = aws_sdk_dynamodb::Client::from_conf(config);
/// # let _ = orders;
/// ```
///
/// With `aws_config` it is `aws_config::defaults(…).http_client(ring_http_client())`. Certificates are those of
/// the system.
pub fn ring_http_client() -> SharedHttpClient {
    let provider = Provider::Rustls(CryptoMode::Ring);
    aws_smithy_http_client::Builder::new().tls_provider(provider).build_https()
}

fn region(environment: &Environment) -> Result<Region, StoreError> {
    let names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let region = names.iter().find_map(|name| environment.text(name));
    region.map(Region::new).ok_or_else(|| {
        let what = "AWS_REGION is not set, as it is on Lambda; set it, or give DynamoDbStore::new a client that \
                    finds its configuration elsewhere";
        StoreError::Refused { what: what.to_owned(), source: None }
    })
}
