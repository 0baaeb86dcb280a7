use std::{
    fmt,
    future::ready,
    marker::PhantomData,
    mem,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{HttpFuture, RequestBody, ResponseBody, operation::Operation};
use crate::PersistenceStore;

/// The service of an [`HttpLayer`](super::HttpLayer).
pub struct HttpService<Inner, S, M> {
    inner: Inner,
    operation: Operation<S>,
    body: PhantomData<fn() -> M>,
}

impl<Inner, S, M> HttpService<Inner, S, M> {
    pub(super) fn new(inner: Inner, operation: Operation<S>) -> Self {
        Self { inner, operation, body: PhantomData }
    }
}

impl<Inner, S, M, B, R> Service<Request<B>> for HttpService<Inner, S, M>
where
    Inner: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    Inner::Error: Send + 'static,
    Inner::Future: Send,
    B: RequestBody<M> + Send + 'static,
    M: 'static,
    R: Body + Send + Unpin + 'static,
    R::Data: Send,
    R::Error: Send,
    S: PersistenceStore,
{
    type Response = Response<ResponseBody<R>>;
    type Error = Inner::Error;
    type Future = HttpFuture<Inner::Future, R, Inner::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that is ready has to be the one that is called.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        match self.operation.key(&request) {
            Ok(None) => HttpFuture::pass_through(inner.call(request)),
            Ok(Some(key)) => {
                let operation = self.operation.clone();
                let invocation = operation.invocation(&request);
                let response = operation.process(inner, request, key);
                match invocation {
                    Some(invocation) => HttpFuture::idempotent(invocation.scope(response)),
                    None => HttpFuture::idempotent(response),
                }
            }
            Err(refusal) => HttpFuture::idempotent(ready(Ok(self.operation.refuse(refusal)))),
        }
    }
}

impl<Inner: Clone, S, M> Clone for HttpService<Inner, S, M> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.operation.clone())
    }
}

impl<Inner, S, M> fmt::Debug for HttpService<Inner, S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").field("operation", &self.operation).finish_non_exhaustive()
    }
}
