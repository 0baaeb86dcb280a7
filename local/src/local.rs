use std::fmt;
use std::fmt::Display;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use lambda_runtime::{Error as BoxError, LambdaInvocation, Runtime};
use serde::Serialize;
use tower_service::Service;

use crate::api::{Port, Server};
use crate::builder::Builder;
use crate::environment::Environment;
use crate::error::Error;
use crate::executor::{Binary, Executor};
use crate::invocation::Invocation;
use crate::log::{LogEvent, LogStream, LogWriter};
use crate::outcome::Outcome;
use crate::sandbox::{Sandbox, Session};
use crate::settings::Settings;

/// One function and the part of Lambda around it.
///
/// Dropping it ends the function; [`shutdown`](Self::shutdown) ends it as Lambda would.
#[must_use = "dropping it ends the function"]
pub struct Local {
    sandbox: Arc<Sandbox>,
    address: SocketAddr,
    stage: Mutex<Stage>,
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The service behind the port.
enum Stage {
    /// Any client that knows the port.
    Open(Port),
    /// A manually started runtime.
    ByHand {
        _server: Server,
    },
    Hosted(Executor),
    Ended,
}

impl Local {
    /// Returns a builder for a function.
    pub fn builder(function_name: impl Into<String>) -> Builder {
        Builder::new(function_name.into())
    }

    pub(crate) async fn open(settings: Settings, log: LogStream) -> Result<Self, Error> {
        let port = Port::open().await?;
        Ok(Self {
            sandbox: Sandbox::new(settings, log),
            address: port.address(),
            stage: Mutex::new(Stage::Open(port)),
        })
    }

    /// Runs a built binary as a child process.
    ///
    /// Its output to stdout and stderr is written to the log stream. At a deadline it is killed, unless it runs
    /// concurrent invocations. After it ends, for any reason, the next invocation starts it again.
    ///
    /// # Errors
    /// [`Error::Start`] if it cannot be started, after which you can start another one; [`Error::AlreadyServed`] if
    /// this function is already served.
    ///
    /// # Panics
    /// If called outside of a Tokio runtime.
    pub fn spawn(&self, binary: impl Into<PathBuf>) -> Result<(), Error> {
        let binary = Binary { path: binary.into(), sandbox: Arc::clone(&self.sandbox) };
        let launch = |api| binary.launch(api).map(|launched| (binary, launched));
        self.host(launch, |(binary, launched), port| Executor::child(binary, launched, port))
    }

    /// Runs a service in this process, one invocation at a time.
    ///
    /// The function's environment variables are set while `build` runs, so read them there.
    ///
    /// # Errors
    /// [`Error::AlreadyServed`] if this function is already served.
    ///
    /// # Panics
    /// If called outside of a Tokio runtime.
    pub fn serve<S>(&self, build: impl FnOnce() -> Runtime<S>) -> Result<(), Error>
    where
        S: Service<LambdaInvocation, Response = (), Error = BoxError> + Send + 'static,
        S::Future: Send,
    {
        self.serve_future(|| build().run())
    }

    /// Runs a service in this process, with as many concurrent invocations as [`Builder::concurrency`] allows.
    ///
    /// # Errors
    /// [`Error::AlreadyServed`] if this function is already served.
    ///
    /// # Panics
    /// If called outside of a Tokio runtime.
    pub fn serve_concurrent<S>(&self, build: impl FnOnce() -> Runtime<S>) -> Result<(), Error>
    where
        S: Service<LambdaInvocation, Response = (), Error = BoxError> + Clone + Send + 'static,
        S::Future: Send,
    {
        self.serve_future(|| build().run_concurrent())
    }

    /// Runs a function's `main` in this process, such as one that calls `lambda_http::run`.
    ///
    /// The function's environment variables are set while `main` is called and during the first poll of its future.
    ///
    /// # Errors
    /// [`Error::AlreadyServed`] if this function is already served.
    ///
    /// # Panics
    /// If called outside of a Tokio runtime.
    pub fn serve_future<F, E>(&self, main: impl FnOnce() -> F) -> Result<(), Error>
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        let prepare = |api| {
            let environment = Environment::new(&self.sandbox.settings, api);
            let future = environment.scope(main);
            Ok((environment, future))
        };
        self.host(prepare, |(environment, future), port| {
            let session = self.session();
            let server = port.serve(Arc::clone(&session));
            Executor::in_process(session, server, environment, future)
        })
    }

