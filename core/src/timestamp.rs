use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Formats timestamps, and reuses the previous one, so that within a second only the milliseconds are formatted.
#[derive(Debug, Default)]
pub struct TimestampFormatter {
    second: Option<u64>,
    millis: u32,
    text: String,
    bytes: [u8; LENGTH],
}

/// The length of `2026-11-20T11:31:18.967Z`, and the range of its milliseconds.
const LENGTH: usize = 24;
const MILLIS: usize = 20;

impl TimestampFormatter {
    /// Returns `time` in RFC 3339, in UTC and with milliseconds.
    ///
    /// A time before 1970 or after 9999 is replaced by the nearest time in that range.
    pub fn format(&mut self, time: SystemTime) -> &[u8; LENGTH] {
        const LAST: Duration = Duration::from_millis(253_402_300_799_999);
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
        if self.second != Some(since.as_secs()) {
            self.start_second(since);
        }
        let millis = since.subsec_millis();
        if self.millis == millis {
            return &self.bytes;
        }
        self.millis = millis;
        for (at, power) in [(MILLIS, 100), (MILLIS + 1, 10), (MILLIS + 2, 1)] {
            self.bytes[at] = b'0' + (millis / power % 10) as u8;
        }
        &self.bytes
    }

    #[cold]
    fn start_second(&mut self, since: Duration) {
        use std::fmt::Write;

        self.second = Some(since.as_secs());
        self.millis = since.subsec_millis();
        self.text.clear();
        let text = humantime::format_rfc3339_millis(UNIX_EPOCH + since);
        write!(self.text, "{text}").expect("the time is in the range of RFC 3339");
        self.bytes.copy_from_slice(self.text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamp_is_right_within_and_across_seconds() {
        let mut text = TimestampFormatter::default();
        let mut written =
            |time| String::from_utf8(text.format(time).to_vec()).expect("a timestamp is ASCII");
        let expected = [
            (0, "1970-01-01T00:00:00.000Z"),
            (7, "1970-01-01T00:00:00.007Z"),
            (999, "1970-01-01T00:00:00.999Z"),
            (1000, "1970-01-01T00:00:01.000Z"),
            (1_795_174_278_967, "2026-11-20T11:31:18.967Z"),
            (951_827_696_010, "2000-02-29T12:34:56.010Z"),
            (300_000_000_000_000, "9999-12-31T23:59:59.999Z"),
        ];
        for (ms, expected) in expected {
            assert_eq!(written(UNIX_EPOCH + Duration::from_millis(ms)), expected);
        }
        assert_eq!(written(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00.000Z");
    }
}
