//! The function's log stream, as CloudWatch would store it.

mod file;
mod platform;
mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock;
use crate::error::Error;
use crate::settings::Settings;

use self::file::LogFile;
pub(crate) use self::platform::{Ended, InitPhase, Platform, Status, Trace};
pub(crate) use self::writer::Lines;
pub use self::writer::LogWriter;

/// One event of the log stream.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LogEvent {
    /// The time at which it was written, in milliseconds since the Unix epoch.
    pub timestamp: u64,
    /// The name of the log stream, such as `2026/11/20/[$LATEST]d3f0…`.
    pub stream: String,
    /// The line.
    pub message: String,
    /// The source of the event.
    pub origin: Origin,
}

/// The source of a log event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// The function.
    Function,
    /// Lambda: `START`, `END`, `REPORT` and similar lines.
    Platform,
}

/// The events so far, shared by all writers.
#[derive(Clone)]
pub(crate) struct LogStream {
    name: String,
    events: Arc<Mutex<Events>>,
}

struct Events {
    kept: Vec<LogEvent>,
    file: Option<LogFile>,
}

/// The maximum number of lines, and of characters of each, in an error message.
const MOST_LINES: usize = 20;
const MOST_CHARS: usize = 1000;

fn shortened(event: &LogEvent) -> String {
    match event.message.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &event.message[..end]),
        None => event.message.clone(),
    }
}

impl LogStream {
    pub(crate) fn new(
        settings: &Settings,
        file: Option<std::path::PathBuf>,
    ) -> Result<Self, Error> {
        let file = file.map(LogFile::open).transpose()?;
        let events = Events { kept: Vec::new(), file };
        Ok(Self { name: settings.log_stream.clone(), events: Arc::new(Mutex::new(events)) })
    }

    pub(crate) fn write(&self, origin: Origin, message: String) {
        let mut events = self.lock();
        let event =
            LogEvent { timestamp: clock::epoch_ms(), stream: self.name.clone(), message, origin };
        if let Some(file) = &mut events.file {
            file.append(&event);
        }
        events.kept.push(event);
    }

    pub(crate) fn events(&self) -> Vec<LogEvent> {
        self.lock().kept.clone()
    }

    pub(crate) fn function_lines(&self) -> Vec<String> {
        let events = self.lock();
        let written = events.kept.iter().filter(|event| event.origin == Origin::Function);
        written.map(|event| event.message.clone()).collect()
    }

    /// Returns the number of events, for [`written_since`](Self::written_since).
    pub(crate) fn len(&self) -> usize {
        self.lock().kept.len()
    }

    /// Returns the last lines that the function wrote after the first `len` events.
    pub(crate) fn written_since(&self, len: usize) -> Vec<String> {
        let events = self.lock();
        let written = events.kept.iter().skip(len).rev();
        let written = written.filter(|event| event.origin == Origin::Function);
        let mut lines: Vec<_> = written.take(MOST_LINES).map(shortened).collect();
        lines.reverse();
        lines
    }

    /// Reports the first failure to write the file, once.
    pub(crate) fn file_result(&self) -> Result<(), Error> {
        match &mut self.lock().file {
            Some(file) => file.take_failure(),
            None => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Events> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
