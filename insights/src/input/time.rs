use jiff::{civil::DateTime, tz::TimeZone};

/// A time that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// In milliseconds since 1970.
    pub(super) millis: i64,
    /// How many bytes it takes.
    pub(super) length: usize,
    pub(super) zone: Zone,
    /// How many digits the seconds have after the point.
    pub(super) fraction: usize,
    /// Whether a `T` divides date and time.
    pub(super) is_rfc3339: bool,
}

/// How a time says which zone it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// It does not; logs are in UTC.
    Missing,
    Z,
    Offset,
    /// There is no zone, as the time is a number of milliseconds.
    Epoch,
}

/// Reads the time that a text begins with: RFC 3339 and its usual variants, also in brackets, or milliseconds.
pub(super) fn at_start(text: &str) -> Option<Stamp> {
    if let Some(inner) = text.strip_prefix('[') {
        let stamp = dated(inner.as_bytes())?;
        let end = inner.get(stamp.length..)?.find(']').filter(|end| *end <= 1)?;
        return Some(Stamp { length: stamp.length + end + 2, ..stamp });
    }
    dated(text.as_bytes()).or_else(|| epoch(text))
}

/// Finds the time that a line says it was written at, near its beginning.
pub(super) fn of_line(line: &str) -> Option<i64> {
    let head = beginning(line);
    if let Some(rest) = head.strip_prefix("{\"_aws\":{\"Timestamp\":") {
        let digits = rest.split(|next: char| !next.is_ascii_digit()).next()?;
        return digits.parse().ok();
    }
    if head.starts_with('{') {
        return of_members(head);
    }
    // Python's runtime writes `[INFO]` and a tab before the time.
    let after_level = || head.strip_prefix('[')?.split_once("]\t").map(|(_, rest)| rest);
    at_start(head).or_else(|| at_start(after_level()?)).map(|stamp| stamp.millis)
}

/// Reads a whole text as a time, as the service's results have it: `2026-11-20 11:31:18.967`, or milliseconds.
pub(super) fn of_text(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return (number >= 100_000_000_000).then_some(number);
    }
    dated(text.as_bytes()).map(|stamp| stamp.millis)
}

/// Returns at most the first 512 bytes of a line.
fn beginning(line: &str) -> &str {
    let end = (0..=line.len().min(512)).rev().find(|&end| line.is_char_boundary(end));
    line.get(..end.unwrap_or(0)).unwrap_or(line)
}

fn of_members(head: &str) -> Option<i64> {
    let keys = ["\"timestamp\":", "\"time\":", "\"@timestamp\":"];
    keys.iter().find_map(|key| {
        let value = head.get(head.find(key)? + key.len()..)?.trim_start();
        dated(value.strip_prefix('"')?.as_bytes()).map(|stamp| stamp.millis)
    })
}

fn epoch(text: &str) -> Option<Stamp> {
    let (digits, rest) = text.split_at_checked(13)?;
    let is_number =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.starts_with(['1', '2']);
    let is_whole = is_number && rest.starts_with(['\t', ' ', ',']);
    let millis = is_whole.then(|| digits.parse().ok())??;
    Some(Stamp { millis, length: 13, zone: Zone::Epoch, fraction: 3, is_rfc3339: false })
}

/// Reads `2026-11-20T11:31:18.967Z` and its like.
fn dated(text: &[u8]) -> Option<Stamp> {
    let number = |at: usize, length: usize| number(text.get(at..at + length)?);
    let sign = |at: usize, allowed: &[u8]| text.get(at).filter(|byte| allowed.contains(byte));
    let divider = *sign(4, b"-/")?;
    sign(7, &[divider])?;
    let is_rfc3339 = *sign(10, b"T ")? == b'T';
    sign(13, b":").and(sign(16, b":"))?;
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let (nanos, fraction) = sign(19, b".,").map_or((0, 0), |_| nanos(&text[20..]));
    let end = 19 + if fraction > 0 { fraction + 1 } else { 0 };
    let (offset, zone, zone_length) = zone(&text[end..]);
    let small = |number: i64| i8::try_from(number).ok();
    let time = DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        nanos,
    );
    let time = time.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    let millis = time - offset * 60_000;
    Some(Stamp { millis, length: end + zone_length, zone, fraction, is_rfc3339 })
}

