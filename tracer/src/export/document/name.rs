use std::ops::RangeInclusive;

use powertools_core::json::write_string;

use super::{Trim, semantics::Semantics};
use crate::Span;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// The longest name where space is short, in characters.
const SHORT: usize = 40;

/// Writes the name of a document.
pub(super) fn write(
    out: &mut Vec<u8>,
    span: &Span<'_>,
    semantics: Option<&Semantics<'_>>,
    trim: Trim,
) {
    let longest = if trim == Trim::AllButBones { SHORT } else { LONGEST };
    let name = Name::of(span, semantics);
    out.push(b'"');
    let start = out.len();
    let is_plain = name.write(out);
    if is_plain && (1..=longest).contains(&(out.len() - start)) {
        out.push(b'"');
    } else {
        let accepted = accepted(&String::from_utf8_lossy(&out[start..]), longest);
        out.truncate(start - 1);
        write_string(out, &accepted);
    }
}

/// What a document is named after.
#[derive(Clone, Copy)]
enum Name<'a> {
    /// `## handler`.
    Handler(&'a str),
    /// `## module::function`.
    Function(&'a str, &'a str),
    /// A name as it is.
    Given(&'a str),
}

impl<'a> Name<'a> {
    fn of(span: &Span<'a>, semantics: Option<&Semantics<'a>>) -> Self {
        let name = span.name();
        if span.is_handler() {
            return Self::Handler(name);
        }
        // Whom a call goes to tells more on X-Ray's map than what it is named, which is often its method.
        let given = semantics.and_then(Semantics::remote_name).or(span.given_name());
        match (given, span.metadata().module_path()) {
            (Some(given), _) => Self::Given(given),
            (None, Some(module)) if is_identifier(name) => Self::Function(module, name),
            _ => Self::Given(name),
        }
    }

    /// Writes it without quotes, and tells whether X-Ray accepts it as it is, if it is short enough.
    fn write(self, out: &mut Vec<u8>) -> bool {
        const MARK: &[u8] = b"## ";
        let is_accepted =
            |name: &str| name.bytes().all(|byte| ASCII[usize::from(byte)].is_accepted());
        let is_plain = match self {
            Self::Handler(name) => {
                out.extend_from_slice(MARK);
                is_accepted(name)
            }
            Self::Function(module, _) => {
                out.extend_from_slice(MARK);
                out.extend_from_slice(module.as_bytes());
                out.extend_from_slice(b"::");
                // The compiler makes paths of identifiers, and the function's was looked at.
                module.is_ascii()
            }
            Self::Given(name) => is_accepted(name),
        };
        let (Self::Handler(name) | Self::Function(_, name) | Self::Given(name)) = self;
        out.extend_from_slice(name.as_bytes());
        is_plain
    }
}

/// Tells whether this may be the name of a function, as `#[instrument]` gives it.
fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| ASCII[usize::from(byte)] == Ascii::Identifier)
}

/// Returns `name` with `_` in place of what X-Ray does not accept, and not too long.
fn accepted(name: &str, longest: usize) -> String {
    let accepted = |character| if is_accepted(character) { character } else { '_' };
    let name: String = name.chars().take(longest).map(accepted).collect();
    if name.trim().is_empty() { "unnamed".to_owned() } else { name }
}

fn is_accepted(character: char) -> bool {
    match u8::try_from(character) {
        Ok(byte) if character.is_ascii() => ASCII[usize::from(byte)].is_accepted(),
        _ => is_number(character) || is_letter(character),
    }
}

/// Tells whether a character is surely a letter to X-Ray, which takes no marks: those that Unicode calls
/// alphabetic are no letters.
fn is_letter(character: char) -> bool {
    character.is_alphabetic() && WITHOUT_MARKS.iter().any(|block| block.contains(&character))
}

fn is_number(character: char) -> bool {
    character.is_numeric() && character <= '\u{ffff}'
}

/// Where all that is alphabetic is a letter.
const WITHOUT_MARKS: [RangeInclusive<char>; 11] = [
    // Latin; Greek, Cyrillic and Armenian; Hebrew; Arabic.
    '\u{80}'..='\u{2ff}',
    '\u{370}'..='\u{58f}',
    '\u{5d0}'..='\u{5f2}',
    '\u{620}'..='\u{64a}',
    '\u{671}'..='\u{6d3}',
    // Georgian and Hangul; more of Latin and Greek; kana and bopomofo.
    '\u{10a0}'..='\u{11ff}',
    '\u{1e00}'..='\u{1fff}',
    '\u{3041}'..='\u{318e}',
    // Han; Hangul; Han again.
    '\u{3400}'..='\u{9fff}',
    '\u{ac00}'..='\u{d7a3}',
    '\u{f900}'..='\u{faff}',
];

/// What a byte may stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ascii {
    /// Names of functions, and all that X-Ray accepts.
    Identifier,
    /// What X-Ray accepts.
    Name,
    Nothing,
}

impl Ascii {
    fn is_accepted(self) -> bool {
        self != Self::Nothing
    }
}

static ASCII: [Ascii; 256] = {
    let (mut ascii, mut byte) = ([Ascii::Nothing; 256], 0_usize);
    while byte < 128 {
        ascii[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => Ascii::Identifier,
            b' ' | b'.' | b':' | b'/' | b'%' | b'&' | b'#' | b'=' | b'+' | b'-' | b'@' => {
                Ascii::Name
            }
            _ => Ascii::Nothing,
        };
        byte += 1;
    }
    ascii
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_accepted_is_an_underscore() {
        assert_eq!(accepted("## shop::orders::place", LONGEST), "## shop::orders::place");
        assert_eq!(accepted("Größe <T>{1}", LONGEST), "Größe _T__1_");
        assert_eq!(accepted("заказ 数値 ½", LONGEST), "заказ 数値 ½");
        assert_eq!(accepted("क\u{93f}", LONGEST), "__");
        assert_eq!(accepted("", LONGEST), "unnamed");
        assert_eq!(accepted(&"é".repeat(300), LONGEST), "é".repeat(200));
    }
}
