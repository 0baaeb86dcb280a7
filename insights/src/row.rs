use std::fmt;

use jiff::{Timestamp, tz::TimeZone};

/// The result of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The columns' names, in order.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`; a field that a row lacks is `None`.
    pub rows: Vec<Vec<Option<Value>>>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A time, in milliseconds since 1970.
    Time(i64),
}

/// Shows a time as the service does, in UTC and with milliseconds: `2026-11-20 11:31:18.967`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write_number(f, *number),
            Self::Text(text) => f.pad(text),
            Self::Time(millis) => write_time(f, *millis),
        }
    }
}

fn write_number(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    match number.abs() {
        size if size != 0.0 && !(1e-7..1e21).contains(&size) => write!(f, "{number:e}"),
        // Without the sign of a negative zero.
        0.0 => f.write_str("0"),
        _ => write!(f, "{number}"),
    }
}

/// Writes a time outside the range of the calendar as a number.
fn write_time(f: &mut fmt::Formatter<'_>, millis: i64) -> fmt::Result {
    let Ok(timestamp) = Timestamp::from_millisecond(millis) else { return write!(f, "{millis}") };
    let at = timestamp.to_zoned(TimeZone::UTC).datetime();
    write!(
        f,
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_formatted_as_by_the_service() {
        let shown = |value: Value| value.to_string();
        assert_eq!(shown(Value::Time(1_795_174_278_967)), "2026-11-20 11:31:18.967");
        assert_eq!(shown(Value::Time(i64::MAX)), i64::MAX.to_string());
        assert_eq!(shown(Value::Number(12.5)), "12.5");
        assert_eq!(shown(Value::Number(3.0)), "3");
        assert_eq!(shown(Value::Number(-0.0)), "0");
        assert_eq!(shown(Value::Number(1e300)), "1e300");
        assert_eq!(shown(Value::Text("a".to_owned())), "a");
    }
}
