use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use lambda_runtime::LambdaEvent;
use tower_service::Service;

use super::HandlerFuture;

/// A function or a service, with its signature.
///
/// It is also implemented for common mistakes, so that [`Input`](super::Input) can explain what is wrong with them.
pub trait Callable<Shape> {
    /// The argument.
    type Input;
    /// The return value.
    type Output;
    /// The error of [`ready`](Self::ready), if calls fail with `E`.
    ///
    /// A function is always ready, so this can be any `E`; a service has its own. [`Input`](super::Input) requires that
    /// both are the same type.
    type NotReady<E>;

    /// Polls whether it is ready to be called.
    fn ready<E>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::NotReady<E>>>;

    /// Calls it.
    fn invoke(&mut self, input: Self::Input) -> Self::Output;
}

/// Marks functions.
#[derive(Debug)]
pub struct OfFn<I, U>(PhantomData<fn(I) -> U>);

impl<T: Fn(I) -> U, I, U> Callable<OfFn<I, U>> for T {
    type Input = I;
    type Output = U;
    type NotReady<E> = E;

    fn ready<E>(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Ready(Ok(()))
    }

    fn invoke(&mut self, input: I) -> U {
        self(input)
    }
}

/// Marks services.
#[derive(Debug)]
pub struct OfService<A>(PhantomData<fn(A)>);

impl<T: Service<LambdaEvent<A>>, A> Callable<OfService<A>> for T {
    type Input = LambdaEvent<A>;
    type Output = T::Future;
    type NotReady<E> = T::Error;

    fn ready<E>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        Service::poll_ready(self, cx)
    }

    fn invoke(&mut self, input: LambdaEvent<A>) -> T::Future {
        Service::call(self, input)
    }
}

/// A handler that can be cloned for each concurrent invocation.
///
/// It is implemented for shapes and not for handlers, because the compiler does not show the message for a bound on `T`
/// itself.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler must implement `Clone`, and this closure does not",
    label = "this handler owns a value that is not `Clone`",
    note = "a handler is cloned to serve several invocations at once on Lambda Managed Instances",
    note = "pass what it needs by `powertools::with_state(app, |app, event| app.handle(event))`, or put it into an `Arc`"
)]
pub trait CloneHandler<T> {
    /// Clones the handler.
    fn clone_handler(handler: &T) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: Clone, Shape> CloneHandler<T> for Shape {
    fn clone_handler(handler: &T) -> T {
        handler.clone()
    }
}

/// Adapts a [`Callable`] to a service.
pub struct CallableService<T, Shape>(T, PhantomData<fn() -> Shape>);

impl<T, Shape> CallableService<T, Shape> {
    pub(crate) fn new(callable: T) -> Self {
        Self(callable, PhantomData)
    }
}

impl<T, Shape, I, U, E> Service<I> for CallableService<T, Shape>
where
    T: Callable<Shape, Input = I, Output = U, NotReady<E> = E>,
    U: HandlerFuture<Error = E>,
{
    type Response = U::Response;
    type Error = E;
    type Future = U;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), E>> {
        self.0.ready::<E>(cx)
    }

    fn call(&mut self, input: I) -> U {
        self.0.invoke(input)
    }
}

impl<T, Shape: CloneHandler<T>> Clone for CallableService<T, Shape> {
    fn clone(&self) -> Self {
        Self::new(Shape::clone_handler(&self.0))
    }
}

impl<T, Shape> fmt::Debug for CallableService<T, Shape> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallableService").finish_non_exhaustive()
    }
}
