//! Redacts an event for a log line.

use std::{borrow::Cow, ops::Range};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{
    Kind, NotJson, Pointer, Reader, Token,
    edit::{Change, Edit, apply},
    number::is_beyond_f64,
    string,
};
use crate::{REDACTED, Redaction};

/// Deeper values are shown as text: `serde_json` reads at most 127 levels, and the surrounding line takes one of them.
const DEEPEST_SHOWN: usize = 100;

/// The number of levels of JSON inside strings that are searched: an SQS message may contain an SNS message, which
/// contains an S3 event.
const MOST_NESTED: u8 = 8;

/// Shorter base64 strings can't contain a name with a value.
const SHORTEST_BASE64: usize = 12;

/// Base64 as services and their clients write it, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Returns an event as it may be logged: its original bytes, except for secrets and for JSON that other readers reject.
///
/// These parts are replaced by [`REDACTED`]:
/// - The value that a pointer matches, even inside a string that contains JSON. If a pointer leads into a string that
///   contains something else, the whole string is redacted.
/// - The value of a member with a [sensitive](Redaction::is_sensitive) name, anywhere in the event, unless it is
///   `null`, a boolean, or empty.
/// - The value of a pair such as `{"name": "authorization", "value": "…"}` or `["authorization", "…"]`.
/// - A secret inside a string: as [`Redaction::text`] finds it, or by all of these rules if the string contains JSON.
/// - A base64 string that contains a secret.
///
/// Every JSON reader accepts the result: half of a surrogate pair becomes U+FFFD, a number that an `f64` can't hold
/// becomes a string with its digits, and a value below 100 levels of brackets becomes a string with its JSON.
///
/// # Errors
///
/// Returns an error if the event is not JSON.
pub fn show<'e>(
    event: &'e [u8],
    redaction: &Redaction,
    pointers: &[Pointer],
) -> Result<Cow<'e, str>, NotJson> {
    let event = String::from_utf8_lossy(event);
    let rules = Rules { redaction, raw_query: raw_query(redaction, pointers), pointers };
    let trails = (0..pointers.len()).map(|pointer| Trail { pointer, at: 0 }).collect();
    let edits = Scan::new(&event, &rules, 0).run(trails)?;
    Ok(if edits.is_empty() { event } else { apply(&event, edits).into() })
}

/// The rules that decide what is redacted.
struct Rules<'r> {
    redaction: &'r Redaction,
    /// The redaction of a raw query string, which contains the same values as `queryStringParameters`; `None` redacts
    /// all of it.
    raw_query: Option<Cow<'r, Redaction>>,
    pointers: &'r [Pointer],
}

/// Returns the redaction of a raw query string, including the parameters that pointers match.
fn raw_query<'r>(redaction: &'r Redaction, pointers: &[Pointer]) -> Option<Cow<'r, Redaction>> {
    let mut in_query = pointers.iter().filter_map(Pointer::query_parameter).peekable();
    if in_query.peek().is_none() {
        return Some(Cow::Borrowed(redaction));
    }
    let names: Vec<&str> = in_query.collect::<Option<_>>()?;
    let redaction = redaction.clone().with_names(names.iter().copied());
    // If redaction by name is off, the parameters can't be redacted one by one.
    names.iter().all(|name| redaction.is_sensitive(name)).then_some(Cow::Owned(redaction))
}

impl Rules<'_> {
    /// Returns the redacted text of a string, or `None` if nothing in it is redacted.
    fn text(&self, text: &str, place: &Place, nesting: u8) -> Option<String> {
        let is_shallow = nesting < MOST_NESTED;
        if is_shallow
            && text.trim_ascii_start().starts_with(['{', '['])
            && let Ok(edits) = Scan::new(text, self, nesting + 1).run(place.trails.clone())
        {
            return (!edits.is_empty()).then(|| apply(text, edits));
        }
        if !text.is_empty() && !place.trails.is_empty() {
            return Some(REDACTED.to_owned());
        }
        let redaction =
            if place.is_raw_query { self.raw_query.as_deref() } else { Some(self.redaction) };
        let Some(redaction) = redaction else {
            return Some(REDACTED.to_owned());
        };
        if let Cow::Owned(redacted) = redaction.text(text) {
            return Some(redacted);
        }
        let decoded = Some(text).filter(|_| is_shallow).and_then(decode)?;
        let decoded = String::from_utf8_lossy(&decoded);
        self.text(&decoded, &Place::default(), nesting + 1).map(|_| REDACTED.to_owned())
    }
}

/// Decodes a string that may be base64.
fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() < SHORTEST_BASE64 { None } else { BASE64.decode(text).ok() }
}

