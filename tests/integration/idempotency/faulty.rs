//! A store that goes wrong when it is told to.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use powertools_idempotency::{
    Claim, ClaimOutcome, Lease, MemoryStore, PersistenceStore, Record, StoreError, WriteOutcome,
};

/// What is asked of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Claim,
    Complete,
    Release,
    Extend,
    Read,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// It does what it is asked for, and the answer does not arrive.
    AnswerLost,
    Throttled,
    Forbidden,
    /// A result is larger than what it keeps.
    TooLarge,
    Slow(Duration),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct FaultyStore {
    pub(crate) inner: MemoryStore,
    /// What goes wrong next, and how often.
    faults: Arc<Mutex<Vec<(Ask, Fault, usize)>>>,
    asked: Arc<Mutex<Vec<Ask>>>,
}

impl FaultyStore {
    /// Lets an ask go wrong so many times.
    pub(crate) fn failing(self, ask: Ask, fault: Fault, times: usize) -> Self {
        self.faults.lock().unwrap().push((ask, fault, times));
        self
    }

    /// Returns how often it was asked for this.
    pub(crate) fn asked(&self, ask: Ask) -> usize {
        self.asked.lock().unwrap().iter().filter(|it| **it == ask).count()
    }

    pub(crate) fn was_asked(&self) -> bool {
        !self.asked.lock().unwrap().is_empty()
    }

    /// Returns the one record there is.
    pub(crate) fn only(&self) -> Record {
        let keys = self.inner.keys();
        assert_eq!(keys.len(), 1, "{keys:?}");
        self.inner.get(&keys[0]).unwrap()
    }

    fn next_fault(&self, ask: Ask) -> Option<Fault> {
        self.asked.lock().unwrap().push(ask);
        let mut faults = self.faults.lock().unwrap();
        let (_, fault, times) = faults.iter_mut().find(|it| it.0 == ask && it.2 > 0)?;
        *times -= 1;
        Some(*fault)
    }

    async fn asked_for<R>(
        &self,
        ask: Ask,
        answer: impl Future<Output = Result<R, StoreError>>,
    ) -> Result<R, StoreError> {
        let unavailable = |what: &str| StoreError::Unavailable { what: what.into(), source: None };
        match self.next_fault(ask) {
            None => answer.await,
            Some(Fault::AnswerLost) => {
                answer.await?;
                Err(unavailable("the connection broke"))
            }
            Some(Fault::Throttled) => Err(unavailable("too many requests")),
            Some(Fault::Forbidden) => {
                Err(StoreError::Refused { what: "a permission is missing".into(), source: None })
            }
            Some(Fault::TooLarge) => Err(StoreError::TooLarge { bytes: 400_001 }),
            Some(Fault::Slow(pause)) => {
                tokio::time::sleep(pause).await;
                answer.await
            }
        }
    }
}

impl PersistenceStore for FaultyStore {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        self.asked_for(Ask::Claim, async { self.inner.claim(key, now_ms, claim).await }).await
    }

    async fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let complete = async { self.inner.complete(key, now_ms, lease, data, expires_at).await };
        self.asked_for(Ask::Complete, complete).await
    }

    async fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        self.asked_for(Ask::Release, async { self.inner.release(key, now_ms, lease).await }).await
    }

    async fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let extend = async { self.inner.extend(key, now_ms, lease, until, expires_at).await };
        self.asked_for(Ask::Extend, extend).await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.asked_for(Ask::Read, async { self.inner.read(key).await }).await
    }
}
