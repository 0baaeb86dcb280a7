use std::{thread, time::Duration};

/// How much is sent at once. A socket's buffer holds 212,992 bytes unless somebody has changed that, and what does
/// not fit is lost without a word.
const BURST: usize = 64 * 1024;

/// What the kernel adds to a small datagram in a buffer, at most.
const OVERHEAD: usize = 1024;

/// Longer than a process takes that is only waiting for datagrams.
const REST: Duration = Duration::from_millis(1);

/// Lets whoever listens take up what was sent, where it is much.
#[derive(Debug, Default)]
pub(crate) struct RateLimit {
    sent: usize,
}

impl RateLimit {
    /// Rests where this datagram would be too much after those before it.
    pub(crate) fn step(&mut self, datagram: usize) {
        if self.sent + datagram > BURST && self.sent > 0 {
            self.rest();
        }
        self.sent += datagram + OVERHEAD;
    }

    #[cold]
    fn rest(&mut self) {
        thread::sleep(REST);
        self.sent = 0;
    }
}
