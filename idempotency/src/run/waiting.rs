//! Waiting for the store in synchronous code, wherever that runs, without a panic.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use tokio::{
    runtime::{Builder, Handle, Runtime, RuntimeFlavor},
    task,
};

use crate::BlockingError;

/// How long a runtime of one thread may take to show that another thread drives it.
const SIGN_OF_LIFE: Duration = Duration::from_millis(500);

/// A way to wait that works here.
pub(super) enum Waiting {
    /// Other threads drive the runtime.
    Parked,
    /// This runtime is the only one, and lasts as long as the call.
    Runtime(Runtime),
}

/// Runs `call`, which may wait; runs nothing where nothing may wait.
///
/// # Errors
///
/// [`BlockingError`], before `call` runs.
pub(super) fn waiting<R>(call: impl FnOnce(&Waiting) -> R) -> Result<R, BlockingError> {
    match Handle::try_current() {
        Err(error) if error.is_thread_local_destroyed() => Err(BlockingError::ThreadEnds),
        Err(_) => alone(call),
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => {
            // Workers run nothing but tasks: without one, this thread may stand still.
            match task::try_id() {
                None => Ok(call(&Waiting::Parked)),
                Some(_) => in_place(call),
            }
        }
        Ok(handle) if is_driven_elsewhere(&handle) => Ok(call(&Waiting::Parked)),
        Ok(_) => Err(BlockingError::OneThread),
    }
}

/// Runs `call` with a new runtime.
fn alone<R>(call: impl FnOnce(&Waiting) -> R) -> Result<R, BlockingError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let waiting = Waiting::Runtime(runtime.map_err(BlockingError::NoRuntime)?);
    let called = call(&waiting);
    if let Waiting::Runtime(runtime) = waiting {
        // What still looks up an address there is not waited for.
        runtime.shutdown_background();
    }
    Ok(called)
}

/// Runs `call` after the worker of this thread has been given to another.
fn in_place<R>(call: impl FnOnce(&Waiting) -> R) -> Result<R, BlockingError> {
    let mut begun = false;
    let blocked = catch_unwind(AssertUnwindSafe(|| {
        task::block_in_place(|| {
            begun = true;
            call(&Waiting::Parked)
        })
    }));
    match blocked {
        Ok(called) => Ok(called),
        Err(panic) if begun => resume_unwind(panic),
        // tokio tells only by a panic that a task is one of a `LocalSet`.
        Err(_) => Err(BlockingError::LocalTask),
    }
}

/// Tells whether a runtime of one thread goes on while this thread waits.
fn is_driven_elsewhere(handle: &Handle) -> bool {
    let (sender, sign) = mpsc::channel();
    let task = handle.spawn(async move {
        // If nobody listens any more, the caller has given up.
        let _ = sender.send(());
    });
    let is_driven = sign.recv_timeout(SIGN_OF_LIFE).is_ok();
    task.abort();
    is_driven
}

impl Waiting {
    /// Waits until `future` is done.
    pub(super) fn on<F: Future>(&self, future: F) -> F::Output {
        match self {
            Self::Runtime(runtime) => runtime.block_on(future),
            Self::Parked => parked(future),
        }
    }
}

/// Polls `future` on this thread, which sleeps in between; tokio's `block_on` panics in more places.
fn parked<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let alarm = Arc::new(Alarm { thread: thread::current(), rung: AtomicBool::new(false) });
    let waker = Waker::from(alarm.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        while !alarm.rung.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

/// Wakes a thread.
struct Alarm {
    thread: Thread,
    /// Somebody else may have taken the thread's own token.
    rung: AtomicBool,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        self.thread.unpark();
    }
}
