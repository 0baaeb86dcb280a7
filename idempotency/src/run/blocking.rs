//! Calls of operations in synchronous code.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Attempt, Call,
    acquire::{Acquired, acquire, cached},
    current,
    execute::conclude,
    replay::replay,
    waiting::waiting,
};
use crate::{
    Event, FromProblem, Idempotency, IdempotencyError, Outcome, PersistenceStore, StoreError,
    WriteOutcome,
};

impl<S: PersistenceStore> Idempotency<S> {
    /// Runs synchronous `work` once for `key`, as [`run`](Self::run) does, and blocks the thread while the store
    /// is asked.
    ///
    /// ```
    /// use powertools_idempotency::{Idempotency, MemoryStore};
    ///
    /// # type Error = Box<dyn std::error::Error + Send + Sync>;
    /// # fn main() -> Result<(), Error> {
    /// # let environment = powertools_idempotency::Environment::empty();
    /// let orders = Idempotency::builder("place_order", MemoryStore::new()).build();
    /// for delivery in 1..=2 {
    ///     let placed =
    ///         orders.run_blocking("o-17", &(), || Ok::<_, Error>("a receipt".to_owned()))?;
    ///     assert_eq!(placed.is_replayed(), delivery == 2);
    ///     assert_eq!(placed.into_inner(), "a receipt");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// `work` runs on this thread and may borrow. Its errors and its panics release the key.
    ///
    /// # Where it can wait
    ///
    /// | the call is made | what happens |
    /// |---|---|
    /// | in a task of a multi-thread runtime | tokio's `block_in_place` around all of it: the other tasks of the worker move to another thread |
    /// | in `block_on` of a multi-thread runtime, `#[tokio::main]` for one; in `spawn_blocking` of any runtime | the thread sleeps |
    /// | without a runtime | it starts one of this thread, for this call; connections of the store end with it |
    /// | on the thread of a current-thread runtime, the default of `#[tokio::test]` | [`BlockingError::OneThread`](crate::BlockingError::OneThread): the connection would wait for this thread, and this thread for the connection |
    /// | in a task of a `LocalSet` | [`BlockingError::LocalTask`](crate::BlockingError::LocalTask) |
    ///
    /// Results in the [local cache](crate::IdempotencyBuilder::local_cache) need no waiting. Whether another thread
    /// drives a current-thread runtime is found out by a task of it, which has half a second to begin. Whether a
    /// task belongs to a `LocalSet` is told by tokio only in that `block_in_place` panics; the panic is
    /// caught, so that nothing is seen of it but the panic hook's line, unless panics abort. Futures that the other
    /// branches of a `join!` or `select!` in the same task hold stand still meanwhile.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), and [`IdempotencyError::CannotBlock`], with which nothing was claimed and nothing
    /// ran.
    pub fn run_blocking<K, P, T, E, F>(
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
        F: FnOnce() -> Result<T, E>,
    {
        self.keyed(key, payload).run_blocking(work)
    }

    /// Runs synchronous `work` as [`run_blocking`](Self::run_blocking) does, for any error type, and reports every
    /// failure as it is.
    ///
    /// # Errors
    ///
    /// As [`try_run`](Self::try_run), and [`IdempotencyError::CannotBlock`].
    pub fn try_run_blocking<K, P, T, E, F>(
        &self,
        key: &K,
        payload: &P,
        work: F,
    ) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        K: Serialize + ?Sized,
        P: Serialize + ?Sized,
        T: Serialize + DeserializeOwned,
        F: FnOnce() -> Result<T, E>,
    {
        self.keyed(key, payload).try_run_blocking(work)
    }
}

impl<S: PersistenceStore> Call<'_, S> {
    /// Runs synchronous `work` as [`Idempotency::run_blocking`] does.
    ///
    /// # Errors
    ///
    /// As [`Idempotency::run_blocking`].
    pub fn run_blocking<T, E, F>(self, work: F) -> Result<Outcome<T>, E>
    where
        T: Serialize + DeserializeOwned,
        E: FromProblem,
        F: FnOnce() -> Result<T, E>,
    {
        self.try_run_blocking(work).map_err(IdempotencyError::flatten)
    }

