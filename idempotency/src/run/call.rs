use std::{fmt, future::Future, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    Attempt,
    acquire::{Acquired, acquire, cached},
    execute::execute,
    replay::replay,
};
use crate::{
    Event, FromProblem, Idempotency, IdempotencyError, KeyFrom, OnMissingKey, OnMissingPart,
    Outcome, PayloadError, PersistenceStore, idempotency::Settings, key::Payload,
};

/// A call of an operation, whose key and payload are settled before anything runs.
#[must_use = "a call runs nothing until `run` or `try_run` is called"]
pub struct Call<'a, S> {
    idempotency: &'a Idempotency<S>,
    payload: Result<Payload<'a>, serde_json::Error>,
    /// The key, where it is given and not looked for in the payload.
    key: Option<Result<Payload<'a>, serde_json::Error>>,
    /// The digest of what is validated, where it is given and not taken from the payload.
    fingerprint: Option<String>,
}

/// What identifies a call.
pub(super) struct Identity {
    pub(super) key: Arc<str>,
    pub(super) validation: Option<String>,
}

impl<S: PersistenceStore> Idempotency<S> {
    /// Runs `work` once for `key`, and gives its result to every other call with that key until it expires.
    ///
    /// The key and the payload are anything that has a JSON form; the payload counts where a part of it is
    /// [validated](crate::IdempotencyBuilder::validate).
    ///
    /// ```
    /// use powertools_idempotency::{Idempotency, MemoryStore};
    ///
    /// # type Error = Box<dyn std::error::Error + Send + Sync>;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let environment = powertools_idempotency::Environment::empty();
    /// let orders = Idempotency::builder("place_order", MemoryStore::new()).build();
    /// for delivery in 1..=2 {
    ///     let placed = orders
    ///         .run("o-17", &(), async || Ok::<_, Error>("a receipt".to_owned()))
    ///         .await?;
    ///     assert_eq!(placed.is_replayed(), delivery == 2);
    ///     assert_eq!(placed.into_inner(), "a receipt");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A result is replayed from its JSON. Values that JSON does not tell apart, such as `None` and
    /// `Some(None)`, do not replay equal.
    ///
    /// An error of `work` releases the key, and so does a panic, which is resumed; a future that is dropped
    /// leaves the key to its lease, because nobody knows how far it came.
    ///
    /// # Errors
    ///
    /// The error of `work`, unchanged. Every other failure is an [`IdempotencyProblem`](crate::IdempotencyProblem)
    /// converted to that type, which can be `lambda_runtime::Error`, `anyhow::Error` or an enum that has a variant
    /// for it; for other error types, and to branch on the failure, use [`try_run`](Self::try_run).
    pub async fn run<K, P, T, E, F, Fut>(
        &self,
        key: &K,
        payload: &P,
        work: F,
    ) -> Result<Outcome<T>, E>
    where
        K: Serialize + ?Sized,
        P: Serialize + ?Sized,
        T: Serialize + DeserializeOwned,
        E: FromProblem,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        self.keyed(key, payload).run(work).await
    }

    /// Runs `work` as [`run`](Self::run) does, for any error type, and reports every failure as it is.
    ///
    /// # Errors
    ///
    /// [`IdempotencyError`], whose variants say what each failure means for a retry.
    pub async fn try_run<K, P, T, E, F, Fut>(
        &self,
        key: &K,
        payload: &P,
        work: F,
    ) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        K: Serialize + ?Sized,
        P: Serialize + ?Sized,
        T: Serialize + DeserializeOwned,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        self.keyed(key, payload).try_run(work).await
    }

    /// Begins a call with this payload, in which the key is looked for.
    ///
    /// A payload that was read from JSON has lost the digits that its types don't hold: `serde_json::Value` has
    /// integers of 64 bits and doubles. Where that matters, use [`call_json`](Self::call_json).
    pub fn call<P: Serialize + ?Sized>(&self, payload: &P) -> Call<'_, S> {
        Call { idempotency: self, payload: Payload::of(payload), key: None, fingerprint: None }
    }

    /// Begins a call with a payload that is JSON text, in which the key is looked for.
    ///
    /// Numbers of any size and precision are told apart, as [`CanonicalForm`](crate::CanonicalForm) says.
    ///
    /// ```
    /// use powertools_idempotency::{Idempotency, KeyFrom, MemoryStore};
    /// use serde_json::value::RawValue;
    ///
    /// # type Error = Box<dyn std::error::Error + Send + Sync>;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let environment = powertools_idempotency::Environment::of([("", ""); 0]);
    /// let orders = Idempotency::builder("place_order", MemoryStore::new())
    ///     .key_from(KeyFrom::Pointer("/id".into()))
    ///     .build();
    /// for body in [r#"{"id": 36893488147419103233}"#, r#"{"id": 36893488147419103234}"#] {
    ///     let body: &RawValue = serde_json::from_str(body)?;
    ///     let placed = orders.call_json(body).run(async || Ok::<_, Error>(())).await?;
    ///     assert!(!placed.is_replayed());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn call_json<'a>(&'a self, payload: &'a RawValue) -> Call<'a, S> {
        Call {
            idempotency: self,
            payload: Ok(Payload::text(payload)),
            key: None,
            fingerprint: None,
        }
    }

    /// Begins a call with the payload of an event; `text` is what it was read from, if that is known.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn call_of_event<'a, P: Serialize + ?Sized>(
        &'a self,
        payload: &P,
        text: Option<&'a str>,
    ) -> Call<'a, S> {
        Call {
            idempotency: self,
            payload: Payload::of_event(payload, text),
            key: None,
            fingerprint: None,
        }
    }

    /// Begins a call with this key, for which the payload counts only where a part of it is validated.
    pub(super) fn keyed<K, P>(&self, key: &K, payload: &P) -> Call<'_, S>
    where
        K: Serialize + ?Sized,
        P: Serialize + ?Sized,
    {
        let validates = self.settings().validate.is_some();
        // Else nobody looks at it.
        let payload = if validates { Payload::of(payload) } else { Ok(Payload::unused()) };
        Call { idempotency: self, payload, key: None, fingerprint: None }.key(key)
    }
}

