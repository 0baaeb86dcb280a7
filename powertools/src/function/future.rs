use std::future::Future;

/// What a handler returns before it is awaited.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler must return a future of a `Result`, and this one returns `{Self}`",
    label = "expected an `async fn` that returns a `Result`",
    note = "write `async fn`, and return a `Result` whose error implements `std::error::Error`, or `powertools::Error`"
)]
pub trait HandlerFuture: Future<Output = Result<Self::Response, Self::Error>> {
    /// What it succeeds with.
    type Response;
    /// What it fails with.
    type Error;
}

#[diagnostic::do_not_recommend]
impl<U: Future<Output = Result<R, E>>, R, E> HandlerFuture for U {
    type Response = R;
    type Error = E;
}