fn number(digits: &[u8]) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
}

/// Reads the digits after the point; returns nanoseconds and how many digits there are.
fn nanos(text: &[u8]) -> (i32, usize) {
    let digits = text.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let value = number(&text[..digits]).unwrap_or_default();
    let scale = 10_i64.pow(9 - u32::try_from(digits).unwrap_or(9));
    (i32::try_from(value * scale).unwrap_or_default(), digits)
}

/// Reads `Z`, `+01:00`, `+0100`, or one of them after a blank or in parentheses; returns minutes and the length.
fn zone(text: &[u8]) -> (i64, Zone, usize) {
    match text {
        [b'Z', ..] => (0, Zone::Z, 1),
        [b' ', b'(', sign @ (b'+' | b'-'), a, b, b':', c, d, b')', ..] => {
            (minutes(*sign, [*a, *b, *c, *d]), Zone::Offset, 9)
        }
        [sign @ (b'+' | b'-'), a, b, b':', c, d, ..] | [sign @ (b'+' | b'-'), a, b, c, d, ..]
            if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) =>
        {
            let length = if text[3] == b':' { 6 } else { 5 };
            (minutes(*sign, [*a, *b, *c, *d]), Zone::Offset, length)
        }
        [b' ', b'U', b'T', b'C', ..] => (0, Zone::Z, 4),
        _ => (0, Zone::Missing, 0),
    }
}

fn minutes(sign: u8, [a, b, c, d]: [u8; 4]) -> i64 {
    let number = |tens, ones| number(&[tens, ones]).unwrap_or_default();
    let minutes = number(a, b) * 60 + number(c, d);
    if sign == b'-' { -minutes } else { minutes }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: i64 = 1_795_174_278_967;

    #[test]
    fn common_time_formats_are_parsed() {
        for (text, length) in [
            ("2026-11-20T11:31:18.967Z text", 24),
            ("2026-11-20T11:31:18.967000+00:00 text", 32),
            ("2026-11-20T12:31:18.967+01:00\ttext", 29),
            ("2026-11-20T06:01:18.967-0530 text", 28),
            ("2026-11-20 11:31:18.967 text", 23),
            ("2026-11-20 11:31:18,967 - INFO", 23),
            ("2026/11/20 11:31:18.967 UTC text", 27),
            ("2026-11-20 11:31:18.967 (+00:00)\ttext", 32),
            ("[2026-11-20 11:31:18.967000] text", 28),
            ("1795174278967\ttext", 13),
        ] {
            let stamp = at_start(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((stamp.millis, stamp.length), (TIME, length), "{text}");
        }
    }

    #[test]
    fn text_that_is_not_a_time_has_none() {
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T11:31",
            "2026-13-20T11:31:18Z x",
            "2026-11/20T11:31:18Z x",
            "12026-11-20T11:31:18Z x",
            "[INFO] x",
            "1795174278967",
            "17951742789671 x",
            "ä026-11-20T11:31:18Z",
        ] {
            assert_eq!(at_start(text), None, "{text}");
        }
    }

    #[test]
    fn line_time_is_searched_near_the_beginning() {
        for line in [
            "{\"level\":\"INFO\",\"timestamp\":\"2026-11-20T11:31:18.967Z\"}",
            "{\"level\": \"INFO\", \"time\": \"2026-11-20 11:31:18.967\"}",
            "{\"_aws\":{\"Timestamp\":1795174278967}}",
            "2026-11-20T11:31:18.967Z\t6f6f2e2c\tINFO\thello",
            "[INFO]\t2026-11-20T11:31:18.967Z\t6f6f2e2c\thello",
        ] {
            assert_eq!(of_line(line), Some(TIME), "{line}");
        }
        assert_eq!(of_line("panicked at 2026-11-20T11:31:18.967Z"), None);
    }
}
