use std::io;

/// Why a synchronous call can't wait for the store where it was made; each says what to do instead.
///
/// It happens before the store is asked, so that nothing is claimed and nothing runs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlockingError {
    /// The runtime has one thread, which would wait for a connection that only that thread could serve.
    #[error(
        "the runtime of this call has one thread, and no connection goes on while that waits; use the \
         multi-thread flavour, make the function `async`, or call it in `spawn_blocking`"
    )]
    OneThread,
    /// The task may not block its thread: it belongs to a `LocalSet`, or runs on another runtime than the
    /// current one.
    #[error(
        "a task of a `LocalSet` may not block its thread; make the function `async`, or call it in \
         `spawn_blocking`"
    )]
    LocalTask,
    /// The thread is ending: the call was made while its thread-local variables are dropped.
    #[error(
        "the thread of this call is ending; call it before its thread-local variables are dropped"
    )]
    ThreadEnds,
    /// There is no runtime here, and none could be started.
    #[error("there is no runtime here, and none could be started: {0}")]
    NoRuntime(#[source] io::Error),
}
