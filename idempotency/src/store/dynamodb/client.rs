//! A client from what Lambda's environment has.

use std::{sync::OnceLock, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    config::{
        BehaviorVersion, Builder, Credentials, Region, SharedHttpClient, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use powertools_core::Environment;

use crate::StoreError;

/// How long a connection may take to be made, in Amazon's own network.
const CONNECT: Duration = Duration::from_secs(1);

/// How long one call may take; DynamoDB answers in milliseconds, and a lost answer is asked for again.
const CALL: Duration = Duration::from_secs(3);

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
    /// Returns the client, and builds it at first.
    pub(super) fn client(&self) -> Result<&Client, StoreError> {
        match self {
            Self::Given(client) => Ok(client),
            Self::Environment { environment, configure, client } => match client.get() {
                Some(client) => Ok(client),
                None => {
                    let built = built(environment, configure.as_deref())?;
                    Ok(client.get_or_init(|| built))
                }
            },
        }
    }
}

fn built(environment: &Environment, configure: Option<&Configure>) -> Result<Client, StoreError> {
    let endpoint = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];
    let endpoint = endpoint.iter().find_map(|name| environment.text(name));
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(credentials(environment)?)
        .region(region(environment)?)
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

fn credentials(environment: &Environment) -> Result<Credentials, StoreError> {
    let text = |name| environment.text(name);
    match (text("AWS_ACCESS_KEY_ID"), text("AWS_SECRET_ACCESS_KEY")) {
        (Some(id), Some(secret)) => {
            let token = text("AWS_SESSION_TOKEN");
            Ok(Credentials::new(id, secret, token, None, "Lambda's environment"))
        }
        _ => Err(missing("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are")),
    }
}

fn region(environment: &Environment) -> Result<Region, StoreError> {
    let names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let region = names.iter().find_map(|name| environment.text(name));
    region.map(Region::new).ok_or_else(|| missing("AWS_REGION is"))
}

fn missing(what: &str) -> StoreError {
    let what = format!(
        "{what} not set, as Lambda does; set them, or give DynamoDbStore::new a client that finds its \
         configuration elsewhere"
    );
    StoreError::Refused { what, source: None }
}
