//! The executor of the function: a task in this process, or a child process.

mod child;
mod in_process;
mod output;
mod signal;

use tokio::task::{AbortHandle, JoinHandle};

pub(crate) use self::child::Binary;
pub(crate) use self::output::Output;

/// The tasks that run the function; dropping it ends them.
pub(crate) struct Executor {
    /// Supervises the function until its end.
    supervisor: JoinHandle<()>,
    /// The function itself, if it is a task.
    function: Option<AbortHandle>,
}

impl Executor {
    /// Ends the function; the sandbox is already closed.
    pub(crate) async fn shut_down(mut self) {
        if let Some(function) = &self.function {
            function.abort();
        }
        // This only fails if the supervisor panicked, and nothing is left to do then.
        let _ = (&mut self.supervisor).await;
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.supervisor.abort();
        if let Some(function) = &self.function {
            function.abort();
        }
    }
}
