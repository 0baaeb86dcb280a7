use std::{fmt, sync::Arc};

use http::{Request, Response};
use http_body::Body;
use powertools_core::Invocation;
use tower_service::Service;

use super::{
    RequestBody, ResponseBody,
    captured::CapturedResponse,
    identity::Identity,
    invocation::Invocations,
    key_header::{InvalidKey, key_of},
    refusal::Refusal,
    settings::Settings,
};
use crate::{Idempotency, IdempotencyError, Outcome, PersistenceStore};

/// What a request is processed with.
pub(super) struct Operation<S> {
    pub(super) idempotency: Idempotency<S>,
    pub(super) settings: Arc<Settings>,
    pub(super) invocations: Invocations,
}

/// What releases the key.
enum Released<B, E> {
    /// A response whose status is not recorded.
    Response(Response<B>),
    /// An error of the inner service.
    Error(E),
}

/// What came of a request.
type Processed<B, E> =
    Result<Outcome<CapturedResponse<B>>, IdempotencyError<CapturedResponse<B>, Released<B, E>>>;

impl<S: PersistenceStore> Operation<S> {
    /// Returns the key of a request; `None` for one that just passes.
    pub(super) fn key<B>(&self, request: &Request<B>) -> Result<Option<String>, Refusal> {
        let settings = &self.settings;
        let is_disabled = self.idempotency.settings().disabled;
        if is_disabled || !settings.methods.contains(request.method()) {
            return Ok(None);
        }
        let key = key_of(request.headers(), &settings.header, settings.max_key_length);
        match key.map_err(Refusal::InvalidKey)? {
            None if settings.is_required => Err(Refusal::MissingKey),
            None => Ok(None),
            Some(key) => match &settings.key_format {
                Some(is_valid) if !is_valid(&key) => {
                    Err(Refusal::InvalidKey(InvalidKey::UnknownFormat))
                }
                _ => Ok(Some(key)),
            },
        }
    }

    /// Returns the invocation that has to be opened for a request, if there is one.
    pub(super) fn invocation<B>(&self, request: &Request<B>) -> Option<Invocation> {
        let now = self.idempotency.settings().clock.now();
        self.invocations.open(request.extensions(), now)
    }

    /// Has the inner service process a request with this key, or replays its response.
    pub(super) async fn process<Inner, B, M, R>(
        self,
        mut inner: Inner,
        request: Request<B>,
        key: String,
    ) -> Result<Response<ResponseBody<R>>, Inner::Error>
    where
        Inner: Service<Request<B>, Response = Response<R>>,
        B: RequestBody<M>,
        R: Body + Unpin,
    {
        let settings = &*self.settings;
        let (parts, body) = request.into_parts();
        let body = match body.read(settings.max_request_body).await {
            Ok(body) => body,
            Err(error) => return Ok(self.refuse(Refusal::Body(error))),
        };
        let Identity { key, fingerprint } =
            match Identity::new(settings, &parts, key, body.as_ref()) {
                Ok(identity) => identity,
                Err(refusal) => return Ok(self.refuse(refusal)),
            };
        let mut request = Request::from_parts(parts, B::restore(body));
        let call = self.idempotency.call(&()).key(&key).fingerprint(fingerprint);
        let processed = call.try_run_with(|attempt| async move {
            // The handler may extend its lease, or need its token.
            request.extensions_mut().insert(attempt);
            let response = inner.call(request).await.map_err(Released::Error)?;
            if !(settings.is_recorded)(response.status()) {
                return Err(Released::Response(response));
            }
            Ok(CapturedResponse::capture(response, settings).await)
        });
        self.respond(processed.await)
    }

    fn respond<R: Body, E>(
        &self,
        processed: Processed<R, E>,
    ) -> Result<Response<ResponseBody<R>>, E> {
        let error = match processed {
            Ok(Outcome::Fresh(response)) => return Ok(response.into_response()),
            Ok(Outcome::Replayed(response, _)) => return Ok(response.into_replay(&self.settings)),
            Err(error) => error,
        };
        match error.into_problem() {
            Ok(problem) => Ok(self.refuse(Refusal::Problem(problem))),
            Err(Released::Response(response)) => Ok(response.map(ResponseBody::pass_through)),
            Err(Released::Error(error)) => Err(error),
        }
    }

    pub(super) fn refuse<R: Body>(&self, refusal: Refusal) -> Response<ResponseBody<R>> {
        refusal.log(&self.idempotency.settings().name);
        refusal.into_response(&self.settings, self.idempotency.settings().clock.now())
    }
}

impl<S> Clone for Operation<S> {
    fn clone(&self) -> Self {
        let (settings, invocations) = (self.settings.clone(), self.invocations.clone());
        Self { idempotency: self.idempotency.clone(), settings, invocations }
    }
}

impl<S> fmt::Debug for Operation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (idempotency, settings) = (&self.idempotency, &self.settings);
        f.debug_struct("Operation")
            .field("idempotency", idempotency)
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}
