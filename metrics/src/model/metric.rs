use std::fmt;

use super::{
    Unit,
    name::{self, Flaw},
};
use crate::MetricError;

/// How finely CloudWatch keeps a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// To the minute.
    #[default]
    Standard,
    /// To the second, at a higher price.
    High,
}

/// What becomes of several values of one metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// They are added up: ten thousand increments are one value.
    Counter,
    /// Each is kept, so that CloudWatch can tell percentiles.
    Distribution,
}

/// The definition of a metric: its name, unit, resolution, and what becomes of several values.
///
/// As a constant it is checked when compiling:
///
/// ```
/// use powertools_metrics::{Metric, Unit};
///
/// const ORDERS: Metric = Metric::count("OrdersPlaced");
/// const LATENCY: Metric = Metric::new("Latency", Unit::Milliseconds).high_resolution();
/// ```
///
/// ```compile_fail
/// # use powertools_metrics::Metric;
/// const ORDERS: Metric = Metric::count("");
/// ```
///
/// ```compile_fail
/// # use powertools_metrics::Metric;
/// const SIZE: Metric = Metric::count("Größe");
/// ```
///
/// A name that is only known when the function runs is checked by [`Metric::dynamic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) unit: Unit,
    pub(crate) resolution: Resolution,
    pub(crate) kind: Kind,
}

/// A name, and whether it may be kept without a copy.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name<'a> {
    Static(&'static str),
    Borrowed(&'a str),
}

impl<'a> Name<'a> {
    pub(crate) fn as_str(self) -> &'a str {
        match self {
            Self::Static(name) => name,
            Self::Borrowed(name) => name,
        }
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Name<'_> {}

impl Metric<'static> {
    /// Defines a counter: values in `Count` that are added up.
    ///
    /// # Panics
    ///
    /// In a constant, a name that CloudWatch does not accept does not compile. Called when the function
    /// runs it would panic: use [`Metric::dynamic`] there.
    pub const fn count(name: &'static str) -> Self {
        Self::new(name, Unit::Count).summed()
    }

    /// Defines a metric of which each value is kept.
    ///
    /// # Panics
    ///
    /// As [`Metric::count`].
    #[expect(clippy::panic, reason = "it is how a constant does not compile")]
    pub const fn new(name: &'static str, unit: Unit) -> Self {
        match name::flaw(name) {
            None => Self::unchecked(Name::Static(name), unit),
            Some(Flaw::Blank) => panic!("the metric's name is blank"),
            Some(Flaw::TooLong) => panic!("the metric's name is longer than 255 characters"),
            Some(Flaw::NotAscii) => panic!("the metric's name has a character that is not ASCII"),
            Some(Flaw::Control) => panic!("the metric's name has a control character"),
            Some(_) => panic!("a metric can't be named _aws, which CloudWatch reads itself"),
        }
    }
}

impl<'a> Metric<'a> {
    /// Defines a metric whose name is only known when the function runs; each value is kept.
    ///
    /// # Errors
    ///
    /// [`MetricError::Name`] if CloudWatch does not accept the name.
    pub fn dynamic(name: &'a str, unit: Unit) -> Result<Self, MetricError> {
        match name::flaw(name) {
            None => Ok(Self::unchecked(Name::Borrowed(name), unit)),
            Some(flaw) => Err(MetricError::name("metric", name, flaw)),
        }
    }

    const fn unchecked(name: Name<'a>, unit: Unit) -> Self {
        Self { name, unit, resolution: Resolution::Standard, kind: Kind::Distribution }
    }

    /// Has values added up instead of kept.
    #[must_use]
    pub const fn summed(self) -> Self {
        Self { kind: Kind::Counter, ..self }
    }

    /// Has CloudWatch keep the metric to the second.
    #[must_use]
    pub const fn high_resolution(self) -> Self {
        Self { resolution: Resolution::High, ..self }
    }

    /// Returns the name.
    pub fn name(&self) -> &'a str {
        self.name.as_str()
    }

    /// Returns the unit.
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// Returns the resolution.
    pub const fn resolution(&self) -> Resolution {
        self.resolution
    }

    pub(crate) fn how(&self) -> &'static str {
        match (self.kind, self.resolution) {
            (Kind::Counter, Resolution::Standard) => "a counter",
            (Kind::Counter, Resolution::High) => "a high-resolution counter",
            (Kind::Distribution, Resolution::Standard) => "each value kept",
            (Kind::Distribution, Resolution::High) => "each value kept in high resolution",
        }
    }
}

/// The namespace that metrics are in.
///
/// ```
/// use powertools_metrics::Namespace;
///
/// const SHOP: Namespace = Namespace::new("Shop");
/// ```
///
/// ```compile_fail
/// # use powertools_metrics::Namespace;
/// const SHOP: Namespace = Namespace::new("  ");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace(std::borrow::Cow<'static, str>);

impl Namespace {
    /// Defines a namespace.
    ///
    /// # Panics
    ///
    /// As [`Metric::count`]; a name that is only known when the function runs is checked by
    /// [`Namespace::dynamic`].
    #[expect(clippy::panic, reason = "it is how a constant does not compile")]
    pub const fn new(name: &'static str) -> Self {
        match name::namespace_flaw(name) {
            None => Self(std::borrow::Cow::Borrowed(name)),
            Some(_) => {
                panic!(
                    "a namespace has 1 to 255 printable ASCII characters, not all blank, and begins neither with a colon nor with AWS/"
                )
            }
        }
    }

    /// Defines a namespace whose name is only known when the function runs.
    ///
    /// # Errors
    ///
    /// [`MetricError::Name`] if CloudWatch does not accept the name.
    pub fn dynamic(name: impl Into<String>) -> Result<Self, MetricError> {
        let name = name.into();
        match name::namespace_flaw(&name) {
            None => Ok(Self(name.into())),
            Some(flaw) => Err(MetricError::name("namespace", &name, flaw)),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
