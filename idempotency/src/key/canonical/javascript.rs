//! Members and numbers as Powertools for TypeScript and JavaScript write them.

use super::{
    decimal::Decimal,
    order::{Member, control, hex},
};

/// How many digits JavaScript writes before the point at most.
///
/// Source: ECMAScript, `Number::toString`.
const MOST_WHOLE: i64 = 21;

/// Puts the members of an object in order, of which the first is `first`.
///
/// They are sorted by their names in lower case. Names that are array indices come before the others, by their
/// numbers, because that is where every object of JavaScript has them. Names that are equal in lower case stay in
/// the order of the text; of two equal names the first has the place, and the last has the value. `__proto__` is
/// left out, because assigning it to an object adds no member.
pub(super) fn sort(members: &mut Vec<Member>, first: usize, out: &[u8]) {
    let mut named: Vec<(usize, Member)> = members.drain(first..).enumerate().collect();
    // This sort is stable.
    named.sort_by(|(_, a), (_, b)| a.name(out).cmp(b.name(out)));
    let mut distinct: Vec<(usize, Member)> = Vec::with_capacity(named.len());
    for (place, member) in named {
        match distinct.last_mut() {
            Some((_, last)) if last.name(out) == member.name(out) => *last = member,
            _ => distinct.push((place, member)),
        }
    }
    distinct.retain(|(_, member)| member.name(out) != b"__proto__");
    distinct.sort_unstable_by_key(|(place, _)| *place);
    distinct.sort_by_cached_key(|(_, member)| Key::of(member.name(out)));
    members.extend(distinct.into_iter().map(|(_, member)| member));
}

/// What a name is sorted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Index(u32),
    /// The UTF-16 code units of the name in lower case.
    Name(Vec<u16>),
}

impl Key {
    /// Takes a name as it is written.
    fn of(written: &[u8]) -> Self {
        if let Some(index) = index(written) {
            return Self::Index(index);
        }
        let mut lower = Vec::with_capacity(written.len());
        let mut text = String::with_capacity(written.len());
        for character in char::decode_utf16(units(&String::from_utf8_lossy(written))) {
            match character {
                Ok(character) => text.push(character),
                Err(half) => {
                    lower.extend(text.to_lowercase().encode_utf16());
                    text.clear();
                    lower.push(half.unpaired_surrogate());
                }
            }
        }
        lower.extend(text.to_lowercase().encode_utf16());
        Self::Name(lower)
    }
}

/// Returns the array index that a name is, if it is one.
fn index(name: &[u8]) -> Option<u32> {
    let is_canonical = name == b"0" || matches!(name, [b'1'..=b'9', ..]);
    let text = std::str::from_utf8(name).ok()?;
    text.parse().ok().filter(|index| is_canonical && *index < u32::MAX)
}

/// Returns the code units of a text that is written as JSON.
fn units(written: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            continue;
        }
        let (unit, length) = match rest.as_str().as_bytes() {
            [b'u', a, b, c, d, ..] => (hex([*a, *b, *c, *d]).unwrap_or_default(), 5),
            [escape, ..] => (u16::from(control(*escape)), 1),
            [] => break,
        };
        units.push(unit);
        // An escape is written in ASCII.
        rest = rest.as_str().get(length..).unwrap_or_default().chars();
    }
    units
}

/// Writes a number; `null` if it is too large for a double.
pub(super) fn write_number(number: Option<f64>, out: &mut impl FnMut(&[u8])) {
    let Some(number) = number else {
        return out(b"null");
    };
    let mut buffer = zmij::Buffer::new();
    match Decimal::of(buffer.format_finite(number).as_bytes()) {
        Some(_) if number == 0.0 => out(b"0"),
        Some(decimal) => write(&decimal, out),
        // The exponent of a double can be computed with.
        None => {}
    }
}

/// How many digits a number of DynamoDB has at most, and between which exponents it lies.
///
/// Source: "Supported data types and naming rules in Amazon DynamoDB".
const DYNAMODB_DIGITS: usize = 38;
const DYNAMODB_EXPONENTS: std::ops::RangeInclusive<i64> = -130..=125;

