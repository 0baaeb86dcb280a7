//! Results of every shape.

use super::{
    Violations,
    script::{Moments, owner, random_key},
};
use crate::{
    Claim, ClaimOutcome, Lease, PersistenceStore, Record, Status, StoreError, WriteOutcome,
};

/// Checks that what is recorded is read again as it was, from a read and from a refused claim.
pub(super) async fn check<S: PersistenceStore>(store: &S, found: &mut Violations) {
    for (name, data) in shapes() {
        match round_trip(store, data.as_deref()).await {
            Ok(None) => (),
            Ok(Some(problem)) => found.add(format!("data, {name}: {problem}")),
            Err(error) => found.add(format!("data, {name}: {error}")),
        }
    }
}

fn shapes() -> [(&'static str, Option<String>); 8] {
    let some = |text: &str| Some(text.to_owned());
    [
        ("none", None),
        ("empty", some("")),
        ("an empty string", some("\"\"")),
        ("null", some("null")),
        ("an empty object", some("{}")),
        ("beyond ASCII", some("\"é ß 漢字 😀 \u{7f} \u{2028} \\u0000 \\ud83d\\ude00\"")),
        ("white space around it", some(" \t\n {\"a\": 1e-05} \r\n")),
        ("300 kB", Some(format!("\"{}\"", "0123456789".repeat(30_000)))),
    ]
}

/// Says what differs.
async fn round_trip<S: PersistenceStore>(
    store: &S,
    data: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let (key, at) = (random_key(), Moments::now());
    let lease = Lease { until: at.until, owner: Some(owner("a")) };
    let validation = Some("0123456789abcdef".repeat(4));
    let claim = Claim { lease: lease.clone(), expires_at: at.expires, validation };
    store.claim(&key, at.start, claim.clone()).await?;
    let completed = store.complete(&key, at.start, &lease, data, at.expires).await?;
    if completed == WriteOutcome::LeaseLost {
        return Ok(Some("the holder of the lease could not complete".to_owned()));
    }
    let record = Record {
        status: Status::Completed,
        expires_at: at.expires,
        lease: Some(lease),
        data: data.map(str::to_owned),
        validation: claim.validation.clone(),
    };
    if store.read(&key).await?.as_ref() != Some(&record) {
        return Ok(Some("`read` returned another record than was recorded".to_owned()));
    }
    let again = store.claim(&key, at.start, claim).await?;
    let is_same = again == ClaimOutcome::Held(record);
    Ok((!is_same).then(|| "a refused claim returned another record than was recorded".to_owned()))
}
