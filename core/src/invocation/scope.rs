use std::{
    cell::RefCell,
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use tracing::{Span, span::Entered};

use super::{Invocation, span};

thread_local! {
    static CURRENT: RefCell<Option<Invocation>> = const { RefCell::new(None) };
}

impl Invocation {
    /// Returns the invocation that the current span descends from, or else the one whose scope is open on this thread.
    ///
    /// The span takes precedence, because code that works for several invocations, such as a batcher, enters the span
    /// of the invocation that it is working for.
    pub fn current() -> Option<Self> {
        span::of_current_span().or_else(Self::in_this_scope)
    }

    /// Returns the invocation whose scope is open on this thread, without considering spans.
    ///
    /// A subscriber can't look up the current span while it handles an event, so it should first call
    /// [`Invocation::of_span`] with the span.
    #[inline]
    pub fn in_this_scope() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// Returns whether the scope of any invocation is open on this thread.
    #[inline]
    pub fn is_any_in_scope() -> bool {
        CURRENT.try_with(|current| current.borrow().is_some()).unwrap_or(false)
    }

    /// Runs `f` in the scope of this invocation.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _span = span::open(self).entered();
        let _scope = Scope::open(self);
        f()
    }

    /// Wraps `future`, so that it is polled and dropped in the scope of this invocation.
    pub fn scope<F: Future>(&self, future: F) -> ScopedFuture<F> {
        self.scope_with(|| future)
    }

    /// Creates a future in the scope of this invocation, and wraps it as [`scope`](Self::scope) does.
    pub fn scope_with<F: Future>(&self, make: impl FnOnce() -> F) -> ScopedFuture<F> {
        self.scoped(Some(span::open(self)), make)
    }

    /// Creates and wraps a future as [`scope_with`](Self::scope_with) does, but without opening the scope again if it
    /// is already open; for layers inside other layers.
    pub fn inner_scope_with<F: Future>(&self, make: impl FnOnce() -> F) -> ScopedFuture<F> {
        let span = if self.is_in_scope() { None } else { Some(span::open(self)) };
        self.scoped(span, make)
    }

    /// Wraps a stream, so that it is polled and dropped in the scope of this invocation.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn scope_stream<S: futures_core::Stream>(&self, stream: S) -> ScopedFuture<S> {
        // The first poll opens the span, because it happens in another task.
        self.scoped(None, || stream)
    }

    fn scoped<F>(&self, span: Option<Span>, make: impl FnOnce() -> F) -> ScopedFuture<F> {
        let mut scoped = ScopedFuture { future: None, span, invocation: self.clone() };
        // Not only the polls: `make` may already run code of the handler.
        scoped.future = Some(scoped.in_scope(make));
        scoped
    }

    fn is_in_scope(&self) -> bool {
        let is_current = |current: &RefCell<Option<Self>>| {
            current.borrow().as_ref().is_some_and(|current| current.is(self))
        };
        CURRENT.try_with(is_current).unwrap_or(false)
    }
}

#[derive(Debug)]
struct Scope {
    outer: Option<Invocation>,
    // Must be dropped on the thread that opened it.
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
    // Fails only while the thread is being destroyed, and then no code looks for the invocation.
    CURRENT.try_with(|current| current.replace(invocation)).ok().flatten()
}

pin_project! {
    /// A future or a stream that runs in the scope of an invocation; see [`Invocation::scope`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ScopedFuture<F> {
        #[pin]
        future: Option<F>,
        // `None` while the code that polls this has the scope open.
        span: Option<Span>,
        invocation: Invocation,
    }

    impl<F> PinnedDrop for ScopedFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // Values that log when they are dropped must find the invocation as well.
            if this.future.is_some() {
                let _opened = Opened::of(this.invocation, need_span(this.invocation, this.span));
                this.future.set(None);
            }
        }
    }
}

impl<F> ScopedFuture<F> {
    /// Runs `f` in the scope of the future.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        if self.span.is_none() && !self.invocation.is_in_scope() {
            return self.invocation.in_scope(f);
        }
        let _opened = Opened::of(&self.invocation, self.span.as_ref());
        f()
    }
}

impl<F: Future> Future for ScopedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let _opened = Opened::of(this.invocation, need_span(this.invocation, this.span));
        let future = this.future.as_mut().as_pin_mut();
        let output = ready!(future.expect("the future is not polled after completion").poll(cx));
        this.future.set(None);
        Poll::Ready(output)
    }
}

#[cfg(feature = "lambda-runtime")]
impl<S: futures_core::Stream> futures_core::Stream for ScopedFuture<S> {
    type Item = S::Item;

    /// Polls the stream in the scope, and drops it there as soon as it has ended.
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let mut this = self.project();
        let Some(stream) = this.future.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        let _opened = Opened::of(this.invocation, need_span(this.invocation, this.span));
        let item = ready!(stream.poll_next(cx));
        if item.is_none() {
            this.future.set(None);
        }
        Poll::Ready(item)
    }
}

/// Keeps the scope and the span open during one poll.
struct Opened<'a> {
    // Declared first, so that the scope is closed before the span is exited.
    _scope: Option<Scope>,
    _span: Option<Entered<'a>>,
}

impl<'a> Opened<'a> {
    /// Opens the scope and enters the span; without a span, the scope is already open.
    fn of(invocation: &Invocation, span: Option<&'a Span>) -> Self {
        let scope = span.map(|_| Scope::open(invocation));
        Self { _scope: scope, _span: span.map(Span::enter) }
    }
}

/// Returns the span to enter, and opens a new one if the future has left the scope in which it was created.
fn need_span<'a>(invocation: &Invocation, span: &'a mut Option<Span>) -> Option<&'a Span> {
    if span.is_none() && !invocation.is_in_scope() {
        *span = Some(span::open(invocation));
    }
    span.as_ref()
}

impl<F> fmt::Debug for ScopedFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedFuture").field("invocation", &self.invocation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tracing::Metadata;

    use super::*;
    use crate::testing::enable_all_callsites;

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
    fn panic_closes_the_scope() {
        let invocation = Invocation::builder("a").build();
        let run = std::panic::AssertUnwindSafe(|| invocation.in_scope(|| panic!("on purpose")));
        assert!(std::panic::catch_unwind(run).is_err());
        assert_eq!(current_id(), None);
    }

    #[test]
    fn future_of_a_handler_layer_has_its_scope_wherever_polled() {
        enable_all_callsites();
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let invocation = Invocation::builder("a").build();
            let work = async || (current_id(), Span::current().metadata().map(Metadata::name));
            let inner = || invocation.inner_scope_with(|| Box::pin(work()));
            let mut cx = Context::from_waker(Waker::noop());
            let own = (Some("a".to_owned()), Some("invocation"));
            let mut outside = inner();
            let (mut inside, mut moved) = invocation.in_scope(|| (inner(), inner()));
            let between = invocation.in_scope(|| tracing::info_span!("between"));
            let of_inside =
                invocation.in_scope(|| between.in_scope(|| Pin::new(&mut inside).poll(&mut cx)));
            assert_eq!(of_inside, Poll::Ready((Some("a".to_owned()), Some("between"))));
            assert_eq!(Pin::new(&mut outside).poll(&mut cx), Poll::Ready(own.clone()));
            assert_eq!(Pin::new(&mut moved).poll(&mut cx), Poll::Ready(own));
            assert_eq!(current_id(), None);
        });
    }

    #[test]
    fn scoped_future_is_in_scope_at_each_poll_and_at_its_drop() {
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
