//! Parses durations in options.

use std::time::Duration;

/// The maximum timeout of a Lambda function.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Parses `500ms` or `2s`; the error says what is wrong and what to write instead.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let written = |remedy: &str| format!("invalid duration {text:?}: {remedy}");
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let in_unit: fn(u64) -> Duration = match unit.trim_start() {
        "ms" => Duration::from_millis,
        "s" => Duration::from_secs,
        "" if !number.is_empty() => {
            return Err(written(&format!("write `\"{number}ms\"` or `\"{number}s\"`")));
        }
        _ => return Err(written("write a whole number with `ms` or `s`, such as `\"500ms\"`")),
    };
    let duration = number.parse().map(in_unit);
    let duration = duration
        .map_err(|_| written("write a whole number with `ms` or `s`, such as `\"500ms\"`"))?;
    if duration.is_zero() {
        return Err(
            "a margin of zero leaves no time, because Lambda ends the function at the deadline: write how \
                    long flushing can take, such as `\"100ms\"`"
                .to_owned(),
        );
    }
    if duration >= LONGEST {
        return Err(
            "the longest timeout of a function is 15 minutes: write a time far below the timeout, such as \
                    `\"500ms\"`"
                .to_owned(),
        );
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_and_seconds_are_durations() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("2 s"), Ok(Duration::from_secs(2)));
    }

    #[test]
    fn invalid_duration_is_reported_with_the_remedy() {
        for (text, remedy) in [
            ("500", "write `\"500ms\"` or `\"500s\"`"),
            ("", "such as `\"500ms\"`"),
            ("ms", "such as `\"500ms\"`"),
            ("1.5s", "such as `\"500ms\"`"),
            ("2min", "such as `\"500ms\"`"),
            ("-1s", "such as `\"500ms\"`"),
            ("99999999999999999999s", "such as `\"500ms\"`"),
            ("0ms", "such as `\"100ms\"`"),
            ("900s", "far below the timeout"),
            ("18446744073709551615s", "far below the timeout"),
        ] {
            let reported = parse(text).expect_err(text);
            assert!(reported.contains(remedy), "{text}: {reported}");
        }
    }
}