    /// Runs synchronous `work` as [`Idempotency::run_blocking`] does, and gives it the attempt, whose lease it
    /// may [extend](Attempt::extend_blocking).
    ///
    /// # Errors
    ///
    /// As [`Idempotency::run_blocking`].
    pub fn run_blocking_with<T, E, F>(self, work: F) -> Result<Outcome<T>, E>
    where
        T: Serialize + DeserializeOwned,
        E: FromProblem,
        F: FnOnce(Attempt<S>) -> Result<T, E>,
    {
        self.try_run_blocking_with(work).map_err(IdempotencyError::flatten)
    }

    /// Runs synchronous `work` as [`Idempotency::try_run_blocking`] does.
    ///
    /// # Errors
    ///
    /// As [`Idempotency::try_run_blocking`].
    pub fn try_run_blocking<T, E, F>(self, work: F) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce() -> Result<T, E>,
    {
        self.try_run_blocking_with(|_| work())
    }

    /// Runs synchronous `work` as [`Idempotency::try_run_blocking`] does, and gives it the attempt, whose lease it
    /// may [extend](Attempt::extend_blocking).
    ///
    /// # Errors
    ///
    /// As [`Idempotency::try_run_blocking`].
    pub fn try_run_blocking_with<T, E, F>(
        self,
        work: F,
    ) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(Attempt<S>) -> Result<T, E>,
    {
        let settings = self.idempotency().settings();
        let outcome = self.run_blocking_to_outcome(work);
        settings.emit_failure(&outcome);
        outcome
    }

    fn run_blocking_to_outcome<T, E, F>(self, work: F) -> Result<Outcome<T>, IdempotencyError<T, E>>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(Attempt<S>) -> Result<T, E>,
    {
        let (idempotency, settings) = (self.idempotency(), self.idempotency().settings());
        let Some(identity) = self.settle()? else {
            let result = work(Attempt::free(idempotency.clone()));
            return result.map(Outcome::Fresh).map_err(IdempotencyError::Failed);
        };
        if let Some(record) = cached(settings, &identity)? {
            return replay(settings, &identity, record, Event::ReplayedFromCache);
        }
        let called =
            waiting(|waiting| match waiting.on(acquire(idempotency, &identity, None))? {
                Acquired::Result(record) => replay(settings, &identity, record, Event::Replayed),
                Acquired::Attempt(attempt) => {
                    let running = attempt.clone();
                    let working =
                        || current::scope_blocking(identity.key.clone(), || work(running));
                    let ran = catch_unwind(AssertUnwindSafe(working));
                    waiting.on(conclude(&attempt, ran))
                }
            });
        called.map_err(|source| {
            let call = settings.call_id(Some(&identity.key));
            IdempotencyError::CannotBlock { call, source }
        })?
    }
}

impl<S: PersistenceStore> Attempt<S> {
    /// Holds the lease for `period` from now on, as [`extend`](Self::extend) does, and blocks the thread
    /// meanwhile, where [`Idempotency::run_blocking`] could.
    ///
    /// # Errors
    ///
    /// As [`extend`](Self::extend), and [`StoreError::Refused`] with [`BlockingError`](crate::BlockingError) as its
    /// source where nothing may wait.
    pub fn extend_blocking(&self, period: Duration) -> Result<WriteOutcome, StoreError> {
        waiting(|waiting| waiting.on(self.extend(period))).unwrap_or_else(|error| {
            let what = "the lease was not extended, since its call can't wait".to_owned();
            Err(StoreError::Refused { what, source: Some(error.into()) })
        })
    }
}

#[cfg(test)]
mod tests;