/// Returns a number of JSON as JavaScript writes it, with all its digits; `None` if DynamoDB can't keep it.
pub(crate) fn attribute_number(json: &str) -> Option<String> {
    let decimal = Decimal::of(json.as_bytes())?;
    if decimal.len() > DYNAMODB_DIGITS || !DYNAMODB_EXPONENTS.contains(&decimal.exponent) {
        return None;
    }
    if decimal.is_zero() {
        return Some("0".to_owned());
    }
    let mut text = String::new();
    write(&decimal, &mut |bytes| text.push_str(&String::from_utf8_lossy(bytes)));
    Some(text)
}

/// Writes a number as `Number::toString` does: with an exponent below 1e-6 and from 1e21 on.
fn write(decimal: &Decimal<'_>, out: &mut impl FnMut(&[u8])) {
    let point = decimal.exponent + 1;
    decimal.write_sign(out);
    if (-5..=MOST_WHOLE).contains(&point) {
        decimal.write_plain(out, point);
    } else {
        decimal.write_exponential(out, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::CanonicalForm;

    fn written(json: &str) -> String {
        CanonicalForm::TypeScript.of(json).unwrap()
    }

    #[test]
    fn numbers_are_those_of_javascript() {
        for (json, expected) in [
            ("[1.0, -0, -0.0, 1e2, 0.10]", "[1,0,0,100,0.1]"),
            (
                "[1e21, 1e20, 123456789012345680000, 1e-6, 1e-7]",
                "[1e+21,100000000000000000000,123456789012345680000,0.000001,1e-7]",
            ),
            (
                "[9007199254740993, 18446744073709551617, 1e400, -1e400]",
                "[9007199254740992,18446744073709552000,null,null]",
            ),
            (
                "[5e-324, 1.7976931348623157e308, -1.5e-10]",
                "[5e-324,1.7976931348623157e+308,-1.5e-10]",
            ),
        ] {
            assert_eq!(written(json), expected);
        }
    }

    #[test]
    fn numbers_that_dynamodb_keeps_have_all_their_digits() {
        for (json, expected) in [
            ("1.0", Some("1")),
            ("-0.0", Some("0")),
            ("1e21", Some("1e+21")),
            ("18446744073709551617", Some("18446744073709551617")),
            ("0.1000000000000000055", Some("0.1000000000000000055")),
            ("1e125", Some("1e+125")),
            ("1e126", None),
            ("5e-324", None),
            ("1e99999999999999999999", None),
            ("123456789012345678901234567890123456789", None),
        ] {
            assert_eq!(super::attribute_number(json).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn members_are_sorted_as_powertools_for_typescript_sorts_them() {
        for (json, expected) in [
            (r#"{"b": 1, "A": 2, "a": 3, "B": 4}"#, r#"{"A":2,"a":3,"b":1,"B":4}"#),
            (r#"{"b": 1, "10": 2, "9": 3, "01": 4}"#, r#"{"9":3,"10":2,"01":4,"b":1}"#),
            (r#"{"a": 1, "A": 2, "a": 3}"#, r#"{"a":3,"A":2}"#),
            (
                r#"{"z": {"__proto__": {"a": 1}}, "_": [{"c": 1, "b": 2}]}"#,
                r#"{"_":[{"b":2,"c":1}],"z":{}}"#,
            ),
            ("{\"\u{ffff}\": 1, \"😀\": 2, \"É\": 3}", "{\"É\":3,\"😀\":2,\"\u{ffff}\":1}"),
        ] {
            assert_eq!(written(json), expected);
        }
    }

    #[test]
    fn strings_are_those_of_json_stringify() {
        let json = r#""\u00e9\ud83d\ude00\ud800\u007f\/\u2028\u0001\b\n""#;
        let expected = "\"é😀\\ud800\u{7f}/\u{2028}\\u0001\\b\\n\"";
        assert_eq!(written(json), expected);
    }
}
