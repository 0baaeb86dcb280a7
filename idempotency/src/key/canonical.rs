use std::fmt::Write;

use super::node::Node;

/// Returns the one text of all JSON texts that mean the same: what digests are made of.
///
/// It is what Python's `json.dumps(value, sort_keys=True)` writes, and so what Powertools for Python hashes:
/// members sorted by code point, `", "` and `": "` between them, ASCII only, whole numbers of any size as they
/// are, other numbers as Python's `repr` has them. Of members with one name the last counts.
///
/// # Errors
///
/// As `serde_json` for what is not JSON, has half of a surrogate pair, or lies deeper than 128 levels.
pub fn canonical_json(json: &str) -> Result<String, serde_json::Error> {
    // Rare numbers, and what is wrong, are told by the text itself.
    let node = serde_json::from_str(json).or_else(|_| Node::exact(json))?;
    let mut out = String::with_capacity(json.len() + json.len() / 4);
    write_node(&mut out, &node);
    Ok(out)
}

fn write_node(out: &mut String, node: &Node<'_>) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(true) => out.push_str("true"),
        Node::Bool(false) => out.push_str("false"),
        Node::Unsigned(number) => out.push_str(itoa::Buffer::new().format(*number)),
        Node::Signed(number) => out.push_str(itoa::Buffer::new().format(*number)),
        Node::Float(number) => write_float(out, *number),
        Node::Number(text) => write_number(out, text),
        Node::Text(text) => write_string(out, text),
        Node::List(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_node(out, value);
            }
            out.push(']');
        }
        Node::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_string(out, name);
                out.push_str(": ");
                write_node(out, value);
            }
            out.push('}');
        }
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // What needs an escape begins with a byte that no other character has inside.
    while let Some(at) = rest.bytes().position(needs_escape) {
        out.push_str(&rest[..at]);
        let mut characters = rest[at..].chars();
        if let Some(character) = characters.next() {
            write_escape(out, character);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn needs_escape(byte: u8) -> bool {
    !matches!(byte, b' '..=b'~') || byte == b'"' || byte == b'\\'
}

fn write_escape(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to memory never fails.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

/// Writes a whole number as it is and others as Python's `repr` has them.
fn write_number(out: &mut String, text: &str) {
    if !text.contains(['.', 'e', 'E']) {
        return out.push_str(if text == "-0" { "0" } else { text });
    }
    // By what reads the other numbers: the standard library's own way is 17 kB more.
    match serde_json::from_str(text) {
        Ok(number) => write_float(out, number),
        // A number in JSON can only be too large.
        Err(_) => out.push_str(if text.starts_with('-') { "-Infinity" } else { "Infinity" }),
    }
}

/// Writes the shortest digits that mean this number, with an exponent below 1e-4 and from 1e16 on.
fn write_float(out: &mut String, number: f64) {
    let mut buffer = zmij::Buffer::new();
    // From a thousandth to a thousand million, everybody writes them alike.
    if (1e-3..1e9).contains(&number.abs()) {
        return out.push_str(buffer.format_finite(number));
    }
    let (digits, exponent) = digits_of(buffer.format_finite(number.abs()));
    if number.is_sign_negative() {
        out.push('-');
    }
    // How many digits stand before the point.
    let point = exponent + 1;
    match usize::try_from(point) {
        _ if !(-3..=16).contains(&point) => write_exponential(out, &digits, exponent),
        Ok(point) if point > 0 => {
            let (whole, fraction) = digits.split_at(point.min(digits.len()));
            out.push_str(whole);
            (whole.len()..point).for_each(|_| out.push('0'));
            out.push('.');
            out.push_str(if fraction.is_empty() { "0" } else { fraction });
        }
        _ => {
            out.push_str("0.");
            (point..0).for_each(|_| out.push('0'));
            out.push_str(&digits);
        }
    }
}

fn write_exponential(out: &mut String, digits: &str, exponent: i32) {
    let (first, rest) = digits.split_at(1);
    out.push_str(first);
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    let _ = write!(out, "e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
}

/// Takes a number apart that is written in any way: its digits without zeros around them, and the exponent of
/// the first.
fn digits_of(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let zeros = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0');
    if digits.is_empty() {
        return ("0".to_owned(), 0);
    }
    // A double has far fewer digits than an i32 can count.
    let first = i32::try_from(whole.len()).unwrap_or(0) - i32::try_from(zeros).unwrap_or(0) - 1;
    (digits.to_owned(), exponent + first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_python_writes() {
        for (json, expected) in [
            (r#"{"b":1,"a":[true,null,"x"]}"#, r#"{"a": [true, null, "x"], "b": 1}"#),
            (
                r#"{"é":"é\ud83d\ude00\u007f/\b\f"}"#,
                "{\"\\u00e9\": \"\\u00e9\\ud83d\\ude00\\u007f/\\b\\f\"}",
            ),
            (
                r#"{"\uffff":1,"\ud800\udc00":2,"a":1,"a":3}"#,
                "{\"a\": 3, \"\\uffff\": 1, \"\\ud800\\udc00\": 2}",
            ),
            (
                "[ 1.0, -0.0, -0, 1e16, 1E-5, 0.0001, 123456789012345680.0, 5e-324, 1e400 ]",
                "[1.0, -0.0, 0, 1e+16, 1e-05, 0.0001, 1.2345678901234568e+17, 5e-324, Infinity]",
            ),
            (
                "[123456789012345678901234567890, 1e15, 9007199254740993.0, 100.5]",
                "[123456789012345678901234567890, 1000000000000000.0, 9007199254740992.0, 100.5]",
            ),
            ("[[],{}]", "[[], {}]"),
        ] {
            assert_eq!(canonical_json(json).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_an_error() {
        assert!(canonical_json("{").is_err());
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(canonical_json(&deep).unwrap_err().to_string().contains("deeper than 128"));
    }
}
