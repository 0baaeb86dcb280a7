//! The programs of the README and the guides, compiled with the documentation's tests.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/tracing.md")]
struct Tracing;

#[cfg(doctest)]
#[doc = include_str!("../docs/migrating.md")]
struct Migrating;

#[cfg(doctest)]
#[doc = include_str!("../docs/insights.md")]
struct Insights;

#[cfg(doctest)]
#[doc = include_str!("../local/with-powertools.md")]
struct WithPowertools;