impl<'a, S: PersistenceStore> Call<'a, S> {
    /// Gives the key instead of looking for it in the payload.
    pub fn key<K: Serialize + ?Sized>(mut self, key: &K) -> Self {
        self.key = Some(Payload::of(key));
        self
    }

    /// Gives the digest of what is validated instead of taking it from the payload.
    #[cfg(feature = "idempotency-http")]
    pub(crate) fn fingerprint(mut self, digest: String) -> Self {
        self.fingerprint = Some(digest);
        self
    }

    /// Runs `work` as [`Idempotency::run`] does.
    ///
    /// # Errors
    ///
    /// As [`Idempotency::run`].
    pub async fn run<T, E, F, Fut>(self, work: F) -> Result<Outcome<T>, E>
    where
        T: Serialize + DeserializeOwned,
        E: FromProblem,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        self.try_run(work).await.map_err(IdempotencyError::flatten)
    }

    /// Runs `work` as [`Idempotency::run`] does, and gives it the attempt, whose lease it may extend.
    ///
    /// # Errors
    ///
    /// As [`Idempotency::run`].
    pub async fn run_with<T, E, F, Fut>(self, work: F) -> Result<Outcome<T>, E>
    where
        T: Serialize + DeserializeOwned,
        E: FromProblem,
        F: FnOnce(Attempt<S>) -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        self.try_run_with(work).await.map_err(IdempotencyError::flatten)
    }

    /// Runs `work` as [`Idempotency::try_run`] does.
    ///
    /// # Errors
    ///
    /// As [`Idempotency::try_run`].
    pub async fn try_run<T, E, F, Fut>(self, work: F) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        self.try_run_with(|_| work()).await
    }

    /// Runs `work` as [`Idempotency::try_run`] does, and gives it the attempt, whose lease it may extend.
    ///
    /// # Errors
    ///
    /// As [`Idempotency::try_run`].
    pub async fn try_run_with<T, E, F, Fut>(
        self,
        work: F,
    ) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(Attempt<S>) -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let settings = self.idempotency.settings();
        let outcome = self.run_to_outcome(work).await;
        settings.emit_failure(&outcome);
        outcome
    }

    async fn run_to_outcome<T, E, F, Fut>(
        self,
        work: F,
    ) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(Attempt<S>) -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let (idempotency, settings) = (self.idempotency, self.idempotency.settings());
        let Some(identity) = self.settle()? else {
            let result = work(Attempt::free(idempotency.clone())).await;
            return result.map(Outcome::Fresh).map_err(IdempotencyError::Failed);
        };
        if let Some(record) = cached(settings, &identity)? {
            return replay(settings, &identity, record, Event::ReplayedFromCache);
        }
        match acquire(idempotency, &identity, settings.heartbeat).await? {
            Acquired::Attempt(attempt) => execute(attempt, work).await,
            Acquired::Result(record) => replay(settings, &identity, record, Event::Replayed),
        }
    }

    pub(super) fn idempotency(&self) -> &'a Idempotency<S> {
        self.idempotency
    }

    /// Settles key and validation, once: what happens to the payload afterwards does not matter. There are none
    /// where the operation just runs.
    pub(super) fn settle<T, E>(self) -> Result<Option<Identity>, IdempotencyError<T, E>> {
        let settings = self.idempotency.settings();
        if settings.disabled {
            return Ok(None);
        }
        let given = self.key.is_some();
        let identity = self
            .identity()
            .map_err(|source| IdempotencyError::Payload { call: settings.call_id(None), source })?;
        match identity {
            Some(identity) => Ok(Some(identity)),
            None => missing(settings, given),
        }
    }

    /// Returns the key and the validation; `None` if there is no key.
    fn identity(self) -> Result<Option<Identity>, PayloadError> {
        let (settings, payload) = (self.idempotency.settings(), self.payload?);
        let key = self.key.transpose()?;
        let found = match &key {
            Some(key) => key.as_key(),
            None => payload.find(&settings.key_from, settings.form)?,
        };
        let (text, shape) = settings.form.write(&found.json)?;
        // A key with a part missing would be shared by all calls that lack that part.
        let lacks_parts = found.is_composite && shape.has_nulls() && !settings.is_shared();
        if !found.is_there || lacks_parts || shape.is_missing() {
            return Ok(None);
        }
        let key = settings.key_of(&text).into();
        let validation = match self.fingerprint {
            Some(fingerprint) => Some(fingerprint),
            None => validation_of(settings, &payload)?,
        };
        Ok(Some(Identity { key, validation }))
    }
}

