//! TLS before a server that has none, with certificates as a service of AWS shows them: a leaf, one in between,
//! and a root among all that the system trusts.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    KeyUsagePurpose,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer},
};

use crate::Failure;

/// Where Linux keeps what it trusts, by distribution.
const TRUSTED: [&str; 2] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/// What stands before the server.
pub(crate) struct Front {
    pub(crate) url: String,
    /// The root certificate in a file.
    pub(crate) root: PathBuf,
    /// The root certificate behind all that the system trusts.
    pub(crate) bundle: PathBuf,
}

impl Front {
    /// Opens it before the server at `url`, and writes certificates into the folder `files`.
    pub(crate) fn open(runtime: &Runtime, url: &str, files: &Path) -> Result<Self, Failure> {
        let (server, root) = certified()?;
        let acceptor = TlsAcceptor::from(Arc::new(server));
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let port = listener.local_addr()?.port();
        let behind = url.trim_start_matches("http://").to_owned();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(acceptor.clone(), stream, behind.clone()));
            }
        });
        fs::create_dir_all(files)?;
        let front = Self {
            url: format!("https://localhost:{port}"),
            root: files.join("root.pem"),
            bundle: files.join("bundle.pem"),
        };
        let trusted = TRUSTED.iter().find_map(|path| fs::read_to_string(path).ok());
        let trusted = trusted.ok_or("no certificates that this system trusts")?;
        fs::write(&front.bundle, [trusted.as_str(), &root].concat())?;
        fs::write(&front.root, root)?;
        Ok(front)
    }
}

/// Passes on what comes by a connection until either side ends it.
async fn pass(acceptor: TlsAcceptor, stream: TcpStream, behind: String) {
    // A function that is killed ends its connection in the middle.
    let _ = stream.set_nodelay(true);
    let Ok(mut client) = acceptor.accept(stream).await else { return };
    let Ok(mut server) = TcpStream::connect(behind).await else { return };
    let _ = server.set_nodelay(true);
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// Returns a server's side, and the root certificate that its client has to trust.
fn certified() -> Result<(ServerConfig, String), Failure> {
    let root = CertifiedIssuer::self_signed(issuer("root"), KeyPair::generate()?)?;
    let between = CertifiedIssuer::signed_by(issuer("between"), KeyPair::generate()?, &root)?;
    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &between)?;
    let chain = vec![leaf.der().clone(), between.der().clone()];
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key.into())?;
    Ok((server, root.pem()))
}

fn issuer(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}
