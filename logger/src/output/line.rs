//! Putting a line together.

use std::time::SystemTime;

use powertools_core::{
    Invocation,
    json::{write_integer, write_string},
};

use super::{Object, Record};
use crate::{
    config::Settings,
    subscriber::{Origin, Scratch},
};

/// The longest line: CloudWatch takes events of at most 1 MiB, of which it counts 26 bytes as its own.
const LONGEST: usize = 1024 * 1024 - 26;

impl Scratch {
    /// Makes the line of what was taken, line feed included.
    pub(crate) fn render(
        &mut self,
        origin: &Origin<'_>,
        invocation: Option<&Invocation>,
        now: SystemTime,
        settings: &Settings,
    ) {
        self.assemble(origin, invocation, now, settings);
        if self.line.len() > LONGEST {
            self.cut(self.line.len() - LONGEST);
            self.assemble(origin, invocation, now, settings);
        }
    }

    fn assemble(
        &mut self,
        origin: &Origin<'_>,
        invocation: Option<&Invocation>,
        now: SystemTime,
        settings: &Settings,
    ) {
        let own_location =
            self.location.strip_prefix(b"\"").and_then(|own| own.strip_suffix(b"\""));
        let record = Record {
            level: origin.level,
            target: origin.target,
            module_path: origin.module_path,
            line: origin.line,
            location: own_location.unwrap_or(&origin.location),
            message: if self.message.is_empty() { b"\"\"" } else { &self.message },
            timestamp: now,
            timestamp_text: self.time.format(now),
            service: &settings.service,
            after_timestamp: &settings.after_timestamp,
            sampling_rate: settings.sampling_rate,
            invocation,
            span_id: self.span_id,
        };
        // Everything below appends to one buffer, which the thread keeps: a line allocates nothing. The members were
        // rendered as they were taken, so that they can be counted and cut before the line is made.
        let line = &mut self.line;
        line.clear();
        line.push(b'{');
        settings.formatter.head(&record, &mut Object::line(line, &settings.fields));
        push_sections(line, self.members.bytes(), &self.sections);
        settings.formatter.tail(&record, &mut Object::line(line, &settings.fields));
        line.extend_from_slice(b"}\n");
    }

    /// Makes the line shorter by `excess` bytes: notes take the place of what is largest, and if there
    /// is nothing large, the innermost keys go and one key has their number.
    #[cold]
    fn cut(&mut self, mut excess: usize) {
        if self.message.len() > LONGEST / 2 {
            let size = self.message.len();
            self.message.clear();
            write_string(&mut self.message, &note(size));
            excess = excess.saturating_sub(size - self.message.len());
        }
        if excess > 0 {
            let gone = self.members.cut(excess + ROOM_FOR_COUNT, self.outermost, note);
            if gone > 0 {
                self.members.set(&"keys_cut".into(), |out| write_integer(out, gone));
            }
        }
        // The sections' ends have moved; the order of the members is worth less than the members.
        self.sections.clear();
        self.sections.push(self.members.len());
    }
}

/// How many bytes the key with the number of cut keys takes.
const ROOM_FOR_COUNT: usize = 32;

fn note(size: usize) -> String {
    format!("<cut: {size} bytes of JSON would make the line longer than CloudWatch takes>")
}

/// Appends the sections, which lie innermost first, outermost first.
#[inline]
fn push_sections(line: &mut Vec<u8>, members: &[u8], ends: &[usize]) {
    let mut ends = ends.iter().rev().copied().peekable();
    while let Some(end) = ends.next() {
        let start = ends.peek().copied().unwrap_or(0);
        let section = &members[start..end];
        // A formatter may have written nothing yet.
        let comma = usize::from(line.len() == 1 && !section.is_empty());
        line.extend_from_slice(&section[comma..]);
    }
}
