//! Requests at the same time, of which one may win.

use super::{
    Violations,
    script::{Moments, owner, random_key},
    together::together,
};
use crate::{Claim, ClaimOutcome, Lease, PersistenceStore, StoreError, WriteOutcome};

const ROUNDS: usize = 20;
const RUNNERS: usize = 16;

/// Checks that of several requests one wins, and that the others see who did.
pub(super) async fn check<S: PersistenceStore>(store: &S, found: &mut Violations) {
    for round in 0..ROUNDS {
        note(found, "claims at the same time", claims(store, round % 2 == 1).await);
        note(found, "complete and release at the same time", one_end(store).await);
        note(found, "complete and a claim after the lease", one_owner(store).await);
    }
}

type Checked = Result<Option<String>, StoreError>;

fn note(found: &mut Violations, what: &str, checked: Checked) {
    match checked {
        Ok(None) => (),
        Ok(Some(problem)) => found.add(format!("{what}: {problem}")),
        Err(error) => found.add(format!("{what}: {error}")),
    }
}

/// Many claim what is free, or what a dead attempt has left.
async fn claims<S: PersistenceStore>(store: &S, is_taken_over: bool) -> Checked {
    let (key, at) = (random_key(), Moments::now());
    let mut now_ms = at.start;
    if is_taken_over {
        store.claim(&key, now_ms, claim(at, "dead")).await?;
        now_ms = at.until + 1;
    }
    let runners: Vec<_> = (0..RUNNERS).map(|runner| claim_of(now_ms, runner)).collect();
    let asked = runners.iter().map(|claim| store.claim(&key, now_ms, claim.clone()));
    let mut winner = None;
    let mut held = Vec::new();
    for (claim, answer) in runners.iter().zip(together(asked).await) {
        match answer? {
            ClaimOutcome::Granted if winner.is_none() => winner = Some(&claim.lease),
            ClaimOutcome::Granted => return Ok(Some("two claims were granted".to_owned())),
            ClaimOutcome::Held(record) => held.push(record.lease),
        }
    }
    if winner.is_none() {
        return Ok(Some("no claim was granted".to_owned()));
    }
    let is_seen = held.iter().all(|lease| lease.as_ref() == winner);
    Ok((!is_seen)
        .then(|| "a refused claim returned another lease than that of the winner".to_owned()))
}

/// A lease ends once: as completed, or as released.
async fn one_end<S: PersistenceStore>(store: &S) -> Checked {
    let (key, at) = (random_key(), Moments::now());
    let claim = claim(at, "a");
    let lease = claim.lease.clone();
    store.claim(&key, at.start, claim).await?;
    let runs = (0..RUNNERS).map(|runner| {
        let (key, lease) = (&key, &lease);
        async move {
            if runner % 2 == 0 {
                store.complete(key, at.start, lease, Some("1"), at.expires).await
            } else {
                store.release(key, at.start, lease).await
            }
        }
    });
    let mut done = 0;
    for answer in together(runs).await {
        done += usize::from(answer? == WriteOutcome::Applied);
    }
    Ok((done != 1).then(|| format!("{done} of them were done, and not one")))
}

/// Whoever comes late completes, or another takes over, and never both.
async fn one_owner<S: PersistenceStore>(store: &S) -> Checked {
    let (key, at) = (random_key(), Moments::now());
    let first = claim(at, "a");
    store.claim(&key, at.start, first.clone()).await?;
    let now_ms = at.until + 1;
    let runs = [false, true].map(|is_late| {
        let (key, first) = (&key, &first);
        async move {
            if is_late {
                let completed = store.complete(key, now_ms, &first.lease, Some("1"), at.expires);
                return Ok(completed.await? == WriteOutcome::Applied);
            }
            Ok(store.claim(key, now_ms, claim_of(now_ms, 1)).await? == ClaimOutcome::Granted)
        }
    });
    let answers: Result<Vec<bool>, StoreError> = together(runs).await.into_iter().collect();
    let won = answers?.into_iter().filter(|won| *won).count();
    Ok((won != 1).then(|| format!("{won} of both succeeded, and not one")))
}

fn claim(at: Moments, name: &str) -> Claim {
    let lease = Lease { until: at.until, owner: Some(owner(name)) };
    Claim { lease, expires_at: at.expires, validation: None }
}

/// Leases end in the same millisecond, so that owners alone tell them apart.
fn claim_of(now_ms: u64, runner: usize) -> Claim {
    let lease = Lease { until: now_ms + 60_000, owner: Some(owner(&runner.to_string())) };
    Claim { lease, expires_at: now_ms / 1000 + 3600, validation: None }
}
