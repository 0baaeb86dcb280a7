use futures_util::future::BoxFuture;
use lambda_runtime::{Error, Runtime};
use powertools_core::lambda::Posted;
use tower_layer::Layer;

use crate::{
    Function, HandlerService, Powertools,
    handler::{Deserialized, OfDeserialize},
    start,
};

/// Runs a handler with all utilities, configured by the environment; see the [crate documentation](crate).
///
/// If the handler needs a client or another value, use [`with_state`](crate::with_state). To create such values before
/// the first invocation, use [`start`](crate::start()).
///
/// # Errors
///
/// Returns the same errors as [`Powertools::run`].
// Boxed, because the compiler repeats an error about a handler for each type that contains the handler.
#[must_use = "a future does nothing unless it is awaited"]
pub fn run<F: Function<M>, M>(handler: F) -> BoxFuture<'static, Result<(), Error>> {
    let service = handler.into_service();
    Box::pin(async { Powertools::builder().build().init().serve::<F, M>(service).await })
}

/// The type of a handler inside all layers except the runtime.
pub(crate) type Stack<F, M> = HandlerService<
    Deserialized<
        <F as Function<M>>::Service,
        <F as Function<M>>::Event,
        <F as Function<M>>::Body,
        <F as Function<M>>::Stream,
    >,
    OfDeserialize<<F as Function<M>>::Kind>,
    Posted,
>;

impl Powertools {
    /// Installs the logger and the tracer, and runs a handler: one invocation at a time, or with the feature
    /// `managed-instances` as many at once as Lambda Managed Instances ask for.
    ///
    /// ```no_run
    /// use powertools::{Error, LambdaEvent, Powertools};
    ///
    /// async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
    ///     Ok(())
    /// }
    ///
    /// # async fn main_() -> Result<(), Error> {
    /// Powertools::builder().service("checkout").build().run(handler).await
    /// # }
    /// ```
    ///
    /// To create a client or a store before the first invocation, use [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// Returns an error if the process is not a Lambda function, that is, if a variable that Lambda sets is missing, or
    /// if the Runtime API can't be reached.
    #[must_use = "a future does nothing unless it is awaited"]
    pub fn run<F: Function<M>, M>(self, handler: F) -> BoxFuture<'static, Result<(), Error>> {
        let service = handler.into_service();
        Box::pin(async { self.init().serve::<F, M>(service).await })
    }

    pub(crate) async fn serve<F: Function<M>, M>(self, service: F::Service) -> Result<(), Error> {
        start::check_environment()?;
        let runtime = Runtime::new(self.stack::<F, M>(service)).layer(self.runtime_layer());
        #[cfg(feature = "managed-instances")]
        let running = runtime.run_concurrent();
        #[cfg(not(feature = "managed-instances"))]
        let running = runtime.run();
        // Boxed, because the compiler limits how deeply types nest, and this future contains many.
        Box::pin(running).await
    }

    pub(crate) fn stack<F: Function<M>, M>(&self, service: F::Service) -> Stack<F, M> {
        let parsed = Deserialized::new(service, self.clone());
        self.handler_layer().layer(parsed)
    }
}
