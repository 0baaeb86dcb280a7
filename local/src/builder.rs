use std::path::PathBuf;
use std::time::Duration;

use crate::error::Error;
use crate::local::Local;
use crate::log::LogStream;
use crate::settings::{LogFormat, Settings};

/// The settings of a function, as you would configure them on Lambda.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until it is started"]
pub struct Builder {
    settings: Settings,
    binary: Option<PathBuf>,
    log_file: Option<PathBuf>,
}

impl Builder {
    pub(crate) fn new(function_name: String) -> Self {
        Self { settings: Settings::new(function_name), binary: None, log_file: None }
    }

    /// Sets the memory size in MB, which is 128 by default. The function can read it, but it is not enforced.
    pub fn memory_mb(mut self, megabytes: u32) -> Self {
        self.settings.memory_mb = megabytes;
        self
    }

    /// Sets the timeout of each invocation, which is 3 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Sets how long an invocation may wait for a runtime while the function starts or is stuck; the default is 10
    /// seconds.
    pub fn init_timeout(mut self, timeout: Duration) -> Self {
        self.settings.init_timeout = timeout;
        self
    }

    /// Sets how many invocations a process runs concurrently; more than one means Lambda Managed Instances.
    pub fn concurrency(mut self, concurrency: u32) -> Self {
        self.settings.concurrency = concurrency;
        self
    }

    /// Sets the format of Lambda's own lines. The default is text, and JSON on Managed Instances.
    pub fn log_format(mut self, format: LogFormat) -> Self {
        self.settings.log_format = Some(format);
        self
    }

    /// Sets an environment variable of the function; it overrides the value that Lambda would set.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.variables.push((name.into(), value.into()));
        self
    }

    /// Appends the log stream to a file of JSON lines `{timestamp, logStream, message}`.
    pub fn log_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.log_file = Some(path.into());
        self
    }

    /// Sets the binary to [spawn](Local::spawn) at the start.
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// Opens the Runtime API on a free loopback port.
    ///
    /// # Errors
    /// [`Error::Setting`] for a setting out of range, [`Error::Listen`] if no port can be opened, [`Error::LogFile`] if
    /// the log file cannot be opened, and [`Error::Start`] if the binary cannot be started.
    pub async fn start(self) -> Result<Local, Error> {
        self.settings.validate()?;
        let log = LogStream::new(&self.settings, self.log_file)?;
        let local = Local::open(self.settings, log).await?;
        if let Some(binary) = self.binary {
            local.spawn(binary)?;
        }
        Ok(local)
    }
}
