use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderName, Method, StatusCode, request::Parts};

use super::record::is_replayed_header;

/// What the draft calls it.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The marker of replayed responses. The draft has none; this is Stripe's, which clients know.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The longest key, as at Stripe. It is hashed, so the store does not set a limit.
const MAX_KEY_LENGTH: usize = 255;

/// The largest request that Lambda takes.
const MAX_REQUEST_BODY: usize = 6 * 1024 * 1024;

/// What fits into an item of DynamoDB, which has 400 kB, beside headers and attributes.
const MAX_RESPONSE_BODY: usize = 384 * 1024;

/// When it makes sense to ask for a response again that another attempt is working on.
const RETRY_AFTER: Duration = Duration::from_secs(1);

type FindText = dyn Fn(&Parts) -> Option<String> + Send + Sync;
type Fingerprint = dyn Fn(&Parts, &[u8]) -> Vec<u8> + Send + Sync;
type TestKey = dyn Fn(&str) -> bool + Send + Sync;
type TestStatus = dyn Fn(StatusCode) -> bool + Send + Sync;
type TestHeader = dyn Fn(&HeaderName) -> bool + Send + Sync;

/// What an [`HttpLayer`](super::HttpLayer) was configured with.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) header: HeaderName,
    pub(super) is_required: bool,
    pub(super) methods: Vec<Method>,
    pub(super) max_key_length: usize,
    pub(super) key_format: Option<Arc<TestKey>>,
    pub(super) tenant: Option<Arc<FindText>>,
    pub(super) route: Option<Arc<FindText>>,
    pub(super) fingerprint: Option<Arc<Fingerprint>>,
    pub(super) max_request_body: usize,
    pub(super) max_response_body: usize,
    pub(super) is_recorded: Arc<TestStatus>,
    pub(super) is_replayed_header: Arc<TestHeader>,
    pub(super) replay_marker: Option<HeaderName>,
    pub(super) retry_after: Duration,
    pub(super) documentation: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            header: IDEMPOTENCY_KEY,
            is_required: false,
            methods: vec![Method::POST, Method::PATCH],
            max_key_length: MAX_KEY_LENGTH,
            key_format: None,
            tenant: None,
            route: None,
            fingerprint: None,
            max_request_body: MAX_REQUEST_BODY,
            max_response_body: MAX_RESPONSE_BODY,
            is_recorded: Arc::new(is_recorded_status),
            is_replayed_header: Arc::new(is_replayed_header),
            replay_marker: Some(IDEMPOTENT_REPLAYED),
            retry_after: RETRY_AFTER,
            documentation: None,
        }
    }
}

/// Tells whether a response is recorded by default, by its status.
///
/// Responses that decide the request are: 2xx, 3xx and most of 4xx. Those that say that it can't be decided now release
/// the key instead, so that a retry runs again:
///
/// | status | because |
/// |---|---|
/// | 1xx, 5xx | the server has failed |
/// | 401, 403, 407 | a retry may come with other credentials, or permissions |
/// | 408, 425, 429 | a retry may come at a better time |
/// | 409, 423 | the resource may have changed by then, and clients retry 409, because the layer responds with it while a request is being processed |
/// | 421 | the request was meant for another server |
pub fn is_recorded_status(status: StatusCode) -> bool {
    match status {
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::CONFLICT
        | StatusCode::MISDIRECTED_REQUEST
        | StatusCode::LOCKED
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => false,
        status => (200..500).contains(&status.as_u16()),
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("header", &self.header)
            .field("is_required", &self.is_required)
            .field("methods", &self.methods)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_that_decide_the_request_are_recorded() {
        let recorded =
            (100..600).filter(|code| is_recorded_status(StatusCode::from_u16(*code).unwrap()));
        let released: Vec<_> =
            (200..500).filter(|code| !recorded.clone().any(|it| it == *code)).collect();
        assert_eq!(released, [401, 403, 407, 408, 409, 421, 423, 425, 429]);
        assert!(recorded.clone().all(|code| (200..500).contains(&code)));
    }
}
