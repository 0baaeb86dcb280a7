//! Clocks of environments, and environments that stand still.

use std::{
    future::Future,
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use powertools_core::Clock;
use tokio::time::{Instant, Sleep, sleep_until};

/// When every round begins, in seconds since 1970.
const START: Duration = Duration::from_secs(1_800_000_000);

/// The clock of one environment, which follows tokio's time and differs from that of others by its skew.
#[derive(Clone, Copy, Debug)]
pub(super) struct SkewedClock {
    pub(super) start: Instant,
    /// Never negative: the clock that is furthest behind has none.
    pub(super) ahead: Duration,
}

impl SkewedClock {
    pub(super) fn now_ms(&self) -> u64 {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(since.as_millis()).unwrap()
    }
}

impl Clock for SkewedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + START + self.start.elapsed() + self.ahead
    }
}

/// A future that is not polled for some time, as a process that gets no processor.
pub(super) struct Frozen<F> {
    inner: Pin<Box<F>>,
    window: Option<(Range<Instant>, Pin<Box<Sleep>>)>,
}

impl<F: Future> Frozen<F> {
    /// Freezes `inner` for a period that begins so long from now, if there is one.
    pub(super) fn new(inner: F, window: Option<(Duration, Duration)>) -> Self {
        let window = window.map(|(after, period)| {
            let start = Instant::now() + after;
            (start..start + period, Box::pin(sleep_until(start + period)))
        });
        Self { inner: Box::pin(inner), window }
    }
}

impl<F: Future> Future for Frozen<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if let Some((window, thaw)) = &mut self.window
            && window.contains(&Instant::now())
            && thaw.as_mut().poll(cx).is_pending()
        {
            return Poll::Pending;
        }
        self.inner.as_mut().poll(cx)
    }
}
