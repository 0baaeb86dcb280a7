//! Reads the output of a child process into the log stream.

use std::collections::HashMap;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::log::{Lines, LogStream, Origin};

/// How long to wait for a mark.
const LIMIT: Duration = Duration::from_secs(1);

/// The pipe that is both stdout and stderr of a child.
///
/// Lambda's `END` follows all lines of an invocation, so we must know when all output so far has been read. Pipes
/// preserve order: once a mark that was written into the same pipe has been read, so has everything before it.
#[derive(Clone)]
pub(crate) struct Output {
    pipe: Arc<PipeWriter>,
    marks: Arc<Marks>,
}

#[derive(Default)]
struct Marks {
    waiting: Mutex<HashMap<Vec<u8>, oneshot::Sender<()>>>,
}

impl Output {
    /// Opens the pipe and reads it on a thread, which ends with the last writer.
    pub(crate) fn open(log: LogStream) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        let marks = Arc::<Marks>::default();
        let reached = Arc::clone(&marks);
        thread::Builder::new()
            .name("powertools-local output".to_owned())
            .spawn(move || read(reader, &log, &reached))?;
        Ok(Self { pipe: Arc::new(writer), marks })
    }

    /// The end of the pipe that the child writes to.
    pub(crate) fn stdio(&self) -> io::Result<Stdio> {
        Ok(self.pipe.try_clone()?.into())
    }

    /// Waits until all output so far is in the log stream.
    pub(crate) async fn drain(&self) {
        let mark = format!("\u{1e}{}\u{1e}\n", Uuid::new_v4().simple()).into_bytes();
        let reached = self.marks.expect(mark.clone());
        if (&*self.pipe).write_all(&mark).is_ok() {
            // This only times out if the mark was split in two, in the middle of a line of a megabyte.
            let _ = tokio::time::timeout(LIMIT, reached).await;
        }
    }
}

impl Marks {
    fn expect(&self, mark: Vec<u8>) -> oneshot::Receiver<()> {
        let (reached, waiter) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(mark, reached);
        waiter
    }

    /// Removes a mark from the end of `line`, if there is one.
    fn reach(&self, line: &mut Vec<u8>) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mark) = waiting.keys().find(|mark| line.ends_with(mark)).cloned() else {
            return false;
        };
        line.truncate(line.len() - mark.len());
        if let Some(reached) = waiting.remove(&mark) {
            // The waiting task may have been cancelled.
            let _ = reached.send(());
        }
        true
    }
}

fn read(mut pipe: PipeReader, log: &LogStream, marks: &Marks) {
    let mut lines = Lines::default();
    let mut buffer = [0; 8192];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                let bytes = &buffer[..read];
                lines.push_unless(
                    bytes,
                    |line| marks.reach(line),
                    |line| log.write(Origin::Function, line),
                );
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    lines.end(|line| log.write(Origin::Function, line));
}