/// A pointer that has matched the path to a value, and the number of its tokens that have been consumed.
#[derive(Clone, Copy)]
struct Trail {
    pointer: usize,
    at: usize,
}

/// The properties of a value that follow from its position.
#[derive(Default)]
struct Place {
    trails: Vec<Trail>,
    is_pointed_at: bool,
    is_sensitive: bool,
    is_raw_query: bool,
    role: Role,
}

/// The role of a member in a pair such as `{"name": …, "value": …}`.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    #[default]
    None,
    Name,
    Value,
}

/// Scans JSON once and collects the edits.
struct Scan<'s> {
    json: &'s str,
    rules: &'s Rules<'s>,
    nesting: u8,
    reader: Reader<'s>,
    edits: Vec<Edit>,
    /// The open containers on the path of a pointer, outermost first; they are the outermost ones of all open
    /// containers.
    on_trail: Vec<OnTrail>,
    /// The members of open objects that may be parts of pairs, innermost last.
    pairs: Vec<PairMember>,
    /// The index of the edit for the open value that is too deep to be shown as JSON.
    too_deep: Option<usize>,
}

/// A container on the path of a pointer, and the number of its elements that have been read.
struct OnTrail {
    trails: Vec<Trail>,
    elements: usize,
}

/// A member that may be part of a pair.
struct PairMember {
    /// The number of open brackets around it.
    depth: usize,
    part: PairPart,
}

enum PairPart {
    SensitiveName,
    /// The end is 0 while the value is open.
    Value(Range<usize>),
}

impl<'s> Scan<'s> {
    fn new(json: &'s str, rules: &'s Rules<'s>, nesting: u8) -> Self {
        Self {
            json,
            rules,
            nesting,
            reader: Reader::new(json.as_bytes()),
            edits: Vec::new(),
            on_trail: Vec::new(),
            pairs: Vec::new(),
            too_deep: None,
        }
    }

    fn run(mut self, trails: Vec<Trail>) -> Result<Vec<Edit>, NotJson> {
        let mut place = self.place(trails);
        // The role of the next element, if it may belong to a pair such as `["authorization", "Bearer …"]`.
        let mut pair = Role::None;
        loop {
            let depth = self.reader.depth();
            let is_in_array = self.reader.is_in_array();
            let Some(token) = self.reader.next()? else {
                return Ok(self.edits);
            };
            match token.kind {
                Kind::Name => {
                    place = self.name(token, depth);
                    continue;
                }
                Kind::Close => {
                    self.close(token.end, depth);
                    pair = Role::None;
                    continue;
                }
                _ if is_in_array => {
                    place = self.element(depth);
                    place.is_sensitive = pair == Role::Value;
                    let is_name = pair == Role::Name && self.is_sensitive_text(token);
                    pair = if is_name { Role::Value } else { Role::None };
                }
                _ => {}
            }
            let is_entered = self.value(token, std::mem::take(&mut place), depth)?;
            if token.kind == Kind::Open {
                let is_array = is_entered && self.reader.is_in_array();
                pair = if is_array { Role::Name } else { Role::None };
            }
        }
    }

    fn place(&self, trails: Vec<Trail>) -> Place {
        let ends = |trail: &Trail| self.rules.pointers[trail.pointer].len() == trail.at;
        Place { is_pointed_at: trails.iter().any(ends), trails, ..Place::default() }
    }

    /// Processes the name of a member.
    fn name(&mut self, token: Token, depth: usize) -> Place {
        self.string(token, &Place::default());
        let name = self.reader.text(token);
        let trails = self.trails(depth, |pointer, at, _| pointer.matches_name(at, &name));
        let mut place = self.place(trails);
        place.is_sensitive = self.rules.redaction.is_sensitive(&name);
        place.is_raw_query = matches!(&*name, "rawQueryString" | "raw_path");
        place.role = role(&name);
        place
    }

    /// Processes the position of an array element.
    fn element(&mut self, depth: usize) -> Place {
        let trails = self.trails(depth, Pointer::matches_index);
        if self.on_trail.len() == depth
            && let Some(array) = self.on_trail.last_mut()
        {
            array.elements += 1;
        }
        self.place(trails)
    }

    /// Returns the trails that continue from the innermost open container to one of its members or elements.
    fn trails(&self, depth: usize, matches: impl Fn(&Pointer, usize, usize) -> bool) -> Vec<Trail> {
        let Some(container) = self.on_trail.last().filter(|_| self.on_trail.len() == depth) else {
            return Vec::new();
        };
        let leads = |trail: &&Trail| {
            matches(&self.rules.pointers[trail.pointer], trail.at, container.elements)
        };
        let next = |trail: &Trail| Trail { at: trail.at + 1, ..*trail };
        container.trails.iter().filter(leads).map(next).collect()
    }

