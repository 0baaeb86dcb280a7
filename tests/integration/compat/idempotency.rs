//! Keys and stored results as Powertools for Python makes them.

pub(super) mod values;

use powertools_idempotency::{
    CanonicalForm, Digest, Environment, Idempotency, IdempotencyBuilder, IdempotencyError, KeyFrom,
    MemoryStore, Status,
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What becomes of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It has this key, and as a result it is stored as this text, if it would replay.
    Key { key: String, data: Option<String> },
    /// It has none.
    NoKey,
    /// The key can't be taken from it.
    Failure,
}

/// A payload and what Powertools for Python made of it.
#[derive(Debug, Deserialize)]
pub(super) struct Vector {
    pub(super) payload: String,
    pub(super) expression: Option<String>,
    #[serde(default)]
    pub(super) fails: bool,
    pub(super) key: Option<String>,
    /// What the key is the digest of.
    pub(super) text: Option<String>,
}

impl Vector {
    pub(super) fn all() -> Vec<Self> {
        let file = include_str!("../../compat/idempotency-vectors.json");
        serde_json::from_str(file).unwrap()
    }
}

/// Runs an operation with this payload, which returns it, and tells what was stored.
pub(super) async fn ours(payload: &str, expression: Option<&str>) -> Answer {
    answer(payload, expression, |it| it.python_compatible("p")).await
}

/// Does the same as [`ours`] for an operation that is configured so.
pub(super) async fn answer(
    payload: &str,
    expression: Option<&str>,
    configure: impl FnOnce(IdempotencyBuilder<MemoryStore>) -> IdempotencyBuilder<MemoryStore>,
) -> Answer {
    let payload: Box<RawValue> = serde_json::from_str(payload).unwrap();
    let builder =
        Idempotency::builder("place", MemoryStore::new()).environment(Environment::empty());
    let builder = configure(builder);
    let place = match expression {
        Some(expression) => builder.key_from(KeyFrom::jmespath(expression).unwrap()).build(),
        None => builder.build(),
    };
    let result = payload.clone();
    let outcome = place.call(&payload).try_run(async || Ok::<_, std::io::Error>(result)).await;
    match outcome {
        Ok(_) => {}
        Err(IdempotencyError::NoKey { .. }) => return Answer::NoKey,
        Err(IdempotencyError::Payload { .. }) => return Answer::Failure,
        Err(error) => panic!("{payload}: {error}"),
    }
    let [key] = &place.store().keys()[..] else { panic!("one record, of {payload}") };
    let record = place.store().get(key).unwrap();
    assert_eq!(record.status, Status::Completed);
    Answer::Key { key: key.clone(), data: record.data }
}

/// Returns payloads and the keys that Powertools for TypeScript made of them.
pub(super) fn typescript_vectors() -> Vec<Vector> {
    let file = include_str!("../../compat/typescript/idempotency-vectors.json");
    serde_json::from_str(file).unwrap()
}

/// Returns the key of a payload that Powertools for TypeScript shares.
pub(super) async fn typescript_key(payload: &str, expression: Option<&str>) -> Option<String> {
    match answer(payload, expression, |it| it.typescript_compatible("p")).await {
        Answer::Key { key, .. } => Some(key),
        Answer::NoKey => None,
        Answer::Failure => panic!("{payload} has no key"),
    }
}

#[tokio::test]
async fn keys_equal_recorded_keys_of_typescript() {
    for vector in typescript_vectors() {
        let key = typescript_key(&vector.payload, vector.expression.as_deref()).await;
        assert_eq!(key, vector.key, "{vector:?}");
    }
}

#[tokio::test]
async fn keys_equal_recorded_keys_of_python() {
    let vectors = Vector::all();
    assert!(vectors.iter().any(|vector| vector.expression.is_some()));
    for vector in &vectors {
        let found = match ours(&vector.payload, vector.expression.as_deref()).await {
            Answer::Key { key, .. } => (false, Some(key)),
            Answer::NoKey => (false, None),
            Answer::Failure => (true, None),
        };
        assert_eq!(found, (vector.fails, vector.key.clone()), "{vector:?}");
    }
}

#[test]
fn keys_are_digests_of_json_as_python_writes_it() {
    for vector in Vector::all() {
        let (Some(text), Some(key)) = (&vector.text, &vector.key) else { continue };
        assert_eq!(format!("p#{}", Digest::Md5.of(text)), *key);
        if vector.expression.is_none() {
            assert_eq!(CanonicalForm::Python.of(&vector.payload).unwrap(), *text);
        }
    }
}
