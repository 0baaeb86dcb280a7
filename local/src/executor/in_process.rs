use std::future::Future;
use std::sync::Arc;

use tokio::task::JoinError;

use super::Executor;
use crate::api::Server;
use crate::environment::Environment;
use crate::outcome::FunctionError;
use crate::sandbox::Session;

impl Executor {
    /// Runs a runtime as a task in this process.
    pub(crate) fn in_process<F, E>(
        session: Arc<Session>,
        server: Server,
        environment: Environment,
        runtime: F,
    ) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display + Send + 'static,
    {
        session.sandbox.starting(session.id, std::process::id(), false);
        let function = tokio::spawn(in_environment(environment, runtime));
        let abort = function.abort_handle();
        let supervisor = tokio::spawn(async move {
            let detail = detail(function.await);
            let error = FunctionError::new("Runtime.ExitError", detail.clone());
            session.sandbox.exited(session.id, &error, &detail);
            drop(server);
        });
        Self { supervisor, function: Some(abort) }
    }
}

/// Polls a future. The function's variables are set during the first poll, in which `lambda_runtime` reads those that
/// it has not read in `Runtime::new`.
async fn in_environment<F: Future>(environment: Environment, future: F) -> F::Output {
    let mut future = Box::pin(future);
    let mut environment = Some(environment);
    std::future::poll_fn(move |cx| match environment.take() {
        Some(environment) => environment.scope(|| future.as_mut().poll(cx)),
        None => future.as_mut().poll(cx),
    })
    .await
}

fn detail<E: std::fmt::Display>(ended: Result<Result<(), E>, JoinError>) -> String {
    match ended {
        Ok(Ok(())) => "Runtime exited without providing a reason".to_owned(),
        Ok(Err(error)) => format!("Runtime exited with error: {error}"),
        Err(error) => format!("Runtime exited with error: {error}"),
    }
}
