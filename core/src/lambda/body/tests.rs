use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
    task::Waker,
};

use lambda_runtime::LambdaInvocation;
use tower_layer::Layer;
use tower_service::Service;

use super::*;
use crate::lambda::{End, InvocationLayer, Observer};

type Chunk = Result<&'static str, io::Error>;

/// A body that gives what it was given, and notes in which invocation it is polled and dropped.
struct Body {
    chunks: VecDeque<Poll<Option<Chunk>>>,
    notes: Notes,
}

/// Notes what happens, and in which invocation.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, note: &str) {
        let current = Invocation::current();
        let id = current.as_ref().map_or("none", Invocation::request_id);
        self.0.lock().unwrap().push(format!("{note} in {id}"));
    }

    fn taken(&self) -> Vec<String> {
        mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Stream for Body {
    type Item = Chunk;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Chunk>> {
        self.notes.add("polled");
        self.chunks.pop_front().unwrap_or(Poll::Ready(None))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.notes.add("dropped");
    }
}

impl BodyWatch for Notes {
    fn failed(&mut self, failure: Failure<'_>) {
        let Failure::Error(error, Some(name)) = failure else {
            panic!("{failure:?}");
        };
        self.add(&format!("{name}: {error}"));
    }
}

impl Observer for Notes {
    fn on_end(&self, _: &Invocation, end: End) {
        self.add(&format!("{end:?}"));
    }
}

/// Has the body watched by two utilities, as in a stack of layers.
fn watched(
    invocation: &Invocation,
    notes: &Notes,
    chunks: impl IntoIterator<Item = Poll<Option<Chunk>>>,
) -> WatchedTwice {
    let body = Body { chunks: chunks.into_iter().collect(), notes: notes.clone() };
    let inner = WatchedBody::new(invocation, body, notes.clone());
    WatchedBody::new(invocation, inner, notes.clone())
}

fn poll<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop()))
}

fn ready(chunk: Chunk) -> Poll<Option<Chunk>> {
    Poll::Ready(Some(chunk))
}

#[test]
fn body_is_polled_and_dropped_in_its_invocation() {
    let (invocation, notes) = (Invocation::builder("a").build(), Notes::default());
    let mut body = watched(&invocation, &notes, [ready(Ok("one")), Poll::Pending]);
    assert!(matches!(poll(&mut body), Poll::Ready(Some(Ok("one")))));
    assert!(poll(&mut body).is_pending());
    assert_eq!(notes.taken(), ["polled in a", "polled in a"]);
    assert!(matches!(poll(&mut body), Poll::Ready(None)));
    assert_eq!(notes.taken(), ["polled in a", "dropped in a"]);
    assert!(matches!(poll(&mut body), Poll::Ready(None)), "it stays at its end");
    drop(watched(&invocation, &notes, []));
    assert_eq!(notes.taken(), ["dropped in a"]);
}

#[test]
fn body_error_is_forwarded_and_reported_once() {
    let (invocation, notes) = (Invocation::builder("a").build(), Notes::default());
    let broken = || ready(Err(io::Error::other("broken")));
    let mut body = watched(&invocation, &notes, [broken(), ready(Ok("more")), broken()]);
    let Poll::Ready(Some(Err(error))) = poll(&mut body) else {
        panic!("the first item is an error");
    };
    assert_eq!(Error::from(error).to_string(), "broken");
    let told = notes.taken();
    assert_eq!(
        told,
        ["polled in a", "std::io::error::Error: broken in a", "std::io::error::Error: broken in a"]
    );
    assert!(matches!(poll(&mut body), Poll::Ready(Some(Ok("more")))));
    assert!(matches!(poll(&mut body), Poll::Ready(Some(Err(_)))));
    assert_eq!(notes.taken(), ["polled in a", "polled in a"]);
}

#[test]
fn error_trailer_is_redacted() {
    let error =
        BodyError::new(io::Error::other("error for url (https://a.example/b?token=s3cr3t)"));
    assert_eq!(error.to_string(), "error for url (https://a.example/b)");
}

#[test]
fn wrapper_types_do_not_name_the_error() {
    for hides in [
        named_type::<Error>(),
        named_type::<String>(),
        named_type::<&str>(),
        named_type::<std::borrow::Cow<'_, str>>(),
    ] {
        assert_eq!(hides, None);
    }
    assert_eq!(named_type::<io::Error>(), Some("std::io::error::Error"));
}

type WatchedTwice = WatchedBody<WatchedBody<Body, Notes>, Notes>;

/// A service whose response's body outlives it: it is polled by the test.
#[derive(Clone)]
struct Handler(Arc<Mutex<Option<WatchedTwice>>>, Notes);

impl Service<LambdaInvocation> for Handler {
    type Response = ();
    type Error = ();
    type Future = std::future::Ready<Result<(), ()>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: LambdaInvocation) -> Self::Future {
        let invocation = Invocation::current().unwrap();
        *self.0.lock().unwrap() = Some(watched(&invocation, &self.1, [ready(Ok("one"))]));
        std::future::ready(Ok(()))
    }
}

/// Runs an invocation to the point where its answer was posted; `meanwhile` gets the body before that.
fn answered(meanwhile: impl FnOnce(&mut Option<WatchedTwice>)) -> (Handler, Notes) {
    let notes = Notes::default();
    let handler = Handler(Arc::default(), notes.clone());
    let mut service = InvocationLayer::new().observer(notes.clone()).layer(handler.clone());
    let (parts, ()) = http::Response::new(()).into_parts();
    let mut context = lambda_runtime::Context::default();
    context.request_id = "r".into();
    let mut future = Box::pin(service.call(LambdaInvocation { parts, body: "{}".into(), context }));
    meanwhile(&mut handler.0.lock().unwrap());
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_ready());
    (handler, notes)
}

#[test]
fn invocation_ends_after_its_body() {
    let (handler, notes) = answered(|_| ());
    assert_eq!(notes.taken(), [""; 0], "the answer was posted before the body's end");
    let mut body = handler.0.lock().unwrap().take().unwrap();
    while !matches!(poll(&mut body), Poll::Ready(None)) {}
    assert_eq!(notes.taken(), ["polled in r", "polled in r", "dropped in r", "Completed in r"]);
    drop(body);
    assert_eq!(notes.taken(), [""; 0]);
}

#[test]
fn invocation_with_an_empty_body_ends_with_its_response() {
    let (_, notes) =
        answered(|body| while !matches!(poll(body.as_mut().unwrap()), Poll::Ready(None)) {});
    assert_eq!(notes.taken().last().unwrap(), "Completed in r");
}

#[test]
fn dropped_body_cancels_the_invocation() {
    let (handler, notes) = answered(|_| ());
    drop(handler.0.lock().unwrap().take());
    assert_eq!(notes.taken(), ["dropped in r", "Cancelled in r"]);
    let (_, notes) = answered(|body| drop(body.take()));
    assert_eq!(notes.taken(), ["dropped in r", "Cancelled in r"]);
}

#[test]
fn invocation_is_released_after_its_body() {
    struct Gone(Notes);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.add("gone");
        }
    }
    let (handler, notes) = answered(|_| ());
    let mut body = handler.0.lock().unwrap().take().unwrap();
    let invocation = body.open.invocation.clone().unwrap();
    invocation.extension_or_init(|| Gone(notes.clone()));
    drop(invocation);
    while !matches!(poll(&mut body), Poll::Ready(None)) {}
    drop(body);
    assert_eq!(notes.taken().last().unwrap(), "gone in none");
}
