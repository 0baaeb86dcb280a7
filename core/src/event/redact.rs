//! What of an event is shown in a log line.

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

/// Deeper values are shown as text: serde_json reads no more than 127 levels, and the line around the event is one.
const DEEPEST_SHOWN: usize = 100;

/// JSON in a string in JSON is looked into as often: SQS has SNS in it, which has an event of S3.
const MOST_NESTED: u8 = 8;

/// Shorter strings of base64 hold no name with a value.
const SHORTEST_BASE64: usize = 12;

/// Base64 as services and their clients write it, with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Returns an event as it may be logged: the bytes as they came, but for what is redacted or unreadable.
///
/// [`REDACTED`] replaces
/// - the value that a pointer leads to, also inside of a string that holds JSON; a string that a pointer leads
///   into and that holds something else is redacted as a whole;
/// - the value of a member with a [sensitive](Redaction::is_sensitive) name, anywhere in the event, unless it is
///   `null`, a boolean or empty;
/// - the value of a pair such as `{"name": "authorization", "value": "…"}` or `["authorization", "…"]`;
/// - a secret inside of a string, as [`Redaction::text`] finds it, or by all of these rules if the string holds JSON;
/// - a string of base64 with a secret in it.
///
/// Every reader of JSON takes the result: half of a surrogate pair becomes U+FFFD, a number beyond the range of an
/// `f64` a string with its digits, a value below 100 levels of brackets a string with its JSON.
///
/// # Errors
///
/// The event is not JSON.
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

/// What is redacted.
struct Rules<'r> {
    redaction: &'r Redaction,
    /// What is redacted in a query as it came, which has what `queryStringParameters` have; `None` for all of it.
    raw_query: Option<Cow<'r, Redaction>>,
    pointers: &'r [Pointer],
}

/// Returns what is redacted in a query besides: the parameters that pointers lead to.
fn raw_query<'r>(redaction: &'r Redaction, pointers: &[Pointer]) -> Option<Cow<'r, Redaction>> {
    let mut in_query = pointers.iter().filter_map(Pointer::query_parameter).peekable();
    if in_query.peek().is_none() {
        return Some(Cow::Borrowed(redaction));
    }
    let names: Vec<&str> = in_query.collect::<Option<_>>()?;
    let redaction = redaction.clone().with_names(names.iter().copied());
    // Not where redaction by name is off.
    names.iter().all(|name| redaction.is_sensitive(name)).then_some(Cow::Owned(redaction))
}

impl Rules<'_> {
    /// Redacts what a string says; `None` if nothing in it is redacted.
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

/// A pointer that has led to a value, and how many of its tokens that took.
#[derive(Clone, Copy)]
struct Trail {
    pointer: usize,
    at: usize,
}

/// What is known of a value from where it is.
#[derive(Default)]
struct Place {
    trails: Vec<Trail>,
    is_pointed_at: bool,
    is_sensitive: bool,
    is_raw_query: bool,
    role: Role,
}

/// What a member may be of a pair such as `{"name": …, "value": …}`.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    #[default]
    None,
    Name,
    Value,
}

/// Goes through JSON once and collects what becomes of it.
struct Scan<'s> {
    json: &'s str,
    rules: &'s Rules<'s>,
    nesting: u8,
    reader: Reader<'s>,
    edits: Vec<Edit>,
    /// The open containers that pointers have led to, outermost first: these are around all others.
    on_trail: Vec<OnTrail>,
    /// Members of open objects that are parts of pairs, innermost last.
    pairs: Vec<PairMember>,
    /// The edit of the open value that is too deep to be shown as JSON.
    too_deep: Option<usize>,
}

/// A container that pointers have led to, and how many elements of it were read.
struct OnTrail {
    trails: Vec<Trail>,
    elements: usize,
}

/// A member that is a part of a pair.
struct PairMember {
    /// How many brackets are open around it.
    depth: usize,
    part: PairPart,
}

enum PairPart {
    SensitiveName,
    /// The end is 0 as long as the value is open.
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
        // The element that `["authorization", "Bearer …"]` goes on with, if it can be a pair.
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

    /// Takes the name of a member.
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

    /// Takes the place of an element of an array.
    fn element(&mut self, depth: usize) -> Place {
        let trails = self.trails(depth, Pointer::matches_index);
        if self.on_trail.len() == depth
            && let Some(array) = self.on_trail.last_mut()
        {
            array.elements += 1;
        }
        self.place(trails)
    }

    /// Returns the trails that lead from the innermost open container to a member or an element of it.
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

    /// Takes a value, as a whole if it is a secret; tells whether it is a container that was entered.
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

    /// Takes the end of the innermost of `depth` containers.
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

    /// Takes a string that is a value or a name.
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

    /// Returns whether there is anything to hide: not in `null`, booleans, `""`, `[]` and `{}`.
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

/// Returns what a member may be: `{"key": …, "value": …}`, `{"parameterName": …, "parameterValue": …}`.
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
