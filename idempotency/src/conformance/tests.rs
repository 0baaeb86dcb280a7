use std::future::{Future, ready};

use super::{Violations, check, check_foreign};
use crate::{
    Claim, ClaimOutcome, Lease, MemoryStore, PersistenceStore, Record, StoreError, WriteOutcome,
};

#[tokio::test]
async fn memory_store_passes_the_conformance_suite() -> Result<(), Violations> {
    let store = MemoryStore::new();
    check(&store).await?;
    check_foreign(&store, |key, record| {
        store.put(&key, record);
        ready(Ok(()))
    })
    .await
}

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Defect {
    OwnersDoNotCount,
    LeasesEndEarly,
    ExpiryIsNotSeen,
    ValidationIsDropped,
    LeaseIsDropped,
    EmptyDataIsNone,
    DataIsCut,
    HeldWithoutData,
    ReleasesWhatIsCompleted,
    ClaimIsTwoSteps,
    CompleteIsTwoSteps,
    ExtendForgetsExpiry,
}

/// A store that is wrong in one way.
struct Wrong(MemoryStore, Defect);

impl Wrong {
    fn is(&self, defect: Defect) -> bool {
        self.1 == defect
    }

    /// Changes the record of `key`, if there is one.
    fn edit(&self, key: &str, edit: impl FnOnce(&mut Record)) {
        if let Some(mut record) = self.0.get(key) {
            edit(&mut record);
            self.0.put(key, record);
        }
    }

    fn remove(&self, key: &str) {
        // Expired at any time.
        self.edit(key, |record| record.expires_at = 0);
    }

    /// Returns the lease that the defect takes for `lease`.
    fn taken(&self, key: &str, lease: &Lease) -> Lease {
        let held = self.0.get(key).and_then(|record| record.lease);
        let same_end = held.filter(|held| held.until == lease.until);
        same_end.filter(|_| self.is(Defect::OwnersDoNotCount)).unwrap_or_else(|| lease.clone())
    }
}

impl PersistenceStore for Wrong {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        let mut seen_ms = now_ms;
        if self.is(Defect::LeasesEndEarly) {
            seen_ms += 1;
        }
        if self.is(Defect::ExpiryIsNotSeen) {
            self.edit(key, |record| record.expires_at = u64::MAX / 1000);
        }
        if self.is(Defect::ClaimIsTwoSteps) {
            let held = self.0.get(key).filter(|record| {
                record.is_held(now_ms) || !record.is_expired(now_ms) && record.data.is_some()
            });
            tokio::task::yield_now().await;
            if held.is_none() {
                self.remove(key);
            }
        }
        Ok(match self.0.claim(key, seen_ms, claim).await? {
            ClaimOutcome::Held(record) if self.is(Defect::HeldWithoutData) => {
                ClaimOutcome::Held(Record { data: None, ..record })
            }
            claimed => claimed,
        })
    }

    async fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let lease = self.taken(key, lease);
        let data = match data {
            Some("") if self.is(Defect::EmptyDataIsNone) => None,
            Some(data) if self.is(Defect::DataIsCut) => data.get(..1000).or(Some(data)),
            data => data,
        };
        let before = self.0.get(key);
        if self.is(Defect::CompleteIsTwoSteps) {
            tokio::task::yield_now().await;
            before.inspect(|record| self.0.put(key, record.clone()));
        }
        let fenced = self.0.complete(key, now_ms, &lease, data, expires_at).await?;
        if fenced == WriteOutcome::Applied {
            self.edit(key, |record| {
                record.validation.take_if(|_| self.is(Defect::ValidationIsDropped));
                record.lease.take_if(|_| self.is(Defect::LeaseIsDropped));
            });
        }
        Ok(fenced)
    }

    async fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        let lease = self.taken(key, lease);
        let own = |record: Record| record.lease.as_ref() == Some(&lease);
        if self.is(Defect::ReleasesWhatIsCompleted) && self.0.get(key).is_some_and(own) {
            self.remove(key);
            return Ok(WriteOutcome::Applied);
        }
        self.0.release(key, now_ms, &lease).await
    }

    async fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let before = self.0.get(key).map(|record| record.expires_at);
        let forgets = before.filter(|_| self.is(Defect::ExtendForgetsExpiry));
        let expires_at = forgets.unwrap_or(expires_at);
        self.0.extend(key, now_ms, &self.taken(key, lease), until, expires_at).await
    }

    fn read(&self, key: &str) -> impl Future<Output = Result<Option<Record>, StoreError>> + Send {
        self.0.read(key)
    }
}

#[tokio::test]
async fn every_defect_of_a_store_is_reported() {
    use Defect::*;
    for defect in [
        OwnersDoNotCount,
        LeasesEndEarly,
        ExpiryIsNotSeen,
        ValidationIsDropped,
        LeaseIsDropped,
        EmptyDataIsNone,
        DataIsCut,
        HeldWithoutData,
        ReleasesWhatIsCompleted,
        ClaimIsTwoSteps,
        CompleteIsTwoSteps,
        ExtendForgetsExpiry,
    ] {
        let found = check(&Wrong(MemoryStore::new(), defect)).await;
        assert!(found.is_err(), "{defect:?} is not found");
    }
}

#[tokio::test]
async fn violation_names_the_request_and_the_expected_answer() {
    let found = check(&Wrong(MemoryStore::new(), Defect::ValidationIsDropped)).await.unwrap_err();
    let text = found.to_string();
    assert!(text.starts_with("the store breaks the protocol "), "{text}");
    assert!(text.contains("\n- completed: after Complete {"), "{text}");
    assert!(text.contains("validation: Some(\"digest\")"), "{text}");
    assert_eq!(text.lines().count(), 1 + found.texts().len());
}
