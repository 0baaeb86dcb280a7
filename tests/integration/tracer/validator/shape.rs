//! What a value looks like.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::problems::Problems;

/// A name as X-Ray's schema has it: letters, separators and numbers by Unicode's categories, and some others.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{L}\p{Z}\p{N}_.:/%&#=+\-@]{1,200}$").unwrap());

/// The shape of a value.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// Text of any length.
    AnyText,
    /// Text of at most that many characters.
    Text(usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// What a segment may be called.
    Name,
    /// 16 hex digits, not all of them zero.
    Id,
    /// `1-`, 8 hex digits, `-`, 24 hex digits.
    TraceId,
    Truth,
    True,
    Number,
    /// A whole number that is not negative.
    Whole,
    /// An object with these members and no other; each may be missing.
    Members(&'static [(&'static str, Shape)]),
    /// A list of such values.
    ListOf(&'static Shape),
    /// Whatever this function says.
    By(fn(&Value, &mut Problems)),
}

impl Shape {
    /// Checks that `value` has this shape.
    pub(super) fn check(self, value: &Value, problems: &mut Problems) {
        match self {
            Self::Members(known) => match value.as_object() {
                Some(members) => check_members(members, known, problems),
                None => problems.add(format!("{value} is not an object")),
            },
            Self::ListOf(shape) => match value.as_array() {
                Some(list) => check_list(list, *shape, problems),
                None => problems.add(format!("{value} is not a list")),
            },
            Self::By(check) => check(value, problems),
            _ => problems.unless(self.holds(value), || self.refusal(value)),
        }
    }

    fn holds(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::AnyText => text.is_some(),
            Self::Text(longest) => text.is_some_and(|text| text.chars().count() <= longest),
            Self::OneOf(texts) => text.is_some_and(|text| texts.contains(&text)),
            Self::Name => text.is_some_and(|text| NAME.is_match(text)),
            Self::Id => text.is_some_and(is_id),
            Self::TraceId => text.is_some_and(is_trace_id),
            Self::Truth => value.is_boolean(),
            Self::True => *value == true,
            Self::Number => value.is_number(),
            Self::Whole => value.is_u64(),
            Self::Members(_) | Self::ListOf(_) | Self::By(_) => true,
        }
    }

    fn refusal(self, value: &Value) -> String {
        let wanted = match self {
            Self::AnyText => "text".to_owned(),
            Self::Text(longest) => format!("text of at most {longest} characters"),
            Self::OneOf(texts) => format!("one of {texts:?}"),
            Self::Name => "1 to 200 letters, numbers, spaces or _.:/%&#=+-@".to_owned(),
            Self::Id => "an id of 16 lower-case hex digits".to_owned(),
            Self::TraceId => "a trace id".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::True => "true".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Whole => "a whole number".to_owned(),
            Self::Members(_) | Self::ListOf(_) | Self::By(_) => String::new(),
        };
        format!("{value} is not {wanted}")
    }
}

fn check_members(
    members: &Map<String, Value>,
    known: &'static [(&'static str, Shape)],
    problems: &mut Problems,
) {
    for (name, value) in members {
        match known.iter().find(|(known, _)| known == name) {
            Some((_, shape)) => problems.at(name, |problems| shape.check(value, problems)),
            None => problems.add(format!("nobody knows a member {name:?}")),
        }
    }
}

fn check_list(list: &[Value], shape: Shape, problems: &mut Problems) {
    for (at, value) in list.iter().enumerate() {
        problems.at(at, |problems| shape.check(value, problems));
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 16 && is_hex(text) && text != "0000000000000000"
}

fn is_trace_id(text: &str) -> bool {
    let lengths = text.split('-').map(str::len).collect::<Vec<_>>();
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    text.starts_with("1-") && lengths == [1, 8, 24] && is_hex
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
