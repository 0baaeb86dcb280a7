//! Credentials from what Lambda's environment has: keys, or an endpoint that gives keys that are renewed.

use std::{fmt, net::IpAddr, time::SystemTime};

use aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
};
use aws_sdk_dynamodb::{
    config::{Credentials, http::HttpRequest},
    primitives::{DateTime, DateTimeFormat},
};
use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use http::Uri;
use powertools_core::Environment;
use serde::Deserialize;

use super::client::{CALL, CONNECT};
use crate::StoreError;

/// What a relative URI is relative to, and further hosts that may be asked without TLS.
///
/// Source: "Container credential provider" in the reference guide of AWS's SDKs and tools.
const RELATIVE_HOST: &str = "http://169.254.170.2";
const PLAIN_HOSTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

/// Returns where the credentials come from.
///
/// # Errors
///
/// The environment has none, or an endpoint that may not be asked.
pub(super) fn credentials(
    environment: &Environment,
) -> Result<SharedCredentialsProvider, StoreError> {
    let text = |name| environment.text(name);
    if let (Some(id), Some(secret)) = (text("AWS_ACCESS_KEY_ID"), text("AWS_SECRET_ACCESS_KEY")) {
        let token = text("AWS_SESSION_TOKEN");
        let keys = Credentials::new(id, secret, token, None, "Lambda's environment");
        return Ok(SharedCredentialsProvider::new(keys));
    }
    let relative = text("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let uri = relative.map(|path| format!("{RELATIVE_HOST}{path}"));
    match uri.or_else(|| text("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
        Some(uri) => {
            let endpoint = Endpoint::new(&uri, environment.clone())
                .map_err(|what| StoreError::Refused { what, source: None })?;
            Ok(SharedCredentialsProvider::new(endpoint))
        }
        None => Err(missing(environment)),
    }
}

fn missing(environment: &Environment) -> StoreError {
    let unread = ["AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"];
    let unread = unread.iter().find(|name| environment.text(name).is_some());
    let unread = unread.map_or(String::new(), |name| format!("{name} is not read here; "));
    let what = format!(
        "there are no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, as they are on \
         Lambda, nor AWS_CONTAINER_CREDENTIALS_FULL_URI, as it is with SnapStart; {unread}set them, or give \
         DynamoDbStore::new a client that finds its credentials elsewhere"
    );
    StoreError::Refused { what, source: None }
}

/// An endpoint of the execution environment that gives credentials, with SnapStart for one.
///
/// The SDK keeps them until shortly before they expire, and asks again then.
struct Endpoint {
    uri: String,
    connector: Connector,
    /// Has the token, which may be another at each request.
    environment: Environment,
}

impl Endpoint {
    fn new(uri: &str, environment: Environment) -> Result<Self, String> {
        let connector = match scheme(uri)? {
            Scheme::Plain => Connector::builder().connector_settings(settings()).build_http(),
            Scheme::Tls => Connector::builder()
                .connector_settings(settings())
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build(),
        };
        Ok(Self { uri: uri.to_owned(), connector, environment })
    }

    async fn load(&self) -> Result<Credentials, CredentialsError> {
        let answer = self.connector.call(self.request()?).await;
        let answer = answer.map_err(CredentialsError::provider_error)?;
        let status = answer.status();
        if !status.is_success() {
            let what = format!("{} answered with status {}", self.uri, status.as_u16());
            return Err(match status.as_u16() {
                429 | 500.. => CredentialsError::provider_error(what),
                _ => CredentialsError::invalid_configuration(what),
            });
        }
        let body = ByteStream::new(answer.into_body()).collect().await;
        let body = body.map_err(CredentialsError::provider_error)?.to_vec();
        Answer::read(&body).ok_or_else(|| {
            // What serde says could quote a secret.
            let what =
                "its answer is not JSON with AccessKeyId, SecretAccessKey, Token and Expiration";
            CredentialsError::unhandled(format!("{}: {what}", self.uri))
        })
    }

    fn request(&self) -> Result<HttpRequest, CredentialsError> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(self.uri.as_str()).map_err(CredentialsError::invalid_configuration)?;
        request.headers_mut().insert("accept", "application/json");
        if let Some(token) = self.token()? {
            request.headers_mut().try_insert("authorization", token).map_err(|_| {
                CredentialsError::invalid_configuration(
                    "the authorization token is not a header's value",
                )
            })?;
        }
        Ok(request)
    }

    fn token(&self) -> Result<Option<String>, CredentialsError> {
        match self.environment.text("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            None => Ok(self.environment.text("AWS_CONTAINER_AUTHORIZATION_TOKEN")),
            Some(file) => match std::fs::read_to_string(&file) {
                Ok(token) => Ok(Some(token.trim().to_owned())),
                Err(error) => {
                    let what =
                        format!("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is {file:?}: {error}");
                    Err(CredentialsError::invalid_configuration(what))
                }
            },
        }
    }
}

impl ProvideCredentials for Endpoint {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("uri", &self.uri).finish_non_exhaustive()
    }
}

fn settings() -> HttpConnectorSettings {
    HttpConnectorSettings::builder().connect_timeout(CONNECT).read_timeout(CALL).build()
}

enum Scheme {
    Plain,
    Tls,
}

/// Returns how to ask the endpoint: without TLS only if it is on this machine, because the answer is a secret.
fn scheme(uri: &str) -> Result<Scheme, String> {
    let parsed: Option<Uri> = uri.parse().ok();
    let parts = parsed.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.host()?)));
    match parts {
        Some(("https", _)) => Ok(Scheme::Tls),
        Some(("http", host)) if is_local(host.trim_matches(['[', ']'])) => Ok(Scheme::Plain),
        _ => Err(format!(
            "the container credentials endpoint {uri:?} may not be asked: it should be https, or http on this \
             machine; correct AWS_CONTAINER_CREDENTIALS_FULL_URI"
        )),
    }
}

fn is_local(host: &str) -> bool {
    let is_loopback =
        |host: &str| host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    host == "localhost" || PLAIN_HOSTS.contains(&host) || is_loopback(host)
}

/// The endpoint's answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: Option<String>,
}

impl Answer {
    fn read(body: &[u8]) -> Option<Credentials> {
        let Self { access_key_id, secret_access_key, token, expiration } =
            serde_json::from_slice(body).ok()?;
        let expiration = match expiration {
            Some(text) => {
                let time = DateTime::from_str(&text, DateTimeFormat::DateTimeWithOffset).ok()?;
                Some(SystemTime::try_from(time).ok()?)
            }
            None => None,
        };
        let name = "container endpoint";
        Some(Credentials::new(access_key_id, secret_access_key, token, expiration, name))
    }
}

#[cfg(test)]
mod tests;
