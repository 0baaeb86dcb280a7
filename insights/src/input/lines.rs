use std::borrow::Cow;
use std::io::{self, BufRead};

use super::decode::Damage;
use super::envelope::{Envelope, Row};
use super::format::{Format, is_platform_line};
use super::peek::Peek;
use super::sink::Sink;
use super::{LogEvent, time};

/// CloudWatch's limit for one event, in bytes.
pub(super) const MAX_EVENT: usize = 1024 * 1024;

/// How many lines wait at most for one that tells the time.
const MOST_WAITING: usize = 256;

/// Makes events of lines.
pub(super) struct Lines<'s, 'a> {
    pub(super) sink: &'s mut Sink<'a>,
    /// Whether lines without a time may wait for the next time, instead of having the last.
    may_wait: bool,
    waiting: Vec<(String, bool)>,
    waiting_bytes: usize,
    /// A `REPORT` line, whose second line may follow.
    report: Option<(String, bool)>,
    pending: Pending,
    /// Of the last event that had one.
    time: Option<i64>,
    /// The memory of the last line.
    line: Vec<u8>,
}

/// An event that may go on with the next line.
#[derive(Default)]
struct Pending {
    timestamp: Option<i64>,
    log_stream: Option<String>,
    message: String,
    repaired: bool,
    is_there: bool,
}

impl<'s, 'a> Lines<'s, 'a> {
    pub(super) fn new(sink: &'s mut Sink<'a>, may_wait: bool) -> Self {
        Self {
            sink,
            may_wait,
            waiting: Vec::new(),
            waiting_bytes: 0,
            report: None,
            pending: Pending::default(),
            time: None,
            line: Vec::new(),
        }
    }

    /// Reads lines until there are no more of them.
    pub(super) fn read(
        &mut self,
        input: &mut Peek<'_>,
        format: Format,
        damage: &Damage,
    ) -> io::Result<()> {
        while !self.sink.is_closed && self.read_line(input, format, damage)? {}
        Ok(())
    }

