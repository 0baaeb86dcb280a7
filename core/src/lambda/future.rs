use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::SystemTime,
};

use pin_project_lite::pin_project;

use super::{End, deadline::Deadline, layer::Settings, open_bodies::end_after_bodies};
use crate::{Invocation, ScopedFuture};

pin_project! {
    /// The future of an [`InvocationService`](super::InvocationService).
    pub struct InvocationFuture<F> {
        // Declared before `lifecycle`, so that a cancelled handler is dropped before observers are notified of the end.
        #[pin]
        inner: ScopedFuture<F>,
        lifecycle: InvocationLifecycle,
    }
}

impl<F> InvocationFuture<F> {
    pub(super) fn new(inner: ScopedFuture<F>, lifecycle: InvocationLifecycle) -> Self {
        Self { inner, lifecycle }
    }
}

impl<F: Future> Future for InvocationFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let output = ready!(this.inner.as_mut().poll(cx));
        let lifecycle = this.lifecycle;
        this.inner.in_scope(|| lifecycle.close(End::Completed));
        Poll::Ready(output)
    }
}

/// Notifies the observers of one invocation's lifecycle, and of its end exactly once, even if it is cancelled.
pub(super) struct InvocationLifecycle {
    /// `None` when the invocation has ended, or its end waits for a body.
    ending: Option<Ending>,
}

/// The values that the end of an invocation needs.
pub(super) struct Ending {
    settings: Arc<Settings>,
    pub(super) invocation: Invocation,
    deadline: Option<Arc<Deadline>>,
}

impl InvocationLifecycle {
    pub(super) fn new(settings: &Arc<Settings>, invocation: Invocation) -> Self {
        let settings = settings.clone();
        Self { ending: Some(Ending { settings, invocation, deadline: None }) }
    }

    /// Notifies the observers of the start and begins to watch the deadline. The caller must have opened the scope.
    pub(super) fn begin(&mut self, event: &[u8], now: SystemTime) {
        let Some(Ending { settings, invocation, deadline }) = &mut self.ending else {
            return;
        };
        for observer in &settings.observers {
            observer.on_start(invocation, event);
        }
        // Only now, because the deadline may already be near, and no observer may see it before the start.
        *deadline = Deadline::watch(settings, invocation, now);
    }

    /// Ends the invocation, unless it has ended. The caller must have opened the scope.
    fn close(&mut self, end: End) {
        if let Some(ending) = self.ending.take() {
            end_after_bodies(ending, end);
        }
    }
}

impl Ending {
    /// Notifies the observers of the end. The caller must have opened the scope.
    pub(super) fn run(self, end: End) {
        if let Some(deadline) = &self.deadline {
            deadline.call_off();
        }
        let observers = self.settings.observers.iter();
        observers.for_each(|observer| observer.on_end(&self.invocation, end));
    }
}

impl Drop for InvocationLifecycle {
    fn drop(&mut self) {
        if let Some(ending) = &self.ending {
            let invocation = ending.invocation.clone();
            invocation.in_scope(|| self.close(End::Cancelled));
        }
    }
}

impl<F> fmt::Debug for InvocationFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvocationFuture").field("inner", &self.inner).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Mutex,
        task::{Context, Waker},
    };

    use lambda_runtime::LambdaInvocation;
    use tower_layer::Layer;
    use tower_service::Service;

    use super::*;
    use crate::lambda::{InvocationLayer, Observer};

    /// Notes what it is told, and of which invocation.
    #[derive(Clone, Default)]
    struct Notes(Arc<Mutex<Vec<String>>>);

    impl Notes {
        fn add(&self, note: &str, invocation: &Invocation) {
            assert!(Invocation::current().is_some_and(|current| current.is(invocation)));
            self.0.lock().unwrap().push(format!("{note} {}", invocation.request_id()));
        }
    }

    impl Observer for Notes {
        fn on_start(&self, invocation: &Invocation, event: &[u8]) {
            self.add(std::str::from_utf8(event).unwrap(), invocation);
        }

        fn on_end(&self, invocation: &Invocation, end: End) {
            self.add(&format!("{end:?}"), invocation);
        }
    }

    /// A service that is ready at once, or never.
    #[derive(Clone)]
    struct Handler {
        ends: bool,
    }

    impl Service<LambdaInvocation> for Handler {
        type Response = ();
        type Error = ();
        type Future = Pin<Box<dyn Future<Output = Result<(), ()>>>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: LambdaInvocation) -> Self::Future {
            if self.ends {
                Box::pin(std::future::ready(Ok(())))
            } else {
                Box::pin(std::future::pending())
            }
        }
    }

    fn notes_of(ends: bool) -> Vec<String> {
        let notes = Notes::default();
        let mut service = InvocationLayer::new().observer(notes.clone()).layer(Handler { ends });
        let (parts, ()) = http::Response::new(()).into_parts();
        let mut context = lambda_runtime::Context::default();
        context.request_id = "r-1".into();
        let event = LambdaInvocation { parts, body: "event".into(), context };
        let mut future = Box::pin(service.call(event));
        let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled.is_ready(), ends);
        drop(future);
        let notes = notes.0.lock().unwrap();
        notes.clone()
    }

    #[test]
    fn observers_are_notified_once_of_a_response() {
        assert_eq!(notes_of(true), ["event r-1", "Completed r-1"]);
    }

    #[test]
    fn observers_are_notified_once_of_a_cancelled_invocation() {
        assert_eq!(notes_of(false), ["event r-1", "Cancelled r-1"]);
    }
}
