use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{Child, Command};

use super::{Executor, Output, signal};
use crate::api::{Port, Server};
use crate::environment::Environment;
use crate::error::Error;
use crate::outcome::FunctionError;
use crate::sandbox::{Sandbox, Session};

/// How long Lambda lets a process with an extension run after SIGTERM.
const GRACE: Duration = Duration::from_millis(500);

/// The function as a program.
pub(crate) struct Binary {
    pub(crate) path: PathBuf,
    pub(crate) sandbox: Arc<Sandbox>,
}

/// A started program, whose Runtime API is not served yet.
pub(crate) struct Launched {
    child: Child,
    output: Output,
}

/// A started program and its Runtime API.
struct Process {
    child: Child,
    session: Arc<Session>,
    output: Output,
    server: Server,
}

impl Executor {
    /// Serves the launched program, and restarts it if it has ended and an invocation is waiting.
    pub(crate) fn child(binary: Binary, launched: Launched, port: Port) -> Self {
        let first = binary.attend(launched, port, 1);
        let supervisor = tokio::spawn(binary.supervise(first));
        Self { supervisor, function: None }
    }
}

impl Binary {
    async fn supervise(self, mut process: Process) {
        loop {
            let mut number = process.session.id;
            process.see_to_its_end(&self.sandbox).await;
            process = loop {
                self.sandbox.work().await;
                if self.sandbox.is_closed() {
                    return;
                }
                number += 1;
                match self.start_again(number).await {
                    Ok(process) => break process,
                    Err(error) => self.not_started(number, &error),
                }
            };
        }
    }

    async fn start_again(&self, number: u64) -> Result<Process, Error> {
        let port = Port::open().await?;
        Ok(self.attend(self.launch(port.address())?, port, number))
    }

    fn attend(&self, launched: Launched, port: Port, number: u64) -> Process {
        let Launched { child, output } = launched;
        self.sandbox.starting(number, child.id().unwrap_or_default(), true);
        let session = Arc::new(Session {
            id: number,
            sandbox: Arc::clone(&self.sandbox),
            output: Some(output.clone()),
        });
        let server = port.serve(Arc::clone(&session));
        Process { child, session, output, server }
    }

    /// Starts the program, which will poll `api`.
    pub(crate) fn launch(&self, api: SocketAddr) -> Result<Launched, Error> {
        let failed = |source| Error::Start { path: self.path.clone(), source };
        let output = Output::open(self.sandbox.log.clone()).map_err(failed)?;
        let environment = Environment::new(&self.sandbox.settings, api);
        // The child must not inherit variables that another `Local` sets temporarily.
        let child = Environment::stable(|| self.command(&output, &environment)?.spawn());
        Ok(Launched { child: child.map_err(failed)?, output })
    }

    fn command(&self, output: &Output, environment: &Environment) -> io::Result<Command> {
        let mut command = Command::new(&self.path);
        for name in environment.unwanted() {
            command.env_remove(name);
        }
        command
            .envs(environment.given())
            .stdin(Stdio::null())
            .stdout(output.stdio()?)
            .stderr(output.stdio()?)
            .kill_on_drop(true);
        Ok(command)
    }

    fn not_started(&self, number: u64, error: &Error) {
        let detail = match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        };
        self.sandbox.starting(number, 0, true);
        let error = FunctionError::new("Runtime.InvalidEntrypoint", detail.clone());
        self.sandbox.exited(number, &error, &detail);
    }
}

impl Process {
    async fn see_to_its_end(mut self, sandbox: &Sandbox) {
        let status = tokio::select! {
            status = self.child.wait() => status,
            () = sandbox.evicted(self.session.id) => self.end(sandbox).await,
        };
        self.output.drain().await;
        drop(self.server);
        let detail = detail(status);
        let error = FunctionError::new("Runtime.ExitError", detail.clone());
        sandbox.exited(self.session.id, &error, &detail);
    }

    /// Kills the program, after a warning if Lambda would send one.
    async fn end(&mut self, sandbox: &Sandbox) -> io::Result<ExitStatus> {
        if sandbox.is_closed() && sandbox.has_extension() {
            signal::terminate(&self.child);
            if let Ok(status) = tokio::time::timeout(GRACE, self.child.wait()).await {
                return status;
            }
        }
        self.child.kill().await?;
        self.child.wait().await
    }
}

fn detail(status: io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) if status.success() => "Runtime exited without providing a reason".to_owned(),
        Ok(status) => format!("Runtime exited with error: {}", reason(status)),
        Err(error) => format!("Runtime exited with error: {error}"),
    }
}

/// Names the exit code or signal as Lambda does.
fn reason(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => format!("signal: {}", signal::name(status)),
    }
}