    /// Reads a line, or as much of it as makes an event; returns whether there was one.
    ///
    /// Where the input breaks off, its last line is not whole and left out.
    pub(super) fn read_line(
        &mut self,
        input: &mut Peek<'_>,
        format: Format,
        damage: &Damage,
    ) -> io::Result<bool> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        io::Read::take(input, MAX_EVENT as u64).read_until(b'\n', &mut line)?;
        let is_whole = line.ends_with(b"\n") || !damage.breaks_off();
        if is_whole && !line.is_empty() {
            let text = String::from_utf8_lossy(&line);
            let repaired = matches!(text, Cow::Owned(_));
            self.push(text.trim_end_matches(['\n', '\r']), format, repaired);
        } else {
            // What was pending may go on in the line that is lost.
            self.pending.is_there &= is_whole;
        }
        let is_there = is_whole && !line.is_empty();
        self.line = line;
        Ok(is_there)
    }

    fn push(&mut self, line: &str, format: Format, repaired: bool) {
        match format {
            Format::Lines | Format::Document | Format::Csv => {
                if !line.trim().is_empty() {
                    self.report_or_line(line, repaired);
                }
            }
            Format::CliText => self.cli_text(line, repaired),
            _ => self.headed(line, format, repaired),
        }
    }

    /// Takes a line that begins an event, or goes on with the one that is pending.
    fn headed(&mut self, line: &str, format: Format, repaired: bool) {
        let head = format.head(line);
        if head.is_none() && self.goes_on(line, repaired) {
            return;
        }
        self.end();
        let pending = &mut self.pending;
        (pending.is_there, pending.repaired) = (true, repaired);
        pending.timestamp = head.map(|head| head.timestamp).or(pending.timestamp);
        pending.log_stream = head.and_then(|head| head.log_stream).map(str::to_owned);
        pending.message.push_str(head.map_or(line, |head| head.message));
    }

    /// Appends a line to the event that is pending, if there is one that is not too long.
    fn goes_on(&mut self, line: &str, repaired: bool) -> bool {
        let pending = &mut self.pending;
        let goes_on = pending.is_there && pending.message.len() + line.len() < MAX_EVENT;
        if goes_on {
            pending.message.push('\n');
            pending.message.push_str(line);
            pending.repaired |= repaired;
        }
        goes_on
    }

    /// Takes a line of `--output text`; what is between events is tokens and the names of log streams.
    ///
    /// `EVENTS`, perhaps the event's id, the time of ingestion, perhaps the log stream, the message, the time.
    fn cli_text(&mut self, line: &str, repaired: bool) {
        if let Some(members) = line.strip_prefix("EVENTS\t") {
            self.end();
            let (first, rest) = members.split_once('\t').unwrap_or((members, ""));
            let has_id = first.len() > 20;
            let rest =
                if has_id { rest.split_once('\t').map_or("", |(_, rest)| rest) } else { rest };
            let (log_stream, message) = match rest.split_once('\t').filter(|_| has_id) {
                Some((log_stream, message)) => (Some(log_stream.to_owned()), message),
                None => (None, rest),
            };
            let message = message.to_owned();
            self.pending =
                Pending { log_stream, message, repaired, is_there: true, timestamp: None };
        } else if !self.pending.is_there {
            return;
        } else if !self.goes_on(line, repaired) {
            // What is too long for an event goes on as another.
            self.end();
            let message = line.to_owned();
            self.pending = Pending { message, repaired, is_there: true, ..Pending::default() };
        }
        let pending = &mut self.pending;
        let end = pending
            .message
            .rsplit_once('\t')
            .and_then(|(message, time)| Some((message.len(), time::of_text(time)?)));
        if let Some((length, time)) = end {
            pending.message.truncate(length);
            pending.timestamp = Some(time);
            self.end();
        }
    }

    /// Passes on what is pending.
    pub(super) fn end(&mut self) {
        self.end_report();
        self.let_go(self.time);
        let pending = std::mem::take(&mut self.pending);
        let message = pending.message.trim_end_matches(['\n', '\r', ' ']);
        if pending.is_there && !message.is_empty() {
            let (timestamp, log_stream) = (pending.timestamp, pending.log_stream.as_deref());
            self.pass(
                &LogEvent { timestamp, log_stream, message, ..LogEvent::default() },
                pending.repaired,
            );
        }
        self.pending.timestamp = pending.timestamp;
    }

    /// Puts the two lines of a `REPORT` together, which are one event; the others are events by themselves.
    fn report_or_line(&mut self, line: &str, repaired: bool) {
        if let Some((report, _)) = &mut self.report
            && line.starts_with("XRAY TraceId: ")
        {
            *report += "\n";
            *report += line;
            return self.end_report();
        }
        self.end_report();
        let is_report = line.starts_with("REPORT RequestId: ")
            || Format::platform_head(line).is_some_and(|head| head.message.starts_with("REPORT "));
        if self.may_wait && is_report {
            self.report = Some((line.to_owned(), repaired));
        } else {
            self.line(line, repaired);
        }
    }

    fn end_report(&mut self) {
        if let Some((report, repaired)) = self.report.take() {
            self.line(&report, repaired);
        }
    }

    /// Passes on a line that is an event by itself.
    fn line(&mut self, line: &str, repaired: bool) {
        if let Some(envelope) = Envelope::of(line) {
            let event = envelope.event();
            self.set_time(event.timestamp);
            return self.pass(&event, repaired);
        }
        if line.starts_with("{\"@") && line.contains("\"@message\":") {
            let row = Row::of(line, false);
            return row.with(None, None, |event| {
                self.set_time(event.timestamp);
                self.pass(event, repaired);
            });
        }
        if let Some(head) = Format::platform_head(line) {
            self.set_time(Some(head.timestamp));
            return self.pass_text(head.message, repaired);
        }
        let time = time::of_line(line);
        let line = without_tab(line);
        if time.is_none() && self.waits(line) {
            self.waiting_bytes += line.len();
            self.waiting.push((line.to_owned(), repaired));
            // The last line of an invocation is nearer to what was before it than to what follows.
            if line.starts_with("REPORT ") && self.time.is_some() {
                self.let_go(self.time);
            }
            return;
        }
        self.set_time(time);
        self.pass_text(line, repaired);
    }

    /// Tells whether a line without a time had better wait for one: what begins an invocation belongs to what follows.
    fn waits(&self, line: &str) -> bool {
        let has_room = self.waiting.len() < MOST_WAITING && self.waiting_bytes < MAX_EVENT;
        let begins = line.starts_with("START ") || line.starts_with("INIT_START ");
        self.may_wait && has_room && (self.time.is_none() || begins || !self.waiting.is_empty())
    }

    /// Sets the time of this line and of those that waited for it; a line without a time has the last.
    fn set_time(&mut self, time: Option<i64>) {
        self.time = time.or(self.time);
        self.let_go(self.time);
    }

    fn let_go(&mut self, timestamp: Option<i64>) {
        self.waiting_bytes = 0;
        for (message, repaired) in std::mem::take(&mut self.waiting) {
            let event = LogEvent { timestamp, message: &message, ..LogEvent::default() };
            self.pass(&event, repaired);
        }
    }

    fn pass_text(&mut self, message: &str, repaired: bool) {
        let event = LogEvent { timestamp: self.time, message, ..LogEvent::default() };
        self.pass(&event, repaired);
    }

    fn pass(&mut self, event: &LogEvent<'_>, repaired: bool) {
        if !self.sink.is_closed {
            self.sink.reading.repaired += u64::from(repaired);
        }
        self.sink.take(event);
    }
}

/// Cuts off the tab that the AWS CLI puts between texts, where no stack trace would have one.
fn without_tab(line: &str) -> &str {
    let rest = line.strip_prefix('\t').unwrap_or(line);
    if rest.starts_with("{\"") || is_platform_line(rest) { rest } else { line }
}
