use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::SystemTime,
};

use pin_project_lite::pin_project;

use super::layer::Settings;
use crate::{Invocation, Scoped, Watch};

pin_project! {
    /// The future of an [`InvocationService`](super::InvocationService).
    pub struct InvocationFuture<F> {
        // Dropped before `course`, so that an abandoned handler is gone when observers hear of the end.
        #[pin]
        inner: Scoped<F>,
        course: Course,
    }
}

impl<F> InvocationFuture<F> {
    pub(super) fn new(inner: Scoped<F>, course: Course) -> Self {
        Self { inner, course }
    }
}

impl<F: Future> Future for InvocationFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let output = ready!(this.inner.poll(cx));
        this.course.close();
        Poll::Ready(output)
    }
}

/// Tells the observers of one invocation's course; of its end exactly once, however it ends.
pub(super) struct Course {
    settings: Arc<Settings>,
    invocation: Invocation,
    watch: Option<Watch>,
    closed: bool,
}

impl Course {
    pub(super) fn begin(settings: &Arc<Settings>, invocation: Invocation, now: SystemTime) -> Self {
        let watch = watch_deadline(settings, &invocation, now);
        Self { settings: settings.clone(), invocation, watch, closed: false }
    }

    /// Tells of the beginning; the caller has opened the scope.
    pub(super) fn opened(&self, event: &[u8]) {
        for observer in &self.settings.observers {
            observer.opened(&self.invocation, event);
        }
    }

    fn close(&mut self) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        self.watch = None;
        if !self.settings.observers.is_empty() {
            self.invocation.in_scope(|| {
                self.settings
                    .observers
                    .iter()
                    .for_each(|observer| observer.closed(&self.invocation));
            });
        }
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        self.close();
    }
}

fn watch_deadline(
    settings: &Arc<Settings>,
    invocation: &Invocation,
    now: SystemTime,
) -> Option<Watch> {
    if settings.observers.is_empty() {
        return None;
    }
    let delay = invocation.remaining(now)?.saturating_sub(settings.margin);
    let (observers, invocation) = (settings.observers.clone(), invocation.clone());
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    Some(settings.watchdog.after(delay, move || {
        tracing::dispatcher::with_default(&dispatch, || {
            invocation.in_scope(|| {
                observers.iter().for_each(|observer| observer.deadline_near(&invocation));
            });
        });
    }))
}
