use std::time::Duration;

use crate::{
    Claim, ClaimOutcome, Lease, MemoryStore, PersistenceStore, Record, StoreError, WriteOutcome,
};

/// A store that answers later, and from another task, as one behind a network does.
pub(super) struct Remote(pub(super) MemoryStore);

impl Remote {
    async fn answer<R: Send + 'static>(
        &self,
        answer: impl Future<Output = R> + Send + 'static,
    ) -> R {
        let served = tokio::spawn(async {
            tokio::time::sleep(Duration::from_millis(2)).await;
            answer.await
        });
        served.await.unwrap()
    }
}

impl PersistenceStore for Remote {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        let (store, key) = (self.0.clone(), key.to_owned());
        self.answer(async move { store.claim(&key, now_ms, claim).await }).await
    }

    async fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let (store, key, lease) = (self.0.clone(), key.to_owned(), lease.clone());
        let data = data.map(str::to_owned);
        let complete =
            async move { store.complete(&key, now_ms, &lease, data.as_deref(), expires_at).await };
        self.answer(complete).await
    }

    async fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        let (store, key, lease) = (self.0.clone(), key.to_owned(), lease.clone());
        self.answer(async move { store.release(&key, now_ms, &lease).await }).await
    }

    async fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let (store, key, lease) = (self.0.clone(), key.to_owned(), lease.clone());
        self.answer(async move { store.extend(&key, now_ms, &lease, until, expires_at).await })
            .await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let (store, key) = (self.0.clone(), key.to_owned());
        self.answer(async move { store.read(&key).await }).await
    }
}
