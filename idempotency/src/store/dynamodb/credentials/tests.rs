use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use super::*;

const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// An endpoint that gives these answers, and then is gone; what it is asked is sent.
fn endpoint(answers: Vec<String>) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let uri = format!("http://{}/2021-04-23/credentials", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let request: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
            stream.write_all(answer.as_bytes()).unwrap();
            sender.send(request.join("\n").to_ascii_lowercase()).unwrap();
        }
    });
    (uri, requests)
}

fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn keys(id: &str, expiration: &str) -> String {
    let body = format!(
        r#"{{"AccessKeyId": "{id}", "SecretAccessKey": "hidden", "Token": "t", "Expiration": "{expiration}"}}"#
    );
    answer("200 OK", &body)
}

async fn load(variables: &[(&str, &str)]) -> Result<Credentials, CredentialsError> {
    let environment = Environment::of(variables.iter().copied());
    credentials(&environment).unwrap().provide_credentials().await
}

fn refused(variables: &[(&str, &str)]) -> String {
    let error = credentials(&Environment::of(variables.iter().copied())).unwrap_err();
    assert!(!error.is_transient());
    error.to_string()
}

#[tokio::test]
async fn container_credentials_are_loaded_with_the_token_and_expire() {
    let (uri, requests) = endpoint(vec![keys("first", "2026-11-28T22:22:22Z")]);
    let loaded = load(&[(FULL, &uri), (TOKEN, "secret token")]).await.unwrap();
    assert_eq!((loaded.access_key_id(), loaded.session_token()), ("first", Some("t")));
    let expected = DateTime::from_str("2026-11-28T22:22:22Z", DateTimeFormat::DateTime).unwrap();
    assert_eq!(loaded.expiry(), Some(SystemTime::try_from(expected).unwrap()));
    let request = requests.recv().unwrap();
    assert!(request.starts_with("get /2021-04-23/credentials http/1.1"), "{request}");
    assert!(request.contains("\nauthorization: secret token"), "{request}");
}

#[tokio::test]
async fn token_file_is_read_at_each_request() {
    let (uri, requests) =
        endpoint(vec![keys("a", "2026-11-28T22:22:22Z"), keys("b", "2026-11-28T22:22:22Z")]);
    let file = std::env::temp_dir().join(format!("powertools-token-{}", std::process::id()));
    let path = file.to_str().unwrap();
    let variables =
        [(FULL, uri.as_str()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path), (TOKEN, "no")];
    let provider = credentials(&Environment::of(variables)).unwrap();
    for token in ["first", "second"] {
        std::fs::write(&file, format!("{token}\n")).unwrap();
        provider.provide_credentials().await.unwrap();
        let request = requests.recv().unwrap();
        assert!(request.contains(&format!("\nauthorization: {token}")), "{request}");
    }
    std::fs::remove_file(&file).unwrap();
    let error = provider.provide_credentials().await.unwrap_err();
    assert!(matches!(error, CredentialsError::InvalidConfiguration(_)), "{error}");
}

#[tokio::test]
async fn endpoint_that_refuses_is_final_and_one_that_is_away_is_not() {
    let (uri, _requests) = endpoint(vec![answer("403 Forbidden", ""), answer("500 Oops", "")]);
    let variables = [(FULL, uri.as_str())];
    let refused = load(&variables).await.unwrap_err();
    assert!(matches!(refused, CredentialsError::InvalidConfiguration(_)), "{refused}");
    let failed = load(&variables).await.unwrap_err();
    assert!(matches!(failed, CredentialsError::ProviderError(_)), "{failed}");
    let away = load(&[(FULL, "http://127.0.0.1:1/")]).await.unwrap_err();
    assert!(matches!(away, CredentialsError::ProviderError(_)), "{away}");
}

#[tokio::test]
async fn answer_that_makes_no_sense_is_not_quoted() {
    let (uri, _requests) = endpoint(vec![answer("200 OK", r#"{"SecretAccessKey": "hidden"}"#)]);
    let error = load(&[(FULL, &uri)]).await.unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("not JSON with AccessKeyId") && !text.contains("hidden"), "{text}");
}

#[tokio::test]
async fn keys_come_before_an_endpoint() {
    let keys = [
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        (FULL, "http://127.0.0.1:1/"),
    ];
    assert_eq!(load(&keys).await.unwrap().access_key_id(), "id");
}

#[test]
fn endpoints_without_tls_are_on_this_machine() {
    for uri in [
        "http://127.0.0.1:9001/credentials",
        "http://localhost/credentials",
        "http://[::1]/credentials",
        "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::23]/v1/credentials",
        "https://example.com/credentials",
    ] {
        credentials(&Environment::of([(FULL, uri)])).unwrap();
    }
    credentials(&Environment::of([("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x")])).unwrap();
    for uri in
        ["http://example.com/credentials", "http://10.0.0.1/", "ftp://127.0.0.1/", "credentials"]
    {
        assert_eq!(
            refused(&[(FULL, uri)]),
            format!(
                "the store refuses: the container credentials endpoint {uri:?} may not be asked: it should be https, \
                 or http on this machine; correct AWS_CONTAINER_CREDENTIALS_FULL_URI"
            )
        );
    }
}

#[test]
fn missing_credentials_are_an_error_that_says_what_is_not_read() {
    let text = refused(&[("AWS_ACCESS_KEY_ID", "id"), ("AWS_PROFILE", "dev")]);
    assert_eq!(
        text,
        "the store refuses: there are no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, \
         as they are on Lambda, nor AWS_CONTAINER_CREDENTIALS_FULL_URI, as it is with SnapStart; AWS_PROFILE is not \
         read here; set them, or give DynamoDbStore::new a client that finds its credentials elsewhere"
    );
}
