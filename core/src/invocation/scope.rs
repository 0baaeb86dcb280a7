use std::{
    cell::RefCell,
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use tracing::Span;

use super::{Invocation, span};

thread_local! {
    static CURRENT: RefCell<Option<Invocation>> = const { RefCell::new(None) };
}

impl Invocation {
    /// Returns the invocation that the current span descends from, or else whose scope is open here.
    ///
    /// The span comes first: code that works for several invocations, such as a batcher, enters the
    /// span of the one that it works for just now.
    pub fn current() -> Option<Self> {
        span::of_current_span().or_else(Self::in_this_scope)
    }

    /// Returns the invocation whose scope is open on this thread, without a look at spans.
    ///
    /// A subscriber, inside which the current span can't be asked for, asks the span itself with
    /// [`Invocation::of_span`] first.
    #[inline]
    pub fn in_this_scope() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// Runs `f` in the scope of this invocation.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _span = span::open(self).entered();
        let _scope = Scope::open(self);
        f()
    }

    /// Wraps `future` so that each poll, and its drop, happen in the scope of this invocation.
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        self.scope_with(|| future)
    }

    /// Makes a future and wraps it, both in one scope of this invocation.
    pub fn scope_with<F: Future>(&self, make: impl FnOnce() -> F) -> Scoped<F> {
        let mut scoped = Scoped { future: None, span: span::open(self), invocation: self.clone() };
        scoped.future = Some(scoped.in_scope(make));
        scoped
    }
}

#[derive(Debug)]
struct Scope {
    outer: Option<Invocation>,
    not_send: PhantomData<*const ()>,
}

impl Scope {
    fn open(invocation: &Invocation) -> Self {
        let outer = swap(Some(invocation.clone()));
        Self { outer, not_send: PhantomData }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        swap(self.outer.take());
    }
}

fn swap(invocation: Option<Invocation>) -> Option<Invocation> {
    CURRENT.try_with(|current| current.replace(invocation)).ok().flatten()
}

pin_project! {
    /// A future that runs in the scope of an invocation; see [`Invocation::scope`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Scoped<F> {
        #[pin]
        future: Option<F>,
        span: Span,
        invocation: Invocation,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _span = this.span.enter();
            let _scope = Scope::open(this.invocation);
            this.future.set(None);
        }
    }
}

impl<F> Scoped<F> {
    /// Runs `f` in the scope, with the span that the future runs in.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _span = self.span.enter();
        let _scope = Scope::open(&self.invocation);
        f()
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let _span = this.span.enter();
        let _scope = Scope::open(this.invocation);
        let future = this.future.as_mut().as_pin_mut();
        let output = ready!(future.expect("nobody polls what has ended").poll(cx));
        // What it still holds, such as the spans of layers inside, ends with it and not later.
        this.future.set(None);
        Poll::Ready(output)
    }
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").field("invocation", &self.invocation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn current_id() -> Option<String> {
        Invocation::current().map(|invocation| invocation.request_id().to_owned())
    }

    #[test]
    fn scopes_nest_and_close() {
        let (a, b) = (Invocation::builder("a").build(), Invocation::builder("b").build());
        a.in_scope(|| {
            b.in_scope(|| assert_eq!(current_id().as_deref(), Some("b")));
            assert_eq!(current_id().as_deref(), Some("a"));
        });
        assert_eq!(current_id(), None);
    }

    #[test]
    fn a_panic_closes_the_scope() {
        let invocation = Invocation::builder("a").build();
        let run = std::panic::AssertUnwindSafe(|| invocation.in_scope(|| panic!("on purpose")));
        assert!(std::panic::catch_unwind(run).is_err());
        assert_eq!(current_id(), None);
    }

    #[test]
    fn a_future_has_its_scope_at_each_poll_and_at_its_drop() {
        struct SeenAtDrop<'a>(&'a RefCell<Option<String>>);
        impl Drop for SeenAtDrop<'_> {
            fn drop(&mut self) {
                *self.0.borrow_mut() = current_id();
            }
        }

        let seen = RefCell::new(None);
        let guard = SeenAtDrop(&seen);
        let mut future = Box::pin(Invocation::builder("a").build().scope(async {
            let _guard = guard;
            assert_eq!(current_id().as_deref(), Some("a"));
            std::future::pending::<()>().await;
        }));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_pending());
        assert_eq!(current_id(), None);
        drop(future);
        assert_eq!(seen.take().as_deref(), Some("a"));
    }
}
