use std::str::FromStr;

use thiserror::Error;

use crate::model::{Flaw, Unit};

/// Why a metric, a dimension or a document is refused.
///
/// What is refused is not recorded; everything else is. Nothing is ever recorded in part.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum MetricError {
    /// A name that CloudWatch does not accept.
    #[error(
        "{what} name {name:?} is refused: {rule}; CloudWatch takes 1 to 255 printable ASCII characters"
    )]
    Name {
        /// What it names: a metric, a dimension, a namespace or metadata.
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        rule: &'static str,
    },
    /// A unit that CloudWatch does not know.
    #[error("{unit:?} is no unit of CloudWatch's; see `Unit::ALL` for the 27 it knows")]
    Unit {
        /// The unit.
        unit: String,
    },
    /// A value that is not finite, or whose magnitude is above 2^360, or below 2^-360 and not zero.
    #[error(
        "metric {name:?} can't have the value {value}: CloudWatch takes 0 and magnitudes from 2^-360 \
         (4.26e-109) to 2^360 (2.35e108)"
    )]
    Value {
        /// The metric.
        name: String,
        /// The value, as text.
        value: String,
    },
    /// A [`Duration`](std::time::Duration) for a metric in a unit that does not measure time.
    #[error(
        "metric {name:?} is in {unit} and can't hold a Duration; one in Seconds, Milliseconds or Microseconds \
         can, and one without a unit, in seconds"
    )]
    NoTime {
        /// The metric.
        name: String,
        /// Its unit.
        unit: Unit,
    },
    /// A metric that was recorded before with another unit, resolution or kind.
    #[error(
        "metric {name:?} was recorded in {before} before and can't be in {now} in the same document"
    )]
    Redefined {
        /// The metric.
        name: String,
        /// How it was recorded first.
        before: String,
        /// How it should be recorded now.
        now: String,
    },
    /// A name that something else in the document has.
    #[error("{name:?} can't be a {wanted}: it is a {taken} of the same document")]
    NameTaken {
        /// The name.
        name: String,
        /// What it should become.
        wanted: &'static str,
        /// What it is.
        taken: &'static str,
    },
    /// A dimension that has another value in another set of the document, which has one member for both.
    #[error("dimension {name:?} is {before:?} in another set of the document and can't be {now:?}")]
    ConflictingDimension {
        /// The dimension.
        name: String,
        /// Its value in the other set.
        before: String,
        /// The value that is refused.
        now: String,
    },
    /// A dimension's value that CloudWatch does not accept.
    #[error(
        "value {value:?} of dimension {name:?} is refused: CloudWatch takes 1 to 1024 printable ASCII characters that are not all blank"
    )]
    DimensionValue {
        /// The dimension.
        name: String,
        /// The value.
        value: String,
    },
    /// More dimensions than a set may have.
    #[error(
        "dimension {name:?} would be number {count} of its set; CloudWatch takes 30, `service` among them"
    )]
    TooManyDimensions {
        /// The dimension that is too many.
        name: String,
        /// How many there would be.
        count: usize,
    },
    /// Metadata or dimensions that would make the document larger than CloudWatch takes.
    #[error(
        "{what} {name:?} is too large: all {what} of a document together may have {limit} bytes of JSON"
    )]
    TooLarge {
        /// Metadata or dimensions.
        what: &'static str,
        /// The key or the dimension.
        name: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// A timestamp that CloudWatch does not accept.
    #[error(
        "the timestamp is {distance} away; CloudWatch takes two weeks in the past to two hours ahead"
    )]
    Timestamp {
        /// How far away it is.
        distance: String,
    },
    /// Nothing was recorded although something had to be.
    #[error("no metric was recorded, and `raise_on_empty` is set")]
    Empty,
    /// No invocation is open to record for.
    #[error(
        "no invocation is open here that a layer of `Metrics` has seen; a spawned task needs the current span, \
         `.in_current_span()`, and outside of invocations there is `Metrics::recorder`"
    )]
    NoInvocation,
}

impl MetricError {
    pub(crate) fn name(what: &'static str, name: &str, flaw: Flaw) -> Self {
        Self::Name { what, name: name.to_owned(), rule: flaw.as_str() }
    }

    pub(crate) fn redefined(name: &str, before: (Unit, &str), now: (Unit, &str)) -> Self {
        let text = |(unit, how): (Unit, &str)| format!("{unit} ({how})");
        Self::Redefined { name: name.to_owned(), before: text(before), now: text(now) }
    }
}

// Beside the error and not beside the unit, because the error has units in its fields.
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
    fn unit_is_parsed_from_its_name() {
        assert_eq!(Unit::ALL.len(), 27);
        for unit in Unit::ALL {
            assert_eq!(unit.as_str().parse(), Ok(*unit));
        }
        let error = "Furlongs".parse::<Unit>().unwrap_err();
        assert!(error.to_string().starts_with("\"Furlongs\" is no unit"), "{error}");
    }
}
