//! JSON strings.

/// Writes `text` as a JSON string, including the quotes.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_escaped(out, text);
    out.push(b'"');
}

/// Writes the separator and the name of a member that is not the first one: `,"key":`.
pub fn write_key(out: &mut Vec<u8>, key: &str) {
    out.extend_from_slice(b",\"");
    write_escaped(out, key);
    out.extend_from_slice(b"\":");
}

/// Writes the escaped `text`, without the quotes of a JSON string.
pub fn write_escaped(out: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        write_with_escapes(out, text.as_bytes());
    }
}

/// Returns whether no byte needs an escape, checking eight bytes at a time where possible.
#[inline]
fn is_plain(bytes: &[u8]) -> bool {
    let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) else {
        return is_plain_and_short(bytes);
    };
    // The last chunk overlaps the one before it, so that no remainder has to be checked separately.
    let marks = escapes_in(*first) | escapes_in(*last);
    marks == 0 && (bytes.len() <= 16 || is_plain_between(&bytes[8..]))
}

/// Checks whole chunks of eight bytes. This is a separate function because it uses many registers, and most texts are
/// too short to need it.
#[inline(never)]
fn is_plain_between(bytes: &[u8]) -> bool {
    let (chunks, _) = bytes.as_chunks::<8>();
    chunks.iter().fold(0, |marks, chunk| marks | escapes_in(*chunk)) == 0
}

/// Checks fewer than eight bytes.
fn is_plain_and_short(bytes: &[u8]) -> bool {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some([a, b, c, d]), Some([e, f, g, h])) => {
            escapes_in([*a, *b, *c, *d, *e, *f, *g, *h]) == 0
        }
        _ => !bytes.iter().any(|byte| needs_escape(*byte)),
    }
}

/// Returns a mask with the top bit set in each byte that needs an escape, which is 0 if none does.
///
/// Subtracting a limit from each byte borrows into the top bit of the bytes that are below the limit. Bytes that are
/// not ASCII have that bit set already, so they are masked out.
#[inline]
fn escapes_in(chunk: [u8; 8]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    let text = u64::from_ne_bytes(chunk);
    let below = |bytes: u64, limit: u64| bytes.wrapping_sub(ONES * limit) & !bytes;
    let equals = |byte: u8| below(text ^ (ONES * u64::from(byte)), 1);
    (below(text, 0x20) | equals(b'"') | equals(b'\\')) & TOPS
}

#[inline]
fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cold]
fn write_with_escapes(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| needs_escape(*byte)) {
        out.extend_from_slice(&rest[..at]);
        write_escape(out, rest[at]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_round_trips() {
        let all: String = (0..0x2_0000).filter_map(char::from_u32).collect();
        for text in ["", "plain", "0123456789abcdef\"", "\u{0}\u{1f}\u{7f}\u{2028}é💥\\", &all] {
            assert_comes_back(text);
        }
    }

    #[test]
    fn character_round_trips_at_every_position() {
        for character in (0..0x100).filter_map(char::from_u32) {
            for length in 1..20 {
                for at in 0..length {
                    let mut text = vec!['x'; length];
                    text[at] = character;
                    assert_comes_back(&text.iter().collect::<String>());
                }
            }
        }
    }

    fn assert_comes_back(text: &str) {
        let mut out = Vec::new();
        write_string(&mut out, text);
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        assert!(!out.contains(&b'\n'));
    }
}
