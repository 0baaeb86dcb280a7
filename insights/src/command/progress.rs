use std::io::{self, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::is_watched;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows on stderr how much was read, if that is a terminal and reading takes long.
pub(super) struct Progress {
    bar: ProgressBar,
    since: Instant,
}

impl Progress {
    /// Begins to read so many bytes; `None` is as many as there are.
    pub(super) fn new(size: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::hidden());
        let template = match size {
            Some(_) => "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
            None => "{spinner} {bytes} {bytes_per_sec}",
        };
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, since: Instant::now() }
    }

    /// Counts what is read of a file.
    pub(super) fn of<R: Read>(&self, file: R) -> Counted<'_, R> {
        Counted { file, progress: self }
    }

    fn add(&self, bytes: usize) {
        let is_due = self.since.elapsed() > PATIENCE;
        if is_due && self.bar.is_hidden() && is_watched() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(bytes as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A reader whose bytes are counted.
pub(super) struct Counted<'a, R> {
    file: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.progress.add(read);
        Ok(read)
    }
}
