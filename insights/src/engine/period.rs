//! Periods of time to which functions such as `bin` round, in UTC.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

const DAY: i64 = 86_400_000;

/// A period that times are rounded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    /// So many milliseconds, counted from a time.
    Millis { length: i64, origin: i64 },
    /// So many months of the calendar.
    Months(i64),
}

impl Period {
    /// Creates a period of so many units, cut to what the service allows: at most 1000 ms, 60 s, 60 m, 24 h.
    ///
    /// Weeks begin on Mondays. Returns `None` for zero units, an unknown unit, or a period that is too long.
    pub(crate) fn new(count: u64, unit: &str) -> Option<Self> {
        let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
        let millis =
            |most: i64, unit: i64| Some(Self::Millis { length: count.min(most) * unit, origin: 0 });
        match unit {
            "ms" => millis(1000, 1),
            "s" => millis(60, 1000),
            "m" => millis(60, 60_000),
            "h" => millis(24, 3_600_000),
            "d" => Some(Self::Millis { length: count.checked_mul(DAY)?, origin: 0 }),
            // 1970 began on a Thursday.
            "w" => Some(Self::Millis { length: count.checked_mul(7 * DAY)?, origin: 4 * DAY }),
            "mo" => Some(Self::Months(count)),
            "q" => Some(Self::Months(count.checked_mul(3)?)),
            "y" => Some(Self::Months(count.checked_mul(12)?)),
            _ => None,
        }
    }

    /// Returns the beginning of the period that contains a time; `None` if it is out of range.
    pub(crate) fn floor(self, millis: i64) -> Option<i64> {
        match self {
            Self::Millis { length, origin } => {
                let since = millis.checked_sub(origin)?;
                since.div_euclid(length).checked_mul(length)?.checked_add(origin)
            }
            Self::Months(months) => begin(month(millis)?.div_euclid(months).checked_mul(months)?),
        }
    }

    /// Returns the beginning of the next period, or the time itself if a period begins there.
    pub(crate) fn ceil(self, millis: i64) -> Option<i64> {
        let floor = self.floor(millis)?;
        match self {
            _ if floor == millis => Some(millis),
            Self::Millis { length, .. } => floor.checked_add(length),
            Self::Months(months) => begin(month(floor)?.checked_add(months)?),
        }
    }
}

/// Returns how many months after the year 0 a time lies.
fn month(millis: i64) -> Option<i64> {
    let date = Timestamp::from_millisecond(millis).ok()?.to_zoned(TimeZone::UTC).date();
    Some(i64::from(date.year()) * 12 + i64::from(date.month()) - 1)
}

fn begin(month: i64) -> Option<i64> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let month = i8::try_from(month.rem_euclid(12) + 1).ok()?;
    let date = Date::new(year, month, 1).ok()?;
    date.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::instant;

    fn floor(count: u64, unit: &str, time: &str) -> Option<i64> {
        Period::new(count, unit)?.floor(instant(time)?)
    }

    #[test]
    fn times_are_truncated_to_their_period() {
        let time = "2026-11-20T11:31:18.967Z";
        for (count, unit, begin) in [
            (100, "ms", "2026-11-20T11:31:18.9Z"),
            (5, "m", "2026-11-20T11:30:00Z"),
            (6, "h", "2026-11-20T06:00:00Z"),
            (1, "d", "2026-11-20T00:00:00Z"),
            (1, "w", "2026-11-16T00:00:00Z"),
            (1, "mo", "2026-11-01T00:00:00Z"),
            (1, "q", "2026-10-01T00:00:00Z"),
            (1, "y", "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(floor(count, unit, time), instant(begin), "{count}{unit}");
        }
        assert_eq!(
            Period::new(1, "q").unwrap().ceil(instant(time).unwrap()),
            instant("2027-01-01T00:00:00Z")
        );
    }

    #[test]
    fn three_hundred_seconds_act_as_sixty() {
        assert_eq!(Period::new(300, "s"), Period::new(60, "s"));
        assert_eq!(Period::new(5000, "ms"), Period::new(1000, "ms"));
        assert_eq!(Period::new(90, "m"), Period::new(60, "m"));
        assert_eq!(Period::new(48, "h"), Period::new(24, "h"));
        assert_eq!(Period::new(0, "m"), None);
        assert_eq!(Period::new(u64::MAX, "d"), None);
        assert_eq!(Period::new(1, "fortnight"), None);
    }

    proptest! {
        #[test]
        fn time_is_between_datefloor_and_dateceil(
            count in 1..10_000_u64,
            unit in prop::sample::select(vec!["ms", "s", "m", "h", "d", "w", "mo", "q", "y"]),
            time in any::<i64>(),
        ) {
            let period = Period::new(count, unit).unwrap();
            if let Some(floor) = period.floor(time) {
                prop_assert!(floor <= time);
                prop_assert_eq!(period.floor(floor), Some(floor));
                prop_assert!(period.ceil(time).is_none_or(|ceil| ceil >= time));
            }
        }

        #[test]
        fn bins_have_the_requested_width(count in 1..60_u64, time in -10_000_000_000_000..10_000_000_000_000_i64) {
            let floor = Period::new(count, "m").unwrap().floor(time).unwrap();
            prop_assert!(time - floor < count as i64 * 60_000);
        }
    }
}
