//! A memory store whose calls a test can delay, lose or refuse.

use std::future::Future;

use crate::{
    Claim, ClaimOutcome, Lease, MemoryStore, PersistenceStore, Record, StoreError, WriteOutcome,
};

/// What happens around the calls of an [`InterceptedStore`].
pub(crate) trait Interceptor: Send + Sync + 'static {
    /// Answers the call of this name; polling `execute` carries it out.
    fn intercept<R, F>(
        &self,
        call: &'static str,
        execute: F,
    ) -> impl Future<Output = Result<R, StoreError>> + Send
    where
        R: Send + 'static,
        F: Future<Output = Result<R, StoreError>> + Send + 'static;
}

/// A memory store behind an interceptor, which sees each call before it is carried out.
#[derive(Clone, Debug, Default)]
pub(crate) struct InterceptedStore<I> {
    pub(crate) memory: MemoryStore,
    pub(crate) interceptor: I,
}

impl<I> InterceptedStore<I> {
    pub(crate) fn with(interceptor: I) -> Self {
        Self { memory: MemoryStore::new(), interceptor }
    }
}

impl<I: Interceptor> PersistenceStore for InterceptedStore<I> {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        let (memory, key) = (self.memory.clone(), key.to_owned());
        let execute = async move { memory.claim(&key, now_ms, claim).await };
        self.interceptor.intercept("claim", execute).await
    }

    async fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let (memory, key, lease) = (self.memory.clone(), key.to_owned(), lease.clone());
        let data = data.map(str::to_owned);
        let execute =
            async move { memory.complete(&key, now_ms, &lease, data.as_deref(), expires_at).await };
        self.interceptor.intercept("complete", execute).await
    }

    async fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        let (memory, key, lease) = (self.memory.clone(), key.to_owned(), lease.clone());
        let execute = async move { memory.release(&key, now_ms, &lease).await };
        self.interceptor.intercept("release", execute).await
    }

    async fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let (memory, key, lease) = (self.memory.clone(), key.to_owned(), lease.clone());
        let execute = async move { memory.extend(&key, now_ms, &lease, until, expires_at).await };
        self.interceptor.intercept("extend", execute).await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let (memory, key) = (self.memory.clone(), key.to_owned());
        let execute = async move { memory.read(&key).await };
        self.interceptor.intercept("read", execute).await
    }
}
