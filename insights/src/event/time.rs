//! The time of an event without a timestamp.

use jiff::Timestamp;
use memchr::memchr_iter;

use crate::engine::Datum;

/// The members that hold a line's time, best first: ours and Lambda's, Lambda's platform events, EMF.
pub(super) const MEMBERS: [&str; 3] = ["timestamp", "time", "_aws.Timestamp"];

/// Returns the time that these members, or else the line's text, tell; in milliseconds since 1970.
pub(super) fn of_line(members: &[Datum<'_>], line: &str) -> Option<i64> {
    members.iter().find_map(of_member).or_else(|| first_in(line))
}

/// Reads a time in RFC 3339, to the millisecond.
pub(crate) fn instant(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

fn of_member(member: &Datum<'_>) -> Option<i64> {
    match member {
        Datum::Number(number) => epoch(*number),
        Datum::Text(text) => instant(text),
        _ => None,
    }
}

/// Interprets a number as milliseconds or seconds; a small number is not a time, as in `"time": 12`.
fn epoch(number: f64) -> Option<i64> {
    match number {
        1e11.. => Some(number as i64),
        1e9.. => Some((number * 1000.0) as i64),
        _ => None,
    }
}

fn first_in(line: &str) -> Option<i64> {
    memchr_iter(b'-', line.as_bytes())
        .filter_map(|dash| candidate(line, dash.checked_sub(4)?))
        .find_map(instant)
}

/// Returns what stands at `start`, if it begins like `2026-11-20T11:`.
fn candidate(line: &str, start: usize) -> Option<&str> {
    const SHAPE: &[u8] = b"0000-00-00T00:";
    let bytes = line.as_bytes().get(start..)?;
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        _ => byte == shape,
    };
    if bytes.len() < SHAPE.len() || !bytes.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let belongs = |byte: &u8| matches!(byte, b'0'..=b'9' | b':' | b'.' | b'T' | b'Z' | b'+' | b'-');
    let length = bytes.iter().take(40).take_while(|byte| belongs(byte)).count();
    line.get(start..start + length).map(|text| text.trim_end_matches(['.', ':', '-', '+']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_rfc_3339_text_of_a_line_is_its_time() {
        let at = Some(1_795_174_278_967);
        assert_eq!(first_in("2026-11-20T11:31:18.967Z\t6f6f\tINFO\thello"), at);
        assert_eq!(first_in("[INFO]\t2026-11-20T11:31:18.967Z\thello"), at);
        assert_eq!(first_in("on 2026-11-20T12:31:18.967+01:00."), at);
        assert_eq!(first_in("2026-99-20T11:31:18Z then 2026-11-20T11:31:18.967Z"), at);
        assert_eq!(first_in("2026-11-20 is a day"), None);
        assert_eq!(first_in("-é-------"), None);
    }
}
