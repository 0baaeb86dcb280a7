use std::{collections::VecDeque, mem};

use crate::pipeline::Pipeline;

/// What one invocation keeps back.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    /// One a logger.
    buffers: Vec<Buffer>,
    /// Whether lines are let through, because nothing would write them after the end.
    closed: bool,
}

/// The lines of one logger.
#[derive(Debug)]
pub(super) struct Buffer {
    pub(super) pipeline: Pipeline,
    pub(super) lines: VecDeque<Box<[u8]>>,
    bytes: usize,
    pub(super) evicted: usize,
}

impl Buffers {
    /// Keeps a line; refuses one that is larger than all the room there is, and any once closed.
    pub(crate) fn push(&mut self, pipeline: &Pipeline, line: &[u8], max_bytes: usize) -> bool {
        if self.closed || line.len() > max_bytes {
            return false;
        }
        self.of(pipeline).push(line, max_bytes);
        true
    }

    /// Takes the lines of one logger.
    pub(super) fn take_of(&mut self, pipeline: &Pipeline) -> Buffer {
        mem::replace(self.of(pipeline), Buffer::new(pipeline))
    }

    /// Takes the lines of all loggers.
    pub(super) fn take(&mut self) -> Vec<Buffer> {
        mem::take(&mut self.buffers)
    }

    /// Drops the lines.
    pub(super) fn clear(&mut self) {
        self.buffers.clear();
    }

    /// Lets all further lines through.
    #[cfg(feature = "lambda-runtime")]
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    fn of(&mut self, pipeline: &Pipeline) -> &mut Buffer {
        let at = self.buffers.iter().position(|buffer| buffer.pipeline.id() == pipeline.id());
        let at = at.unwrap_or_else(|| {
            self.buffers.push(Buffer::new(pipeline));
            self.buffers.len() - 1
        });
        &mut self.buffers[at]
    }
}

impl Buffer {
    fn new(pipeline: &Pipeline) -> Self {
        Self { pipeline: pipeline.clone(), lines: VecDeque::new(), bytes: 0, evicted: 0 }
    }

    /// Keeps a line, at the cost of the oldest ones.
    fn push(&mut self, line: &[u8], max_bytes: usize) {
        while self.bytes + line.len() > max_bytes
            && let Some(oldest) = self.lines.pop_front()
        {
            self.bytes -= oldest.len();
            self.evicted += 1;
        }
        self.bytes += line.len();
        self.lines.push_back(line.into());
    }
}
