use std::future::Future;

/// The future that a handler returns.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler must return a future of a `Result`, and this one returns `{Self}`",
    label = "expected an `async fn` that returns a `Result`",
    note = "write `async fn`, and return a `Result` whose error implements `std::error::Error`, or `powertools::Error`"
)]
pub trait HandlerFuture: Future<Output = Result<Self::Response, Self::Error>> {
    /// The response of the handler.
    type Response;
    /// The error of the handler.
    type Error;
}

// Otherwise the compiler would report that the type is not a future and hide the message of this trait.
#[diagnostic::do_not_recommend]
impl<U: Future<Output = Result<R, E>>, R, E> HandlerFuture for U {
    type Response = R;
    type Error = E;
}
