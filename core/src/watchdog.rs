use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// Calls back at a given time, from a separate thread, unless the guard of the callback is dropped before.
///
/// This is a thread and not a timer of the async runtime, because a handler that blocks the runtime needs it most. The
/// thread starts with a watch, and ends when it wakes up and no watch is left. While it runs a callback, another thread
/// takes over, so that a slow callback, such as an exporter, does not delay other watches.
#[derive(Clone, Debug, Default)]
pub struct Watchdog(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    next_id: u64,
    /// Whether a thread is waiting for the pending callbacks; a thread that runs a callback is not.
    watched: bool,
    /// When the waiting thread wakes up by itself, which is never later than the first pending callback.
    wakes_at: Option<Instant>,
    // There are at most as many entries as concurrent invocations, and a tree would add 9 kB to the binary.
    pending: Vec<Pending>,
}

struct Pending {
    id: u64,
    at: Instant,
    callback: Callback,
}

/// The maximum delay: longer than any invocation, and short enough to be added to an `Instant`.
const FARTHEST: Duration = Duration::from_secs(24 * 60 * 60);

type Callback = Box<dyn FnOnce() + Send>;

impl Watchdog {
    /// Creates a watchdog without watches.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `callback` after `delay`, but at most a day later, unless the returned guard is dropped before.
    ///
    /// If the callback is already running when the guard is dropped, it runs to completion.
    pub fn after(&self, delay: Duration, callback: impl FnOnce() + Send + 'static) -> WatchGuard {
        let mut state = self.0.lock();
        state.next_id += 1;
        let (id, at) = (state.next_id, Instant::now() + delay.min(FARTHEST));
        state.pending.push(Pending { id, at, callback: Box::new(callback) });
        if !state.watched {
            state.watched = self.0.start();
        }
        // The thread need not be woken for a later deadline, which is the usual case if invocations run one after the
        // other.
        if state.wakes_at.is_some_and(|wakes_at| at < wakes_at) {
            self.0.changed.notify_one();
        }
        WatchGuard { shared: self.0.clone(), id }
    }
}

impl State {
    /// Returns the index of the next callback.
    fn next(&self) -> Option<usize> {
        let pending = self.pending.iter().enumerate();
        // The id decides between equal times, so that callbacks run in the order in which they were added.
        pending.min_by_key(|(_, pending)| (pending.at, pending.id)).map(|(index, _)| index)
    }

    fn call_off(&mut self, id: u64) -> Option<Pending> {
        let at = self.pending.iter().position(|pending| pending.id == id)?;
        Some(self.pending.swap_remove(at))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a thread that waits; if that fails, callbacks are late, but nothing else happens.
    fn start(self: &Arc<Self>) -> bool {
        let shared = self.clone();
        thread::Builder::new()
            .name("powertools-watchdog".into())
            .spawn(move || shared.watch())
            .is_ok()
    }

    fn watch(self: Arc<Self>) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            match state.next() {
                Some(next) if state.pending[next].at <= now => {
                    let callback = state.pending.swap_remove(next).callback;
                    // Another thread takes over first, because the callback may be slow.
                    state.watched = !state.pending.is_empty() && self.start();
                    drop(state);
                    // A callback that panics must not end the thread, because other invocations depend on it.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(callback));
                    state = self.lock();
                    if std::mem::replace(&mut state.watched, true) {
                        // Another thread has taken over while the callback ran.
                        return;
                    }
                }
                Some(next) => {
                    let at = state.pending[next].at;
                    state.wakes_at = Some(at);
                    let woken = self.changed.wait_timeout(state, at - now);
                    state = woken.unwrap_or_else(PoisonError::into_inner).0;
                    state.wakes_at = None;
                }
                None => {
                    state.watched = false;
                    return;
                }
            }
        }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watchdog")
            .field("pending", &self.lock().pending.len())
            .finish_non_exhaustive()
    }
}

/// Keeps a callback of a [`Watchdog`] pending; dropping the guard cancels the callback.
#[must_use = "dropping the watch calls the callback off"]
#[derive(Debug)]
pub struct WatchGuard {
    shared: Arc<Shared>,
    id: u64,
}

impl Drop for WatchGuard {
    fn drop(&mut self) {
        // The callback must be dropped after the lock is released, because it may own another guard.
        let called_off = self.shared.lock().call_off(self.id);
        drop(called_off);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(3600);
    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn callbacks_run_in_order_of_time() {
        let (watchdog, (sender, receiver)) = (Watchdog::new(), mpsc::channel());
        let _watches: Vec<_> = [(LONG, "never"), (25 * SOON, "second"), (SOON, "first")]
            .map(|(delay, name)| {
                let sender = sender.clone();
                watchdog.after(delay, move || sender.send(name).unwrap())
            })
            .into_iter()
            .collect();
        assert_eq!(receiver.recv_timeout(PATIENCE), Ok("first"));
        assert_eq!(receiver.recv_timeout(PATIENCE), Ok("second"));
    }

    #[test]
    fn slow_callback_does_not_delay_others() {
        let (watchdog, (sender, receiver)) = (Watchdog::new(), mpsc::channel());
        let (done, slow) = mpsc::channel();
        let _slow = watchdog.after(Duration::ZERO, move || {
            done.send(receiver.recv_timeout(PATIENCE)).unwrap();
        });
        let _next = watchdog.after(SOON, move || sender.send(()).unwrap());
        assert_eq!(slow.recv_timeout(2 * PATIENCE), Ok(Ok(())));
    }

    #[test]
    fn dropped_guard_cancels_the_callback() {
        let (watchdog, (sender, receiver)) = (Watchdog::new(), mpsc::channel());
        let other = sender.clone();
        drop(watchdog.after(SOON, move || other.send("called off").unwrap()));
        let _watch = watchdog.after(2 * SOON, move || sender.send("kept").unwrap());
        assert_eq!(receiver.recv_timeout(PATIENCE), Ok("kept"));
    }

    #[test]
    fn callback_can_own_a_guard_and_delay_can_be_infinite() {
        let watchdog = Watchdog::new();
        let inner = watchdog.after(Duration::MAX, || ());
        drop(watchdog.after(LONG, move || drop(inner)));
    }

    #[test]
    fn watchdog_continues_after_a_panic_and_after_idling() {
        let (watchdog, (sender, receiver)) = (Watchdog::new(), mpsc::channel());
        let _first =
            watchdog.after(Duration::ZERO, || std::panic::resume_unwind(Box::new("on purpose")));
        for _ in 0..2 {
            let sender = sender.clone();
            let _next = watchdog.after(SOON, move || sender.send(()).unwrap());
            assert_eq!(receiver.recv_timeout(PATIENCE), Ok(()));
        }
    }
}
