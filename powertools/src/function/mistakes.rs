//! Types that are passed by mistake instead of a handler, each with its own error message.
//!
//! Their methods are never called, because code that passes one of these types does not compile.

use std::{
    future::{Future, Ready},
    task::{Context, Poll},
};

use lambda_runtime::{LambdaEvent, streaming::Body};

use super::{Callable, CallableService, Input, callable::OfFn};

/// A function without an argument.
#[derive(Debug)]
pub enum NoArgument {}

/// A function with two arguments.
#[derive(Debug)]
pub enum TwoArguments {}

/// The future that a handler returned.
#[derive(Debug)]
pub enum Called {}

/// Implemented for no type, so that the compiler shows the message.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler takes one argument, and `{T}` takes none",
    label = "expected a function with one argument, the event",
    note = "write `async fn handler(event: LambdaEvent<Order>)`; to ignore the event, `_: LambdaEvent<serde_json::Value>`"
)]
pub trait HasArgument<T> {}

/// Implemented for no type, so that the compiler shows the message.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler takes one argument, and `{T}` takes two",
    label = "expected a function with one argument, the event",
    note = "the context is part of the event: take a `LambdaEvent<Order>`, which has the fields `payload` and `context`",
    note = "pass a client or another value that the handler needs, such as the `&self` of a method, by \
            `powertools::with_state(app, handler)`"
)]
pub trait HasOneArgument<T> {}

/// Implemented for no type, so that the compiler shows the message.
#[diagnostic::on_unimplemented(
    message = "expected a Lambda handler, found the future that it returns",
    label = "this handler has been called already",
    note = "pass the function itself: `run(handler)` instead of `run(handler(event))`",
    note = "for a function that makes a handler, await it first, or pass it to `powertools::start`"
)]
pub trait IsNotCalled<T> {}

impl<T: Fn() -> U, U> Callable<(NoArgument, U)> for T {
    type Input = NoArgument;
    type Output = ();
    type NotReady<E> = E;

    fn ready<E>(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Pending
    }

    fn invoke(&mut self, _: NoArgument) {}
}

impl<T: Fn(A, B) -> U, A, B, U> Callable<(TwoArguments, A, B, U)> for T {
    type Input = TwoArguments;
    type Output = ();
    type NotReady<E> = E;

    fn ready<E>(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Pending
    }

    fn invoke(&mut self, _: TwoArguments) {}
}

impl<T: Future> Callable<Called> for T {
    type Input = Called;
    type Output = ();
    type NotReady<E> = E;

    fn ready<E>(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Pending
    }

    fn invoke(&mut self, _: Called) {}
}

/// A valid handler, to fill in the associated types of an argument that is always rejected.
type Nothing = fn(LambdaEvent<()>) -> Ready<Result<(), String>>;

/// The shape of [`Nothing`].
type NothingShape = OfFn<LambdaEvent<()>, Ready<Result<(), String>>>;

macro_rules! mistake {
    ($mistake:ident, $right:ident) => {
        impl<T, Shape> Input<T, Shape, ()> for $mistake
        where
            $mistake: $right<T>,
        {
            type Event = ();
            type Body = ();
            type Stream = Body;
            type Chunk = bytes::Bytes;
            type StreamError = lambda_runtime_api_client::Error;
            type Response = ();
            type Kind = powertools_core::lambda::Text;
            type Error = String;
            type Service = CallableService<Nothing, NothingShape>;

            fn service(_: T) -> Self::Service {
                CallableService::new(|_| std::future::ready(Ok(())))
            }
        }
    };
}

mistake!(NoArgument, HasArgument);
mistake!(TwoArguments, HasOneArgument);
mistake!(Called, IsNotCalled);
