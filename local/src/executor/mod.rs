//! What runs the function: a task of this process, or a child process.

mod child;
mod in_process;
mod output;
mod signal;

use tokio::task::{AbortHandle, JoinHandle};

pub(crate) use self::child::Binary;
pub(crate) use self::output::Output;

/// The tasks that run the function; dropping it ends them.
pub(crate) struct Executor {
    /// Sees the function to its end.
    supervisor: JoinHandle<()>,
    /// The function itself, when it is a task.
    function: Option<AbortHandle>,
}

impl Executor {
    /// Ends the function; the sandbox is closed already.
    pub(crate) async fn shut_down(mut self) {
        if let Some(function) = &self.function {
            function.abort();
        }
        // Only a panic in the supervisor itself could fail here, and it has nothing left to do.
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