fn missing<T, E>(
    settings: &Settings,
    given: bool,
) -> Result<Option<Identity>, IdempotencyError<T, E>> {
    match settings.on_missing_key {
        OnMissingKey::Refuse => {
            let (call, looked_for) = (settings.call_id(None), looked_for(settings, given));
            Err(IdempotencyError::NoKey { call, looked_for })
        }
        OnMissingKey::RunEachTime => {
            tracing::warn!(
                idempotency_operation = settings.name,
                "no idempotency key; running without"
            );
            Ok(None)
        }
    }
}

/// Says what had no key; `given` is whether the call itself should have given it.
fn looked_for(settings: &Settings, given: bool) -> String {
    match &settings.key_from {
        _ if given => "the key that the call gives".to_owned(),
        whole_or_own @ (KeyFrom::Whole | KeyFrom::Function(_) | KeyFrom::JsonFunction(_)) => {
            whole_or_own.to_string()
        }
        place => format!("{place} of the payload"),
    }
}

/// Returns the digest of what is validated.
fn validation_of(
    settings: &Settings,
    payload: &Payload<'_>,
) -> Result<Option<String>, PayloadError> {
    let Some(part) = &settings.validate else {
        return Ok(None);
    };
    let found = payload.find(part, settings.form)?;
    let (text, shape) = settings.form.write(&found.json)?;
    let is_complete = found.is_there && !(found.is_composite && shape.has_nulls());
    if !is_complete && settings.on_missing_part == OnMissingPart::Refuse {
        return Err(PayloadError::MissingPart(part.to_string()));
    }
    Ok(Some(settings.digest_of(&text)))
}

impl<S> fmt::Debug for Call<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", self.idempotency).finish_non_exhaustive()
    }
}
