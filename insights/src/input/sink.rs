use std::ops::ControlFlow;

use super::{LogEvent, Reading};

/// The destination of events.
pub(super) struct Sink<'a> {
    pub(super) reading: &'a mut Reading,
    each: &'a mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
    /// Whether no more events are needed.
    pub(super) is_closed: bool,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        reading: &'a mut Reading,
        each: &'a mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
    ) -> Self {
        Self { reading, each, is_closed: false }
    }

    /// Passes an event on.
    pub(super) fn take(&mut self, event: &LogEvent<'_>) {
        if !self.is_closed {
            self.reading.events += 1;
            self.is_closed = (self.each)(event).is_break();
        }
    }

    /// Lends the sink to what reads a part of the input that is packed in it, with a reading of its own.
    pub(super) fn lent<T>(&mut self, read: impl FnOnce(&mut Sink<'_>) -> T) -> T {
        let mut reading = Reading::default();
        let mut inner = Sink::new(&mut reading, &mut *self.each);
        let result = read(&mut inner);
        self.is_closed |= inner.is_closed;
        self.reading.events += reading.events;
        self.reading.repaired += reading.repaired;
        self.reading.broken = self.reading.broken.take().or(reading.broken);
        self.reading.damaged = self.reading.damaged.take().or(reading.damaged);
        result
    }
}
