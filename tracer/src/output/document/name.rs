use super::{Trim, semantics::Semantics};
use crate::Span;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// The longest name where space is short, in characters.
const SHORT: usize = 40;

/// Writes the name of a document, without quotes.
pub(super) fn write(
    out: &mut Vec<u8>,
    span: &Span<'_>,
    semantics: Option<&Semantics<'_>>,
    trim: Trim,
) {
    let longest = if trim == Trim::AllButBones { SHORT } else { LONGEST };
    let name = Name::of(span, semantics);
    let start = out.len();
    let is_plain = name.write(out);
    if !is_plain || !(1..=longest).contains(&(out.len() - start)) {
        let accepted = accepted(&String::from_utf8_lossy(&out[start..]), longest);
        out.truncate(start);
        out.extend_from_slice(accepted.as_bytes());
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

    /// Writes it, and tells whether X-Ray accepts it as it is, if it is short enough.
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

/// Returns `name` with `_` in place of what X-Ray does not accept, and not too long; JSON needs no escapes for it.
fn accepted(name: &str, longest: usize) -> String {
    let accepted = |character| if is_accepted(character) { character } else { '_' };
    let name: String = name.chars().take(longest).map(accepted).collect();
    if name.trim().is_empty() { "unnamed".to_owned() } else { name }
}

fn is_accepted(character: char) -> bool {
    match u8::try_from(character) {
        Ok(byte) if character.is_ascii() => ASCII[usize::from(byte)].is_accepted(),
        _ => u16::try_from(u32::from(character)).is_ok_and(is_letter),
    }
}

fn is_letter(character: u16) -> bool {
    LETTERS.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

/// Letters and numbers of scripts in which no marks lie between them, since X-Ray takes none; those that its schema
/// knows.
///
/// The standard library's tables of all letters, marks among them, would be ten times as large.
static LETTERS: [(u16, u16); 36] = [
    // Latin.
    (0xaa, 0xaa),
    (0xb2, 0xb3),
    (0xb5, 0xb5),
    (0xb9, 0xba),
    (0xbc, 0xbe),
    (0xc0, 0xd6),
    (0xd8, 0xf6),
    (0xf8, 0x2af),
    (0x1e00, 0x1eff),
    // Greek, Cyrillic, Armenian, Georgian.
    (0x386, 0x386),
    (0x388, 0x38a),
    (0x38c, 0x38c),
    (0x38e, 0x3a1),
    (0x3a3, 0x3f5),
    (0x3f7, 0x481),
    (0x48a, 0x52f),
    (0x531, 0x556),
    (0x561, 0x587),
    (0x10d0, 0x10fa),
    // Hebrew, Arabic, Ethiopic.
    (0x5d0, 0x5ea),
    (0x620, 0x64a),
    (0x660, 0x669),
    (0x671, 0x6d3),
    (0x6f0, 0x6f9),
    (0x1200, 0x1248),
    // Kana, Han, Hangul; wide and narrow forms.
    (0x3005, 0x3007),
    (0x3041, 0x3096),
    (0x30a1, 0x30fa),
    (0x30fc, 0x30fe),
    (0x3400, 0x4db5),
    (0x4e00, 0x9fd5),
    (0xac00, 0xd7a3),
    (0xff10, 0xff19),
    (0xff21, 0xff3a),
    (0xff41, 0xff5a),
    (0xff66, 0xffbe),
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
        assert_eq!(accepted("a×b÷c 佐々木 ۱۲", LONGEST), "a_b_c 佐々木 ۱۲");
        assert_eq!(accepted("", LONGEST), "unnamed");
        assert_eq!(accepted(&"é".repeat(300), LONGEST), "é".repeat(200));
    }

    #[test]
    fn letters_are_letters_or_numbers() {
        let letters = || LETTERS.iter().flat_map(|(first, last)| *first..=*last);
        let others: Vec<_> = letters()
            .filter(|letter| !char::from_u32(u32::from(*letter)).is_some_and(char::is_alphanumeric))
            .collect();
        assert!(others.is_empty(), "{others:x?}");
        assert!(letters().count() > 40_000);
    }
}
