use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use http::{HeaderName, Method, StatusCode, request::Parts};
use tower_layer::Layer;

use super::{HttpService, invocation::Invocations, operation::Operation, settings::Settings};
use crate::{Idempotency, PersistenceStore};

/// Makes the responses of an HTTP service idempotent; made by [`Idempotency::http_layer`].
///
/// `M` says how bodies of requests are read, and is inferred; see [`RequestBody`](super::RequestBody).
#[must_use]
pub struct HttpLayer<S, M> {
    operation: Operation<S>,
    body: PhantomData<fn() -> M>,
}

impl<S: PersistenceStore> Idempotency<S> {
    /// Returns the tower layer that makes responses idempotent by the `Idempotency-Key` header of their requests.
    ///
    /// [`http`](crate::http) has an example and the rules. The operation's
    /// [`key_from`](crate::IdempotencyBuilder::key_from) and [`validate`](crate::IdempotencyBuilder::validate) have no
    /// effect here; everything else is as for other calls. If it
    /// [waits](crate::OnInProgress::Wait) for other attempts, a request that is sent while the first one is being
    /// processed gets its response instead of 409.
    pub fn http_layer<M>(&self) -> HttpLayer<S, M> {
        let operation = Operation {
            idempotency: self.clone(),
            settings: Arc::new(Settings::default()),
            invocations: Invocations::new(),
        };
        HttpLayer { operation, body: PhantomData }
    }
}

impl<S, M> HttpLayer<S, M> {
    /// Sets the name of the header; `Idempotency-Key` by default.
    pub fn header(self, name: HeaderName) -> Self {
        self.with(|settings| settings.header = name)
    }

    /// Sets whether requests without the header are refused with 400; by default they are processed each time.
    pub fn required(self, is_required: bool) -> Self {
        self.with(|settings| settings.is_required = is_required)
    }

    /// Sets the methods that the layer applies to, POST and PATCH by default; requests with other methods just pass.
    pub fn methods(self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.with(|settings| settings.methods = methods.into_iter().collect())
    }

    /// Sets how many characters a key may have, 255 by default; longer ones are refused with 400.
    pub fn max_key_length(self, max_characters: usize) -> Self {
        self.with(|settings| settings.max_key_length = max_characters)
    }

    /// Refuses keys with 400 for which `is_valid` is false, such as those that are not a UUID.
    ///
    /// The draft recommends a format that is documented and checked, because keys that can be guessed let one client
    /// read the responses of another, unless [`tenant`](Self::tenant) tells them apart.
    pub fn key_format(self, is_valid: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.key_format = Some(Arc::new(is_valid)))
    }

    /// Has `find` tell the tenant of a request, whose keys no other tenant shares, such as a claim that the authorizer
    /// has checked.
    ///
    /// It is a part of the key beside the [tenant of the invocation](crate::IdempotencyBuilder::tenant_in_key). A
    /// request for which `find` returns `None` is refused with 403. Return an empty string for requests that do not
    /// belong to a tenant: all of them share their keys.
    pub fn tenant(self, find: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.tenant = Some(Arc::new(find)))
    }

    /// Has `find` tell the route of a request, which becomes a part of the key; the path by default, and where it
    /// returns `None`.
    ///
    /// With the matched route, such as `/orders/{id}`, a key that is used for two orders is refused with 422; with the
    /// path it is two keys. A router inside axum's `Router::nest` sees the path without its prefix: there the matched
    /// route tells two nested routers apart that share the layer.
    pub fn route(self, find: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.route = Some(Arc::new(find)))
    }

    /// Has `find` tell what requests with one key must have in common, or be refused with 422; by default the method,
    /// the path, the query and the body, byte by byte.
    ///
    /// It is given the request and its body. Use it for clients that write the same data in another order when they
    /// retry. The result is hashed.
    pub fn fingerprint(
        self,
        find: impl Fn(&Parts, &[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.fingerprint = Some(Arc::new(find)))
    }

    /// Sets how large the body of a request with a key may be, 6 MiB by default; larger ones are refused with 413.
    pub fn max_request_body(self, max_bytes: usize) -> Self {
        self.with(|settings| settings.max_request_body = max_bytes)
    }

    /// Sets how large the body of a response may be that is recorded, 384 KiB by default, about what fits into an item
    /// of DynamoDB.
    ///
    /// A larger one is sent as it is, and the request counts as processed: if it is sent again, it is refused with 410.
    pub fn max_response_body(self, max_bytes: usize) -> Self {
        self.with(|settings| settings.max_response_body = max_bytes)
    }

    /// Has `is_recorded` tell which responses are recorded, by their status; the others release the key, so that a
    /// retry is processed again. By default it is [`is_recorded_status`](super::is_recorded_status).
    ///
    /// ```
    /// # use powertools_idempotency::{Idempotency, MemoryStore, http::{HttpLayer, InMemory, is_recorded_status}};
    /// # fn layer(orders: &Idempotency<MemoryStore>) -> HttpLayer<MemoryStore, InMemory> {
    /// // A payment may have happened where its provider has not answered.
    /// orders.http_layer().record_status(|status| is_recorded_status(status) || status == 504)
    /// # }
    /// ```
    pub fn record_status(
        self,
        is_recorded: impl Fn(StatusCode) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.is_recorded = Arc::new(is_recorded))
    }

    /// Has `is_replayed` tell which headers of a response are recorded and replayed; by default it is
    /// [`is_replayed_header`](super::is_replayed_header).
    ///
    /// Headers of the connection, such as `Connection` and `Transfer-Encoding`, and values that are marked as
    /// sensitive never are.
    pub fn replay_header(
        self,
        is_replayed: impl Fn(&HeaderName) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.is_replayed_header = Arc::new(is_replayed))
    }

    /// Sets the header that replayed responses have, with the value `true`; `None` for none.
    ///
    /// By default it is `Idempotent-Replayed`. The draft has no such header; this is Stripe's, which clients know.
    pub fn replay_marker(self, name: Option<HeaderName>) -> Self {
        self.with(|settings| settings.replay_marker = name)
    }

    /// Sets what `Retry-After` says while another attempt is running, a second by default, and never more than is left
    /// of that attempt's lease.
    pub fn retry_after(self, period: Duration) -> Self {
        self.with(|settings| settings.retry_after = period)
    }

    /// Sets the URL of your documentation, which the draft wants to be in refusals: as the `type` of the problem, and in
    /// the header `Link`.
    pub fn documentation(self, url: impl Into<String>) -> Self {
        self.with(|settings| settings.documentation = Some(url.into()))
    }

    /// Sets the cold-start flag that is taken where this layer opens the invocation.
    #[cfg(feature = "lambda-runtime")]
    pub fn cold_start(mut self, flag: powertools_core::ColdStart) -> Self {
        self.operation.invocations.cold_start = flag;
        self
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.operation.settings));
        self
    }
}

impl<Inner, S, M> Layer<Inner> for HttpLayer<S, M> {
    type Service = HttpService<Inner, S, M>;

    fn layer(&self, inner: Inner) -> Self::Service {
        HttpService::new(inner, self.operation.clone())
    }
}

impl<S, M> Clone for HttpLayer<S, M> {
    fn clone(&self) -> Self {
        Self { operation: self.operation.clone(), body: PhantomData }
    }
}

impl<S, M> fmt::Debug for HttpLayer<S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpLayer").field("operation", &self.operation).finish()
    }
}
