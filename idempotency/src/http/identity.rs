use http::request::Parts;
use sha2::{Digest, Sha256};

use super::{refusal::Refusal, settings::Settings};
use crate::key::hex;

/// What identifies a request.
pub(super) struct Identity {
    /// The tenant, where the layer finds one, the method, the route and the client's key.
    pub(super) key: Vec<String>,
    /// The digest of what a retry has to have in common.
    pub(super) fingerprint: String,
}

impl Identity {
    pub(super) fn new(
        settings: &Settings,
        request: &Parts,
        key: String,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let mut parts = Vec::with_capacity(4);
        if let Some(tenant) = &settings.tenant {
            parts.push(tenant(request).ok_or(Refusal::UnknownTenant)?);
        }
        let route = settings.route.as_ref().and_then(|route| route(request));
        parts.push(request.method.as_str().to_owned());
        parts.push(route.unwrap_or_else(|| request.uri.path().to_owned()));
        parts.push(key);
        Ok(Self { key: parts, fingerprint: fingerprint(settings, request, body) })
    }
}

fn fingerprint(settings: &Settings, request: &Parts, body: &[u8]) -> String {
    let mut sha256 = Sha256::new();
    match &settings.fingerprint {
        Some(fingerprint) => sha256.update(fingerprint(request, body)),
        None => {
            let (method, uri) = (request.method.as_str(), &request.uri);
            for part in [method, uri.path(), uri.query().unwrap_or_default()] {
                // With its length before it, no part can be taken for another.
                sha256.update((part.len() as u64).to_be_bytes());
                sha256.update(part);
            }
            sha256.update(body);
        }
    }
    hex(&sha256.finalize())
}
