//! Checks of a handler's types, which are made when compiling and leave nothing in the program.

use powertools_core::lambda::HandlerError;
use serde::de::DeserializeOwned;

use crate::{
    Function,
    function::{EventResponse, SendError},
};

/// Checks when compiling that a handler can be run, for example beside its definition.
///
/// [`run`](crate::run) checks the same. With this, a handler in a library or a module of its own has its errors there:
/// they name the type that is not right, and of a future that is not `Send` the value and the `.await`.
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
/// A handler with [state](crate::with_state) is checked without making the state:
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
/// A value that is not `Send` may not be kept across an `.await`:
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

/// Checks an event's type; `#[handler]` names it.
pub fn event<T: DeserializeOwned + Send + 'static>() {}

/// Checks a response's type; `#[handler]` names it.
pub fn response<T: EventResponse<Types> + Send + 'static, Types>() {}

/// Checks an error's type; `#[handler]` names it.
pub fn error<T: HandlerError<Kind> + SendError, Kind>() {}

/// What a handler returns once it is awaited.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler must return a `Result`, and this one returns `{Self}`",
    label = "expected a `Result`",
    note = "return a `Result` whose error implements `std::error::Error`, or `powertools::Error`"
)]
pub trait HandlerResult {
    /// What it succeeds with.
    type Response;
    /// What it fails with.
    type Error;
}

impl<R, E> HandlerResult for Result<R, E> {
    type Response = R;
    type Error = E;
}
