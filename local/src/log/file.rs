use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::Value;

use super::LogEvent;
use crate::error::Error;

/// A file of JSON lines, one for each event.
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    failure: Option<io::Error>,
}

impl LogFile {
    pub(super) fn open(path: PathBuf) -> Result<Self, Error> {
        match OpenOptions::new().create(true).append(true).open(&path) {
            Ok(file) => Ok(Self { path, file, failure: None }),
            Err(source) => Err(Error::LogFile { path, source }),
        }
    }

    pub(super) fn append(&mut self, event: &LogEvent) {
        let (stream, message) =
            (Value::from(event.stream.as_str()), Value::from(event.message.as_str()));
        let timestamp = event.timestamp;
        let line =
            format!("{{\"timestamp\":{timestamp},\"logStream\":{stream},\"message\":{message}}}\n");
        // One write, so that the lines of several processes are not interleaved.
        if let Err(e) = self.file.write_all(line.as_bytes()) {
            self.failure.get_or_insert(e);
        }
    }

    pub(super) fn take_failure(&mut self) -> Result<(), Error> {
        match self.failure.take() {
            Some(source) => Err(Error::LogFile { path: self.path.clone(), source }),
            None => Ok(()),
        }
    }
}
