//! Clients and what they can't find.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError, future};
use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Builder, Credentials, Region, retry::RetryConfig},
};
use powertools_core::Environment;

use crate::{DynamoDbStore, PersistenceStore, StoreError};

type Load = fn() -> Result<Credentials, CredentialsError>;

/// A provider that loads so.
#[derive(Debug)]
struct Provider(Load);

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(self.0())
    }
}

/// The configuration of a client that somebody gives.
fn given() -> Builder {
    aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url("http://127.0.0.1:1")
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
}

async fn error_of(config: Builder) -> StoreError {
    let store = DynamoDbStore::new(Client::from_conf(config.build()), "t");
    store.read("k").await.unwrap_err()
}

/// A server that refuses each request, and sends its head and its body.
fn server() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") && reader.read_line(&mut request).unwrap() > 0 {}
            let head = request.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
            reader.read_exact(&mut body).unwrap();
            let body = String::from_utf8(body).unwrap();
            let refusal = br#"{"__type": "x#AccessDeniedException", "message": "no"}"#;
            let answer = format!(
                "HTTP/1.1 400 B\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                refusal.len()
            );
            stream.write_all(answer.as_bytes()).unwrap();
            stream.write_all(refusal).unwrap();
            if sender.send(format!("{head}{body}")).is_err() {
                return;
            }
        }
    });
    (url, requests)
}

fn environment(url: &str, more: &[(&str, &str)]) -> Environment {
    let keys = [
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", url),
    ];
    Environment::of(keys.into_iter().chain(more.iter().copied()))
}

#[tokio::test]
async fn given_client_without_credentials_is_refused_with_the_reason() {
    let cases: [(Load, bool, &str); 5] = [
        (
            || Err(CredentialsError::not_loaded("no providers in chain")),
            false,
            "the store refuses: GetItem on table \"t\": there are no credentials; give the function a role, or the \
             client a credentials provider that finds some: the credential provider was not enabled: no providers in \
             chain",
        ),
        (
            || Err(CredentialsError::invalid_configuration("no such profile")),
            false,
            "the store refuses: GetItem on table \"t\": there are no credentials; give the function a role, or the \
             client a credentials provider that finds some: the credentials provider was not properly configured: no \
             such profile",
        ),
        (
            || Err(CredentialsError::provider_error("STS answered 503")),
            true,
            "the store is not available: GetItem on table \"t\": the credentials could not be loaded: an error occurred \
             while loading credentials: STS answered 503",
        ),
        (
            || Err(CredentialsError::provider_timed_out(std::time::Duration::from_secs(5))),
            true,
            "the store is not available: GetItem on table \"t\": the credentials could not be loaded: credentials \
             provider timed out after 5 seconds",
        ),
        (
            || Ok(Credentials::new("id", "secret", None, None, "test")),
            true,
            "the store is not available: GetItem on table \"t\": no connection",
        ),
    ];
    for (load, is_transient, expected) in cases {
        let error = error_of(given().credentials_provider(Provider(load))).await;
        assert_eq!((error.to_string().as_str(), error.is_transient()), (expected, is_transient));
    }
}

#[tokio::test]
async fn given_client_without_a_credentials_provider_is_refused_with_the_reason() {
    let error = error_of(given()).await;
    assert_eq!(
        error.to_string(),
        "the store refuses: GetItem on table \"t\": there are no credentials; give the function a role, or the client \
         a credentials provider that finds some"
    );
}

#[tokio::test]
async fn credentials_of_an_endpoint_sign_requests_and_are_renewed_before_they_expire() {
    let (url, requests) = server();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}/credentials", listener.local_addr().unwrap());
    thread::spawn(move || {
        for id in ["FIRST", "SECOND"] {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            lines.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
            // The first expire in the past: the next request needs others.
            let body = format!(
                r#"{{"AccessKeyId": "{id}", "SecretAccessKey": "s", "Token": "t", "Expiration": "2001-01-01T00:00:00Z"}}"#
            );
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.as_str()),
        ("AWS_ENDPOINT_URL_DYNAMODB", &url),
        ("AWS_REGION", "eu-west-1"),
    ];
    let store =
        DynamoDbStore::builder("t").environment(Environment::of(variables)).build().unwrap();
    for id in ["first", "second"] {
        store.read("k").await.unwrap_err();
        let request = requests.recv().unwrap();
        assert!(request.contains(&format!("credential={id}/")), "{request}");
        assert!(request.contains("\nx-amz-security-token: t\r"), "{request}");
    }
}

