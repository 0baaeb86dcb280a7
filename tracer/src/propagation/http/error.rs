use std::error::Error;

/// How an error of a client tells what it is.
pub trait ClientError<Kind> {
    /// Returns it as an error with its sources.
    fn as_error(&self) -> &(dyn Error + 'static);
}

/// Errors of a type of their own.
#[derive(Debug)]
pub enum Typed {}

impl<E: Error + 'static> ClientError<Typed> for E {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

/// Errors in a box, as many of tower's services have them.
#[derive(Debug)]
pub enum Boxed {}

impl ClientError<Boxed> for Box<dyn Error + Send + Sync> {
    fn as_error(&self) -> &(dyn Error + 'static) {
        &**self
    }
}
