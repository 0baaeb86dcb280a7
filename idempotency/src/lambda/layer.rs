use std::fmt;

use powertools_core::{ColdStart, Environment, InitializationType};
use tower_layer::Layer;

use super::HandlerService;
use crate::{Idempotency, PersistenceStore};

/// Runs a handler once a key; made by [`Idempotency::handler_layer`].
pub struct HandlerLayer<S> {
    idempotency: Idempotency<S>,
    cold_start: ColdStart,
}

impl<S: PersistenceStore> Idempotency<S> {
    /// Returns the tower layer for the handler itself, inside `lambda_runtime::Runtime::new`.
    ///
    /// The event's payload is the call's payload, as its type serialises it, and the key is found in it by
    /// [`key_from`](crate::IdempotencyBuilder::key_from). Numbers that the type has rounded get back the digits that
    /// they have in the event, if its text is kept, as `powertools::run` and `InvocationLayer::keep_event` do. Without
    /// the text, a key with a number of 2<sup>64</sup> or more is refused with
    /// [`PayloadError::InexactNumber`](crate::PayloadError::InexactNumber), because a `serde_json::Value` may have
    /// rounded an integer to it; `Box<serde_json::value::RawValue>` as the payload keeps all digits. The handler runs once a key; every other event with
    /// that key gets its response. The right to run lasts until the invocation's deadline, so that a handler
    /// that timed out or crashed holds nobody up for longer. Without a layer further out that opened the
    /// invocation, this one does.
    ///
    /// The response is recorded as it is serialised, so a stream can't be one.
    ///
    /// It belongs innermost, right around the handler, so that the layers of other utilities see replays
    /// and refusals too. An error of the handler releases the key and passes unchanged; others have
    /// [`IdempotencyError::name`](crate::IdempotencyError::name) as `errorType`.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
    /// use powertools_idempotency::{Idempotency, KeyFrom, MemoryStore};
    /// use serde_json::{Value, json};
    /// use tower_layer::Layer;
    ///
    /// async fn place_order(event: LambdaEvent<Value>) -> Result<Value, Error> {
    ///     // Charges a card, writes to a database.
    ///     Ok(json!({"placed": event.payload["order_id"]}))
    /// }
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), Error> {
    ///     // Shared by nothing but this process; several environments need a store beside them.
    ///     let orders = Idempotency::builder("place_order", MemoryStore::new())
    ///         .key_from(KeyFrom::Pointer("/order_id".into()))
    ///         .expires_after(Duration::from_secs(24 * 60 * 60))
    ///         .build();
    ///     let handler = orders.handler_layer().layer(service_fn(place_order));
    ///     Runtime::new(handler).run().await
    /// }
    /// ```
    pub fn handler_layer(&self) -> HandlerLayer<S> {
        let initialization = InitializationType::from_environment(&Environment::process());
        HandlerLayer { idempotency: self.clone(), cold_start: ColdStart::process(initialization) }
    }
}

impl<S> HandlerLayer<S> {
    /// Sets the cold-start flag that is taken where this layer opens the invocation.
    #[must_use]
    pub fn cold_start(mut self, flag: ColdStart) -> Self {
        self.cold_start = flag;
        self
    }
}

impl<S, Inner> Layer<Inner> for HandlerLayer<S> {
    type Service = HandlerService<Inner, S>;

    fn layer(&self, inner: Inner) -> Self::Service {
        HandlerService::new(inner, self.idempotency.clone(), self.cold_start.clone())
    }
}

impl<S> Clone for HandlerLayer<S> {
    fn clone(&self) -> Self {
        Self { idempotency: self.idempotency.clone(), cold_start: self.cold_start.clone() }
    }
}

impl<S> fmt::Debug for HandlerLayer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerLayer").field("idempotency", &self.idempotency).finish()
    }
}