#[tokio::test]
async fn switches_of_endpoints_are_honoured() {
    let host = async |switches: &[(&str, &str)]| {
        let environment = environment("http://127.0.0.1:1", switches);
        let store = DynamoDbStore::builder("t").environment(environment);
        let (sender, host) = mpsc::channel();
        let store = store.configure(move |config| config.interceptor(Hosts(sender.clone())));
        let error = store.build().unwrap().read("k").await.unwrap_err();
        host.try_recv().unwrap_or_else(|_| error.to_string())
    };
    let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    let fips = ("AWS_USE_FIPS_ENDPOINT", "TRUE");
    let dual_stack = ("AWS_USE_DUALSTACK_ENDPOINT", "true");
    assert_eq!(host(&[]).await, "127.0.0.1");
    assert_eq!(host(&[ignore]).await, "dynamodb.us-east-1.amazonaws.com");
    assert_eq!(host(&[ignore, fips]).await, "dynamodb-fips.us-east-1.amazonaws.com");
    assert_eq!(host(&[ignore, dual_stack]).await, "dynamodb.us-east-1.api.aws");
    assert_eq!(
        host(&[ignore, ("AWS_USE_FIPS_ENDPOINT", "false")]).await,
        "dynamodb.us-east-1.amazonaws.com"
    );
    let both = host(&[fips]).await;
    assert!(both.contains("the request could not be made: ") && both.contains("FIPS"), "{both}");
    assert_eq!(
        host(&[("AWS_USE_FIPS_ENDPOINT", "yes")]).await,
        "the store refuses: AWS_USE_FIPS_ENDPOINT is \"yes\", and should be true or false; correct it"
    );
}

/// Sends the host of each request, and lets none of them out.
#[derive(Debug)]
struct Hosts(mpsc::Sender<String>);

impl aws_sdk_dynamodb::config::Intercept for Hosts {
    fn name(&self) -> &'static str {
        "hosts"
    }

    fn read_before_transmit(
        &self,
        context: &aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef<'_>,
        _: &aws_sdk_dynamodb::config::RuntimeComponents,
        _: &mut aws_sdk_dynamodb::config::ConfigBag,
    ) -> Result<(), aws_sdk_dynamodb::error::BoxError> {
        let uri: http::Uri = context.request().uri().parse()?;
        let _ = self.0.send(uri.host().unwrap_or_default().to_owned());
        Err("it stays here".into())
    }
}

#[tokio::test]
async fn table_of_another_account_is_asked_by_its_arn_in_its_region() {
    const ARN: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/idempotency";
    let (url, requests) = server();
    let store = DynamoDbStore::builder(ARN).environment(environment(&url, &[])).build().unwrap();
    let error = store.read("k").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the store refuses: GetItem on table \"{ARN}\": the function's role may not do that; allow it \
             dynamodb:GetItem on this table; a table of another account needs a resource-based policy that allows it, \
             too (no)"
        )
    );
    let request = requests.recv().unwrap();
    assert!(request.contains(&format!("\"TableName\":\"{ARN}\"")), "{request}");
    assert!(request.contains("/eu-west-1/dynamodb/"), "{request}");
}

#[tokio::test]
async fn arn_of_another_region_than_that_of_a_given_client_is_refused() {
    let client = Client::from_conf(given().build());
    let store = DynamoDbStore::new(client, "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/t");
    assert_eq!(
        store.read("k").await.unwrap_err().to_string(),
        "the store refuses: the table \"arn:aws-cn:dynamodb:cn-north-1:123456789012:table/t\" is in cn-north-1, and \
         the client calls eu-west-1; give DynamoDbStore::new a client of cn-north-1"
    );
}

#[tokio::test]
async fn malformed_arn_is_refused() {
    for arn in [
        "arn:aws:dynamodb:eu-west-1:table/t",
        "arn:aws:s3:eu-west-1:123456789012:table/t",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/t/index/i",
        "arn:aws:dynamodb::123456789012:table/t",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/",
        "arn:",
    ] {
        let environment = environment("http://127.0.0.1:1", &[]);
        let store = DynamoDbStore::builder(arn).environment(environment).build().unwrap();
        let error = store.read("k").await.unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("the store refuses: {arn:?} is not the ARN")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn credentials_that_are_not_accepted_are_named_as_the_reason() {
    let answer = |code: &str| {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let body = format!(r#"{{"__type": "x#{code}", "message": "The token has expired"}}"#);
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut some = [0; 65_536];
            let _ = stream.read(&mut some).unwrap();
            let head = format!(
                "HTTP/1.1 400 B\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        });
        url
    };
    for code in
        ["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException"]
    {
        let environment = environment(&answer(code), &[]);
        let store = DynamoDbStore::builder("t").environment(environment).build().unwrap();
        let error = store.read("k").await.unwrap_err();
        assert!(!error.is_transient());
        assert_eq!(
            error.to_string(),
            format!(
                "the store refuses: GetItem on table \"t\": the credentials are not accepted ({code}: The token has \
                 expired); if the client has fixed ones, give it others, or a provider that renews them"
            )
        );
    }
}
