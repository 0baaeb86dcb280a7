//! Connections by TLS.

use std::{env, fs, path::PathBuf};

use powertools_idempotency::{
    PersistenceStore, RedisStore, StoreError,
    conformance::{self, Violations},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use redis::{Client, TlsCertificates};

use super::Server;

/// The files of a certificate authority, and of a server that it vouches for.
struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        let files = Self(env::temp_dir().join(format!("powertools-tls-{:x}", fastrand::u64(..))));
        fs::create_dir(&files.0).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = authority.self_signed(&key).unwrap();
        fs::write(files.0.join("ca.pem"), certificate.pem()).unwrap();
        let issuer = Issuer::new(authority, key);
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let server = server.signed_by(&key, &issuer).unwrap();
        fs::write(files.0.join("server.pem"), server.pem()).unwrap();
        fs::write(files.0.join("server.key"), key.serialize_pem()).unwrap();
        files
    }

    async fn server(&self) -> Server {
        let path = |name| self.0.join(name).display().to_string();
        let (ca, certificate, key) = (path("ca.pem"), path("server.pem"), path("server.key"));
        Server::with(&[
            "--tls-port {port} --tls-auth-clients no",
            &format!("--tls-ca-cert-file {ca} --tls-cert-file {certificate} --tls-key-file {key}"),
        ])
        .await
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn redis_store_conforms_over_tls() -> Result<(), Violations> {
    let files = Files::new();
    let server = files.server().await;
    let root_cert = Some(fs::read(files.0.join("ca.pem")).unwrap());
    let certificates = TlsCertificates { client_tls: None, root_cert };
    let url = format!("rediss://localhost:{}", server.port);
    let client = Client::build_with_tls(url, certificates).unwrap();
    conformance::check(&RedisStore::from_client(client)).await
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn certificates_of_unknown_authorities_are_refused() {
    let files = Files::new();
    let server = files.server().await;
    let store = RedisStore::from_url(format!("rediss://localhost:{}", server.port));
    let error = store.read("k").await.unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("the TLS handshake failed"), "{error}");
}

#[tokio::test]
#[ignore = "needs a Redis server: run `cargo xtask test`"]
async fn scheme_that_does_not_match_the_server_is_named() {
    let files = Files::new();
    let (encrypted, plain) = (files.server().await, Server::start().await);
    let store = RedisStore::from_url(format!("rediss://localhost:{}", plain.port));
    for store in [encrypted.store(), store] {
        let error = store.read("k").await.unwrap_err();
        assert!(error.is_transient(), "{error:?}");
        assert!(
            error.to_string().contains("begin with redis:// or with rediss:// (TLS)"),
            "{error}"
        );
    }
}
