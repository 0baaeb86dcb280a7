//! Plays requests to a store and to the protocol, and compares.

use std::{
    fmt,
    future::Future,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{Violations, states};
use crate::{
    Claim, ClaimOutcome, Owner, PersistenceStore, Record, StoreError, WriteOutcome,
    protocol::{Decision, Request, decide},
};

/// The times of a script: real ones, so that what is left behind expires.
#[derive(Clone, Copy)]
pub(super) struct Moments {
    /// When it begins, in milliseconds since 1970.
    pub(super) start: u64,
    /// When the lease ends, in milliseconds since 1970.
    pub(super) until: u64,
    /// When the record expires, in seconds since 1970.
    pub(super) expires: u64,
}

impl Moments {
    pub(super) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let start = u64::try_from(since.as_millis()).unwrap_or_default();
        Self { start, until: start + 60_000, expires: start / 1000 + 3600 }
    }

    /// The last millisecond at which the record is there.
    pub(super) fn last_of_expiry(&self) -> u64 {
        self.expires * 1000 + 999
    }
}

/// A request, and when it is made.
#[derive(Clone)]
pub(super) struct Step {
    now_ms: u64,
    request: Request,
}

impl Step {
    pub(super) fn at(now_ms: u64, request: Request) -> Self {
        Self { now_ms, request }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {} ms", self.request, self.now_ms)
    }
}

/// The answer of a store to any request.
#[derive(Debug, PartialEq)]
enum Answer {
    Done,
    /// A claim was refused because of this record.
    Held(Record),
    Lost,
}

/// Returns a key that nobody else uses.
pub(super) fn random_key() -> String {
    format!("conformance#{}", Owner::random())
}

pub(super) fn owner(name: &str) -> Owner {
    Owner::from_text(name)
}

/// Plays each request in each state.
pub(super) async fn play_all<S: PersistenceStore>(
    store: &S,
    states: &[states::State],
    found: &mut Violations,
) {
    for state in states {
        let at = Moments::now();
        for step in states::requests(&at) {
            let mut script = (state.steps)(&at);
            script.push(step);
            if let Err(problem) = play(store, &random_key(), None, script).await {
                found.add(format!("{}: {problem}", state.name));
            }
        }
    }
}

/// Plays each request on a record that `put` has written.
pub(super) async fn play_on<S, F, Fut>(
    store: &S,
    put: &F,
    name: &str,
    record: &fn(&Moments) -> Record,
    found: &mut Violations,
) where
    S: PersistenceStore,
    F: Fn(String, Record) -> Fut,
    Fut: Future<Output = Result<(), StoreError>>,
{
    let at = Moments::now();
    for step in states::requests(&at) {
        let (key, record) = (random_key(), record(&at));
        let played = match put(key.clone(), record.clone()).await {
            Ok(()) => play(store, &key, Some(record), vec![step]).await,
            Err(error) => Err(format!("it could not be put: {error}")),
        };
        if let Err(problem) = played {
            found.add(format!("{name}: {problem}"));
        }
    }
}

/// Plays a script to the store and to the protocol, and says where they part.
async fn play<S: PersistenceStore>(
    store: &S,
    key: &str,
    mut expected: Option<Record>,
    script: Vec<Step>,
) -> Result<(), String> {
    for Step { now_ms, request } in script {
        let step = Step::at(now_ms, request.clone());
        let is_claim = matches!(request, Request::Claim { .. });
        let wanted = match decide(expected.as_ref(), now_ms, request.clone()) {
            Decision::Write(record) => {
                expected = Some(record);
                Answer::Done
            }
            Decision::Delete => {
                expected = None;
                Answer::Done
            }
            Decision::Refuse if is_claim => expected.clone().map_or(Answer::Done, Answer::Held),
            Decision::Refuse => Answer::Lost,
        };
        let got = ask(store, key, now_ms, request).await;
        let got = got.map_err(|error| format!("{step} fails: {error}"))?;
        if got != wanted {
            return Err(format!("{step} should be answered {wanted:?}, not {got:?}"));
        }
        let read = store.read(key).await.map_err(|error| format!("read fails: {error}"))?;
        if read != expected {
            return Err(format!("after {step}, the record should be {expected:?}, not {read:?}"));
        }
    }
    Ok(())
}

async fn ask<S: PersistenceStore>(
    store: &S,
    key: &str,
    now_ms: u64,
    request: Request,
) -> Result<Answer, StoreError> {
    let changed = match request {
        Request::Claim { lease, expires_at, validation } => {
            let claim = Claim { lease, expires_at, validation };
            return Ok(match store.claim(key, now_ms, claim).await? {
                ClaimOutcome::Granted => Answer::Done,
                ClaimOutcome::Held(record) => Answer::Held(record),
            });
        }
        Request::Complete { lease, data, expires_at } => {
            store.complete(key, now_ms, &lease, data.as_deref(), expires_at).await?
        }
        Request::Release { lease } => store.release(key, now_ms, &lease).await?,
        Request::Extend { lease, until, expires_at } => {
            store.extend(key, now_ms, &lease, until, expires_at).await?
        }
    };
    Ok(if changed == WriteOutcome::Applied { Answer::Done } else { Answer::Lost })
}
