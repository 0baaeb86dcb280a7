use std::{
    io::{ErrorKind, Write},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use super::LineSink;

/// The number of retries for a writer that would block, and the pause between them: 0.2 s in total.
const RETRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(1);

/// Writes lines to any [`Write`], with one `write` call for each line.
///
/// A partial write is continued, an interrupted one is repeated, and one that would block is retried for 0.2 s. After
/// any other failure, such as a closed pipe, the rest of the line is dropped, and the next line is preceded by a line
/// feed.
#[derive(Debug)]
pub struct WriterSink<W>(Mutex<State<W>>);

#[derive(Debug)]
struct State<W> {
    writer: W,
    /// Whether the output ends within a line.
    torn: bool,
}

impl<W: Write + Send + 'static> WriterSink<W> {
    /// Creates a sink that writes to `writer`, which should not buffer its input.
    pub fn new(writer: W) -> Self {
        Self(Mutex::new(State { writer, torn: false }))
    }
}

impl<W: Write + Send + 'static> LineSink for WriterSink<W> {
    fn write_line(&self, line: &[u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // End the partial line first, so that this line remains readable.
        if state.torn {
            let written = write_all(&mut state.writer, b"\n");
            state.torn = written == 0;
        }
        let written = write_all(&mut state.writer, line);
        state.torn |= written != 0 && written != line.len();
    }
}

/// Writes as many of the `bytes` as the writer accepts, and returns their number.
fn write_all(writer: &mut impl Write, bytes: &[u8]) -> usize {
    // Retries are counted for the whole call, so that a slow reader can't delay the function for longer.
    let (mut written, mut retries) = (0, 0);
    while written < bytes.len() {
        match writer.write(&bytes[written..]) {
            Ok(0) => break,
            Ok(n) => written += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock && retries < RETRIES => {
                retries += 1;
                thread::sleep(PAUSE);
            }
            Err(_) => break,
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, io, sync::Arc};

    use super::*;

    /// Answers each `write` by a script, then takes everything.
    #[derive(Clone, Default)]
    struct Scripted {
        script: Arc<Mutex<VecDeque<io::Result<usize>>>>,
        taken: Arc<Mutex<Vec<u8>>>,
        calls: Arc<Mutex<usize>>,
    }

    impl Scripted {
        fn new(script: impl IntoIterator<Item = io::Result<usize>>) -> Self {
            Self { script: Arc::new(Mutex::new(script.into_iter().collect())), ..Self::default() }
        }

        fn taken(&self) -> String {
            String::from_utf8(self.taken.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Scripted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            *self.calls.lock().unwrap() += 1;
            let n = self.script.lock().unwrap().pop_front().unwrap_or(Ok(bytes.len()))?;
            self.taken.lock().unwrap().extend_from_slice(&bytes[..n]);
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn line_is_one_write() {
        let writer = Scripted::default();
        WriterSink::new(writer.clone()).write_line(b"one line\n");
        assert_eq!((writer.taken().as_str(), *writer.calls.lock().unwrap()), ("one line\n", 1));
    }

    #[test]
    fn writer_continues_after_partial_interrupted_and_blocked_writes() {
        let writer = Scripted::new([
            Ok(3),
            Err(ErrorKind::Interrupted.into()),
            Err(ErrorKind::WouldBlock.into()),
            Ok(1),
        ]);
        WriterSink::new(writer.clone()).write_line(b"one line\n");
        assert_eq!(writer.taken(), "one line\n");
    }

    #[test]
    fn failed_line_does_not_affect_the_next() {
        let writer = Scripted::new([Ok(3), Err(ErrorKind::StorageFull.into())]);
        let sink = WriterSink::new(writer.clone());
        sink.write_line(b"first\n");
        sink.write_line(b"second\n");
        assert_eq!(writer.taken(), "fir\nsecond\n");
    }

    #[test]
    fn closed_pipe_does_not_panic() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let sink = WriterSink::new(writer);
        sink.write_line(b"nobody reads this\n");
        sink.write_line(b"nor this\n");
    }

    #[test]
    fn concurrent_lines_stay_whole() {
        let writer = Scripted::default();
        let sink = WriterSink::new(writer.clone());
        thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                let sink = &sink;
                scope.spawn(move || {
                    let line = format!("{}\n", name.repeat(3000));
                    (0..100).for_each(|_| sink.write_line(line.as_bytes()));
                });
            }
        });
        let taken = writer.taken();
        assert_eq!(taken.lines().count(), 400);
        assert!(
            taken
                .lines()
                .all(|line| line.len() == 3000 && line.bytes().all(|b| b == line.as_bytes()[0]))
        );
    }
}
