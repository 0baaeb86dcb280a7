//! Units of time: how the service spells them, and how many of each it allows.
//!
//! From the section on datetime functions of `CWL_QuerySyntax-operations-functions`.

/// A unit of time.
#[derive(Debug)]
pub(crate) struct Unit {
    /// As it stands in the tree.
    pub(crate) short: &'static str,
    others: &'static [&'static str],
    /// The largest number that the service takes; it cuts larger ones to this.
    pub(crate) cap: Option<u64>,
    /// Which unit comes next, and how many of these make one of it.
    pub(crate) larger: Option<(&'static str, u64)>,
}

static UNITS: &[Unit] = &[
    unit("ms", &["msec", "millisecond"], Some(1_000), Some(("s", 1_000))),
    unit("s", &["sec", "second"], Some(60), Some(("m", 60))),
    unit("m", &["min", "minute"], Some(60), Some(("h", 60))),
    unit("h", &["hr", "hour"], Some(24), Some(("d", 24))),
    unit("d", &["day"], None, None),
    unit("w", &["week"], None, None),
    unit("mo", &["mon", "month"], None, None),
    unit("q", &["qtr", "quarter"], None, None),
    unit("y", &["yr", "year"], None, None),
];

impl Unit {
    /// Finds a unit by any of its spellings, in any case; those of several letters may be plural.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        let lower = name.to_ascii_lowercase();
        let singular = lower.strip_suffix('s').filter(|singular| singular.len() > 1);
        UNITS.iter().find(|unit| {
            unit.is_called(&lower) || singular.is_some_and(|singular| unit.is_called(singular))
        })
    }

    fn is_called(&self, name: &str) -> bool {
        self.short == name || self.others.contains(&name)
    }
}

const fn unit(
    short: &'static str,
    others: &'static [&'static str],
    cap: Option<u64>,
    larger: Option<(&'static str, u64)>,
) -> Unit {
    Unit { short, others, cap, larger }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_spelling_of_a_unit_is_known() {
        for (name, short) in [
            ("ms", "ms"),
            ("milliseconds", "ms"),
            ("s", "s"),
            ("secs", "s"),
            ("min", "m"),
            ("minutes", "m"),
            ("HRS", "h"),
            ("days", "d"),
            ("w", "w"),
            ("mon", "mo"),
            ("mos", "mo"),
            ("months", "mo"),
            ("qtrs", "q"),
            ("y", "y"),
        ] {
            assert_eq!(Unit::named(name).map(|unit| unit.short), Some(short), "{name}");
        }
        assert!(Unit::named("fortnight").is_none());
        assert!(Unit::named("hs").is_none());
    }
}
