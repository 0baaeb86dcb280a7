//! Finds and reads the fields of an event that a query uses.

use super::{
    LogEvent, fragment,
    json::{Walk, Want},
    lambda::LambdaField,
    surrogates, time,
};
use crate::engine::Datum;

/// The number of fields that the service discovers in an event's JSON.
const MOST_FIELDS: usize = 200;

/// Reads the fields that a query uses into its slots.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    given: Vec<(Given, usize)>,
    lambda: Vec<(LambdaField, usize)>,
    members: Vec<Member>,
    /// The number of slots; those for the time of a line follow them.
    width: usize,
    wants_time: bool,
}

/// The attributes of an event outside its message.
#[derive(Clone, Copy, Debug)]
enum Given {
    Message,
    Timestamp,
    IngestionTime,
    LogStream,
    Log,
    Pointer,
}

#[derive(Debug)]
struct Member {
    name: String,
    slot: usize,
    structure: bool,
    /// Whether the query means a field of the event, and not probably what it named itself.
    is_expected: bool,
}

impl Discovery {
    /// Creates one for `width` slots, none of which is wanted yet.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Wants a field in a slot; with `structure` also if it is an object or an array.
    pub(crate) fn want(&mut self, name: &str, slot: usize, structure: bool) {
        if let Some(given) = Given::named(name) {
            self.wants_time |= matches!(given, Given::Timestamp);
            self.given.push((given, slot));
        } else if let Some(field) = LambdaField::named(name) {
            self.lambda.push((field, slot));
        } else if let Some(name) = member_name(name) {
            self.members.push(Member { name: name.to_owned(), slot, structure, is_expected: true });
        }
    }

    /// Takes a field for one that events need not have.
    pub(crate) fn expect_nothing_of(&mut self, slot: usize) {
        let members = self.members.iter_mut().filter(|member| member.slot == slot);
        members.for_each(|member| member.is_expected = false);
    }

    /// Returns the names of the fields of JSON that events are expected to have.
    #[cfg(feature = "command")]
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        let expected = self.members.iter().filter(|member| member.is_expected);
        expected.map(|member| member.name.as_str())
    }

    /// Reads what comes with an event into `slots`, which are absent; `number` counts the events.
    pub(crate) fn begin<'a>(&self, event: &LogEvent<'a>, number: u64, slots: &mut Vec<Datum<'a>>) {
        slots.resize(self.width, Datum::Absent);
        for (given, slot) in &self.given {
            slots[*slot] = given.read(event, number);
        }
    }

    /// Reads what stands in an event's message, once it has begun.
    pub(crate) fn read<'a>(&self, event: &LogEvent<'a>, slots: &mut Vec<Datum<'a>>) {
        let seeks_time = self.wants_time && event.timestamp.is_none();
        slots.resize(self.width + if seeks_time { time::MEMBERS.len() } else { 0 }, Datum::Absent);
        if seeks_time || !self.members.is_empty() {
            self.read_members(event.message, seeks_time, slots);
        }
        for (field, slot) in &self.lambda {
            slots[*slot] = field.read(event.message);
        }
        if seeks_time && let Some(millis) = time::of_line(&slots[self.width..], event.message) {
            let times = self.given.iter().filter(|(given, _)| matches!(given, Given::Timestamp));
            times.for_each(|(_, slot)| slots[*slot] = Datum::Time(millis));
        }
        slots.truncate(self.width);
    }

    fn read_members<'a>(&self, line: &'a str, seeks_time: bool, slots: &mut [Datum<'a>]) {
        let times = if seeks_time { &time::MEMBERS[..] } else { &[] };
        let times = times.iter().zip(self.width..);
        let times = times.map(|(&rest, slot)| Want { rest, slot, structure: false });
        let mut wants: Vec<Want<'_>> = self.members.iter().map(Member::want).chain(times).collect();
        let wanted = wants.len();
        for json in fragment::candidates(line) {
            let leaves = may_have_too_many(json).then_some(MOST_FIELDS);
            if (Walk { wants: &mut wants, slots, leaves }).value(json, 0) {
                return;
            }
            wants.truncate(wanted);
            wants.iter().for_each(|want| slots[want.slot] = Datum::Absent);
            if let Some(repaired) = surrogates::repaired(json)
                && read_copy(&repaired, leaves, &mut wants, slots)
            {
                return;
            }
        }
    }
}

impl Member {
    fn want(&self) -> Want<'_> {
        Want { rest: &self.name, slot: self.slot, structure: self.structure }
    }
}

impl Given {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "@message" => Self::Message,
            "@timestamp" => Self::Timestamp,
            "@ingestionTime" => Self::IngestionTime,
            "@logStream" => Self::LogStream,
            "@log" => Self::Log,
            "@ptr" => Self::Pointer,
            _ => return None,
        })
    }

    fn read<'a>(self, event: &LogEvent<'a>, number: u64) -> Datum<'a> {
        let text = match self {
            Self::Timestamp => return event.timestamp.map_or(Datum::Absent, Datum::Time),
            Self::IngestionTime => return event.ingestion_time.map_or(Datum::Absent, Datum::Time),
            Self::Pointer => return Datum::Text(format!("event-{number}").into()),
            Self::Message => Some(event.message),
            Self::LogStream => event.log_stream,
            Self::Log => event.log,
        };
        text.map_or(Datum::Absent, |text| Datum::Text(text.into()))
    }
}

/// Walks JSON that does not live as long as the event; returns whether it is complete.
fn read_copy(
    json: &str,
    leaves: Option<usize>,
    wants: &mut Vec<Want<'_>>,
    slots: &mut [Datum<'_>],
) -> bool {
    let wanted = wants.len();
    let mut copy = vec![Datum::Absent; slots.len()];
    let whole = Walk { wants, slots: &mut copy, leaves }.value(json, 0);
    wants.truncate(wanted);
    if whole {
        for want in wants.iter() {
            slots[want.slot] = std::mem::take(&mut copy[want.slot]).into_owned();
        }
    }
    whole
}

/// Returns whether a field's text stands in the line itself, though JSON may write it with escapes.
pub(crate) fn is_in_line(name: &str) -> bool {
    Given::named(name).is_none_or(|given| matches!(given, Given::Message))
}

/// Returns whether a field comes with an event, whatever stands in its message.
pub(crate) fn is_given(name: &str) -> bool {
    Given::named(name).is_some_and(|given| !matches!(given, Given::Timestamp))
}

/// Returns the name in the JSON: a key that begins with `@` shows with one more, and no other field does.
fn member_name(name: &str) -> Option<&str> {
    match name.strip_prefix('@') {
        Some(rest) => rest.starts_with('@').then_some(rest),
        None => (!name.is_empty()).then_some(name),
    }
}

/// A leaf has at least two bytes, and a comma before the next one.
fn may_have_too_many(json: &str) -> bool {
    json.len() > 2 * MOST_FIELDS
        && memchr::memchr_iter(b',', json.as_bytes()).nth(MOST_FIELDS - 1).is_some()
}

#[cfg(test)]
mod tests;
