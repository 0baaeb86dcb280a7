use lambda_runtime::{Error, Runtime};
use tower_layer::Layer;

use crate::{
    Function, HandlerService, Powertools,
    handler::{OfParsed, Parsed},
    start,
};

#[cfg(not(feature = "tracer"))]
use crate::handler::Posted;
#[cfg(feature = "tracer")]
use crate::tracer::lambda::Posted;

/// Runs a handler with all utilities, configured by the environment; see the [crate's root](crate).
///
/// # Errors
///
/// As [`Powertools::run`].
pub async fn run<F: Function<M>, M>(handler: F) -> Result<(), Error> {
    Powertools::builder().build().run(handler).await
}

/// Everything around a handler but the runtime.
pub(crate) type Stack<F, M> = HandlerService<
    Parsed<
        <F as Function<M>>::Service,
        <F as Function<M>>::Event,
        <F as Function<M>>::Body,
        <F as Function<M>>::Stream,
    >,
    OfParsed<<F as Function<M>>::Kind>,
    Posted,
>;

impl Powertools {
    /// Installs logger and tracer, and runs a handler: one invocation at a time, or with the feature
    /// `managed-instances` as many as Lambda Managed Instances ask for.
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
    /// What has to be made before the first invocation, a client or a store, is best made in
    /// [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// Where this is no Lambda function: a variable that Lambda sets is missing. And if the Runtime API can't be
    /// reached.
    pub async fn run<F: Function<M>, M>(self, handler: F) -> Result<(), Error> {
        self.init().serve(handler).await
    }

    pub(crate) async fn serve<F: Function<M>, M>(self, handler: F) -> Result<(), Error> {
        start::check_environment()?;
        let runtime = Runtime::new(self.stack(handler)).layer(self.runtime_layer());
        #[cfg(feature = "managed-instances")]
        let running = runtime.run_concurrent();
        #[cfg(not(feature = "managed-instances"))]
        let running = runtime.run();
        // In a box, because compilers nest types only so deep, and there are many in it.
        Box::pin(running).await
    }

    pub(crate) fn stack<F: Function<M>, M>(&self, handler: F) -> Stack<F, M> {
        let parsed = Parsed::new(handler.into_service(), self.clone());
        self.handler_layer().of_responses().layer(parsed)
    }
}