    /// Invokes the function with a value as JSON.
    ///
    /// # Errors
    /// The same as [`Invocation::send`].
    pub fn invoke<T: Serialize + ?Sized>(
        &self,
        payload: &T,
    ) -> impl Future<Output = Result<Outcome, Error>> + Send + use<T> {
        self.invocation(payload).send()
    }

    /// Prepares an invocation with a value as JSON.
    pub fn invocation(&self, payload: &(impl Serialize + ?Sized)) -> Invocation {
        let payload = serde_json::to_vec(payload).map(Bytes::from).map_err(Error::Payload);
        Invocation::new(Arc::clone(&self.sandbox), payload)
    }

    /// Prepares an invocation with any bytes.
    pub fn raw_invocation(&self, payload: impl Into<Bytes>) -> Invocation {
        Invocation::new(Arc::clone(&self.sandbox), Ok(payload.into()))
    }

    /// Returns the log stream so far: the function's lines and Lambda's own.
    #[must_use]
    pub fn logs(&self) -> Vec<LogEvent> {
        self.sandbox.log.events()
    }

    /// Returns the function's lines, without Lambda's own.
    #[must_use]
    pub fn function_lines(&self) -> Vec<String> {
        self.sandbox.log.function_lines()
    }

    /// Returns a writer into the log stream, for the logger of a service in this process.
    #[must_use]
    pub fn log_writer(&self) -> LogWriter {
        LogWriter::new(self.sandbox.log.clone())
    }

    /// Opens the Runtime API to a manually started runtime, such as one in a debugger, and returns the value for its
    /// `AWS_LAMBDA_RUNTIME_API`.
    ///
    /// # Errors
    /// [`Error::AlreadyServed`] if this function is already served.
    ///
    /// # Panics
    /// If called outside of a Tokio runtime.
    pub fn serve_raw(&self) -> Result<SocketAddr, Error> {
        let mut stage = self.lock();
        if !matches!(*stage, Stage::ByHand { .. }) {
            let port = self.take_port(&mut stage)?;
            *stage = Stage::ByHand { _server: port.serve(self.session()) };
        }
        Ok(self.address)
    }

    /// Ends the function as Lambda does: a child that registered an extension receives SIGTERM and is killed after half
    /// a second.
    pub async fn shutdown(self) {
        self.sandbox.close();
        let stage = std::mem::replace(&mut *self.lock(), Stage::Ended);
        if let Stage::Hosted(executor) = stage {
            executor.shut_down().await;
        }
    }

    /// Reserves the port for the service that `prepare` creates; if that fails, the port remains available.
    fn host<T>(
        &self,
        prepare: impl FnOnce(SocketAddr) -> Result<T, Error>,
        start: impl FnOnce(T, Port) -> Executor,
    ) -> Result<(), Error> {
        let mut stage = self.lock();
        let port = self.take_port(&mut stage)?;
        let (next, result) = match prepare(port.address()) {
            Ok(prepared) => (Stage::Hosted(start(prepared, port)), Ok(())),
            Err(error) => (Stage::Open(port), Err(error)),
        };
        *stage = next;
        result
    }

    fn take_port(&self, stage: &mut Stage) -> Result<Port, Error> {
        match std::mem::replace(stage, Stage::Ended) {
            Stage::Open(port) => Ok(port),
            taken => {
                *stage = taken;
                let function = self.sandbox.settings.function_name.clone();
                Err(Error::AlreadyServed { function })
            }
        }
    }

    fn session(&self) -> Arc<Session> {
        Arc::new(Session { id: 0, sandbox: Arc::clone(&self.sandbox), output: None })
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.sandbox.close();
    }
}
