//! Compile-time checks of a handler's types, which leave no code in the program.

use powertools_core::lambda::HandlerError;
use serde::de::DeserializeOwned;

use crate::{
    Function,
    function::{EventResponse, SendError},
};

/// Checks at compile time that a handler can be run.
///
/// [`run`](crate::run) performs the same check. With this function, errors about a handler in a library or in another
/// module appear next to its definition. They name the type that does not satisfy a bound, and, if the future is not
/// `Send`, the value and the `.await`.
///
/// ```
/// use powertools::{Error, LambdaEvent, check_handler};
///
/// async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
///     Ok(event.payload)
/// }
///
/// const _: () = check_handler(&handler);
/// ```
///
/// You can check a handler with [state](crate::with_state) without creating the state:
///
/// ```
/// use powertools::{Error, LambdaEvent, check_handler, with_state};
///
/// struct App;
///
/// impl App {
///     async fn handle(&self, event: LambdaEvent<String>) -> Result<String, Error> {
///         Ok(event.payload)
///     }
/// }
///
/// # #[allow(dead_code)]
/// fn check(app: App) {
///     check_handler(&with_state(app, App::handle));
/// }
/// ```
///
/// A handler must not keep a value that is not `Send` across an `.await`:
///
/// ```compile_fail
/// use std::rc::Rc;
///
/// use powertools::{Error, LambdaEvent, check_handler};
///
/// async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
///     let name = Rc::new(event.payload);
///     save(&name).await?;
///     Ok(name.to_string())
/// }
///
/// async fn save(_: &str) -> Result<(), Error> {
///     Ok(())
/// }
///
/// const _: () = check_handler(&handler);
/// ```
pub const fn check_handler<F: Function<M>, M>(_: &F) {}

/// Checks the type of an event; called by the expansion of `#[handler]`.
pub fn event<T: DeserializeOwned + Send + 'static>() {}

/// Checks the type of a response; called by the expansion of `#[handler]`.
pub fn response<T: EventResponse<Types> + Send + 'static, Types>() {}

/// Checks the type of an error; called by the expansion of `#[handler]`.
pub fn error<T: HandlerError<Kind> + SendError, Kind>() {}

/// The output of a handler's future.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler must return a `Result`, and this one returns `{Self}`",
    label = "expected a `Result`",
    note = "return a `Result` whose error implements `std::error::Error`, or `powertools::Error`"
)]
pub trait HandlerResult {
    /// The response of the handler.
    type Response;
    /// The error of the handler.
    type Error;
}

impl<R, E> HandlerResult for Result<R, E> {
    type Response = R;
    type Error = E;
}
