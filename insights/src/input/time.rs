use jiff::Timestamp;

/// Reads the RFC 3339 time, with offset, that a text begins with; returns milliseconds and its length.
pub(super) fn at_start(text: &str) -> Option<(i64, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(10) != Some(&b'T') || !bytes.first()?.is_ascii_digit() {
        return None;
    }
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"-+:.TZ".contains(byte);
    let length = bytes.iter().position(|byte| !is_part(byte)).unwrap_or(bytes.len());
    let time: Timestamp = text.get(..length)?.parse().ok()?;
    Some((time.as_millisecond(), length))
}

/// Finds the time that a line of JSON says it was written at, within its first 512 bytes.
pub(super) fn of_line(line: &str) -> Option<i64> {
    let head = line.get(..512).unwrap_or(line);
    if let Some(rest) = head.strip_prefix("{\"_aws\":{\"Timestamp\":") {
        let digits = rest.split(|next: char| !next.is_ascii_digit()).next()?;
        return digits.parse().ok();
    }
    if !head.starts_with('{') {
        return None;
    }
    let keys = ["\"timestamp\":\"", "\"time\":\"", "\"@timestamp\":\""];
    keys.iter().find_map(|key| {
        let at = head.find(key)? + key.len();
        at_start(&head[at..]).map(|(time, _)| time)
    })
}