    /// Processes a value, and skips it if it is a secret; returns whether it is a container whose contents come next.
    fn value(&mut self, token: Token, place: Place, depth: usize) -> Result<bool, NotJson> {
        if place.is_pointed_at || (place.is_sensitive && self.has_content(token)) {
            let end = self.reader.finish(token)?;
            self.edit(token.start..end, Change::Redact);
            return Ok(false);
        }
        match token.kind {
            Kind::Text => self.string(token, &place),
            Kind::Number if self.nesting == 0 && is_beyond_f64(self.reader.bytes(token)) => {
                self.edit(token.range(), Change::Quote);
            }
            _ => {}
        }
        let is_open = token.kind == Kind::Open;
        let part = match place.role {
            Role::Value if self.has_content(token) => {
                Some(PairPart::Value(token.start..if is_open { 0 } else { token.end }))
            }
            Role::Name => self.is_sensitive_text(token).then_some(PairPart::SensitiveName),
            _ => None,
        };
        self.pairs.extend(part.map(|part| PairMember { depth, part }));
        if is_open {
            if self.nesting == 0 && depth == DEEPEST_SHOWN {
                self.too_deep = Some(self.edits.len());
                self.edit(token.range(), Change::Quote);
            }
            if !place.trails.is_empty() {
                self.on_trail.push(OnTrail { trails: place.trails, elements: 0 });
            }
        }
        Ok(is_open)
    }

    /// Processes the end of the innermost of `depth` containers.
    fn close(&mut self, end: usize, depth: usize) {
        if self.on_trail.len() == depth {
            self.on_trail.pop();
        }
        let first = self.pairs.iter().rposition(|member| member.depth < depth);
        let members = self.pairs.drain(first.map_or(0, |last| last + 1)..);
        let is_name = |member: &PairMember| matches!(member.part, PairPart::SensitiveName);
        if members.as_slice().iter().any(is_name) {
            for member in members {
                if let PairPart::Value(range) = member.part {
                    self.edits.push(Edit { range, change: Change::Redact });
                }
            }
        } else {
            drop(members);
        }
        if let Some(PairMember { depth: around, part: PairPart::Value(range) }) =
            self.pairs.last_mut()
            && *around + 1 == depth
            && range.end == 0
        {
            range.end = end;
        }
        if depth == DEEPEST_SHOWN + 1
            && let Some(edit) = self.too_deep.take()
        {
            self.edits[edit].range.end = end;
        }
    }

    /// Processes a string, which may be a value or a name.
    fn string(&mut self, token: Token, place: &Place) {
        let text = self.reader.text(token);
        if let Some(redacted) = self.rules.text(&text, place, self.nesting) {
            return self.edit(token.range(), Change::Text(redacted));
        }
        if self.nesting == 0 {
            let inside = token.start + 1..token.end - 1;
            string::lone_surrogates(&self.json.as_bytes()[inside.clone()], |range| {
                let range = inside.start + range.start..inside.start + range.end;
                self.edits.push(Edit { range, change: Change::ReplaceSurrogate });
            });
        }
    }

    fn is_sensitive_text(&self, token: Token) -> bool {
        token.kind == Kind::Text && self.rules.redaction.is_sensitive(&self.reader.text(token))
    }

    /// Returns whether the value has content to hide, unlike `null`, booleans, `""`, `[]`, and `{}`.
    fn has_content(&self, token: Token) -> bool {
        match token.kind {
            Kind::Literal => false,
            Kind::Text => token.end - token.start > 2,
            Kind::Open => !self.json[token.end..].trim_ascii_start().starts_with([']', '}']),
            _ => true,
        }
    }

    fn edit(&mut self, range: Range<usize>, change: Change) {
        self.edits.push(Edit { range, change });
    }
}

/// Returns the role of a member of this name, as in `{"key": …, "value": …}` or
/// `{"parameterName": …, "parameterValue": …}`.
fn role(name: &str) -> Role {
    let ends = |ending: &&str| {
        let start = name.len().checked_sub(ending.len());
        start.is_some_and(|start| name.as_bytes()[start..].eq_ignore_ascii_case(ending.as_bytes()))
    };
    if ["name", "key"].iter().any(ends) {
        Role::Name
    } else if ["value", "values"].iter().any(ends) {
        Role::Value
    } else {
        Role::None
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
