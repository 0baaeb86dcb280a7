use std::{fmt, str::FromStr};

use crate::MetricError;

macro_rules! units {
    ($($name:ident = $text:literal,)*) => {
        /// A unit of CloudWatch metrics; these 27 are all it knows.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum Unit {
            $(#[doc = concat!("`", $text, "`.")] $name,)*
            /// `None`: a number without a unit.
            #[default]
            None,
        }

        impl Unit {
            /// All units.
            pub const ALL: &'static [Self] = &[$(Self::$name,)* Self::None];

            /// Returns the name that CloudWatch knows the unit by.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::None => "None",
                }
            }
        }
    };
}

units! {
    Seconds = "Seconds",
    Microseconds = "Microseconds",
    Milliseconds = "Milliseconds",
    Bytes = "Bytes",
    Kilobytes = "Kilobytes",
    Megabytes = "Megabytes",
    Gigabytes = "Gigabytes",
    Terabytes = "Terabytes",
    Bits = "Bits",
    Kilobits = "Kilobits",
    Megabits = "Megabits",
    Gigabits = "Gigabits",
    Terabits = "Terabits",
    Percent = "Percent",
    Count = "Count",
    BytesPerSecond = "Bytes/Second",
    KilobytesPerSecond = "Kilobytes/Second",
    MegabytesPerSecond = "Megabytes/Second",
    GigabytesPerSecond = "Gigabytes/Second",
    TerabytesPerSecond = "Terabytes/Second",
    BitsPerSecond = "Bits/Second",
    KilobitsPerSecond = "Kilobits/Second",
    MegabitsPerSecond = "Megabits/Second",
    GigabitsPerSecond = "Gigabits/Second",
    TerabitsPerSecond = "Terabits/Second",
    CountPerSecond = "Count/Second",
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Unit {
    type Err = MetricError;

    fn from_str(name: &str) -> Result<Self, MetricError> {
        let unit = Self::ALL.iter().copied().find(|unit| unit.as_str() == name);
        unit.ok_or_else(|| MetricError::Unit { unit: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_found_by_its_name() {
        assert_eq!(Unit::ALL.len(), 27);
        for unit in Unit::ALL {
            assert_eq!(unit.as_str().parse(), Ok(*unit));
        }
        let error = "Furlongs".parse::<Unit>().unwrap_err();
        assert!(error.to_string().starts_with("\"Furlongs\" is no unit"), "{error}");
    }
}
