//! What a value looks like.

use serde_json::{Map, Value};

use super::problems::Problems;

/// The characters of a name that are neither letters nor digits nor white space.
const IN_NAMES: &str = "_.:/%&#=+\\-@";
const LONGEST_NAME: usize = 200;

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
            Self::Name => text.is_some_and(is_name),
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
            Self::Name => format!("1 to {LONGEST_NAME} letters, digits, spaces or {IN_NAMES}"),
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

fn is_name(text: &str) -> bool {
    let is_taken = |each: char| {
        each.is_alphanumeric() || each == ' ' || separates(each) || IN_NAMES.contains(each)
    };
    (1..=LONGEST_NAME).contains(&text.chars().count()) && text.chars().all(is_taken)
}

/// Whether Unicode says that this separates: spaces and ends of lines and paragraphs, not control characters.
fn separates(character: char) -> bool {
    character.is_whitespace() && !character.is_control()
}

fn is_id(text: &str) -> bool {
    text.len() == 16 && is_hex(text) && text != "0000000000000000"
}

fn is_trace_id(text: &str) -> bool {
    let lengths = text.split('-').map(str::len).collect::<Vec<_>>();
    text.starts_with("1-") && lengths == [1, 8, 24] && is_hex(&text.replace('-', ""))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
