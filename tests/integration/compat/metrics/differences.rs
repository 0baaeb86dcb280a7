//! Where our document is not Powertools for Python's, on purpose.
//!
//! `docs/parity.md` shows this table to users; a test holds the two together.

use super::super::comparison::{Difference, Form, LINE, Type, only};
use super::super::differences::assert_documented;
use super::scenario;
use Form::{Absent, Any, Exactly};

const DIMENSIONS: &str = "_aws.CloudWatchMetrics.Dimensions";
const DOCUMENT: Form = Any(Type::Object, "{…}");
const SERVICE_ONLY: Form = Any(Type::Array, r#"[["service"]]"#);
const AND_TIER: Form = Any(Type::Array, r#"[["service","tier"]]"#);

/// All of them.
pub(in super::super) const DIFFERENCES: [Difference; 27] = [
    only(
        "a counter",
        "Orders",
        Any(Type::Array, "[1.0,1.0,3.0]"),
        Any(Type::Array, "[5.0]"),
        "a counter is one value, however often it was added to; a distribution keeps each",
    ),
    only(
        "over a thousand values",
        "Latency",
        Any(Type::Array, "[0.0,…]"),
        Any(Type::Object, r#"{"Values":[…],"Counts":[…]}"#),
        "beyond 1,000 values they are put together in 100 groups, which keep count, sum, smallest \
         and largest",
    ),
    only(
        "over a thousand values",
        LINE,
        DOCUMENT,
        Absent,
        "one document has the groups, where Python writes one for each 100 values",
    ),
    only(
        "no service",
        "service",
        Absent,
        Exactly("service_undefined"),
        "the default of the logger, and of TypeScript",
    ),
    only(
        "no service",
        DIMENSIONS,
        Any(Type::Array, "[[]]"),
        SERVICE_ONLY,
        "the default service is a dimension like any other",
    ),
    only(
        "no namespace",
        LINE,
        Absent,
        DOCUMENT,
        "the metrics go to `default_namespace` as in TypeScript, with a warning at the first metric; \
         Python fails the invocation",
    ),
    only(
        "29 dimensions",
        LINE,
        Absent,
        DOCUMENT,
        "CloudWatch takes 30, of which `service` is one; Python fails the invocation",
    ),
    only(
        "the cold start of a failing handler",
        LINE,
        Absent,
        DOCUMENT,
        "the cold start is told when it happens; Python tells it with the first success",
    ),
    only(
        "disabled, with the cold start",
        LINE,
        DOCUMENT,
        Absent,
        "disabled means that nothing is written",
    ),
    only(
        "disabled, with 100 values",
        LINE,
        DOCUMENT,
        Absent,
        "disabled means that nothing is written",
    ),
    only(
        "dimensions after a flush by hand",
        DIMENSIONS,
        SERVICE_ONLY,
        AND_TIER,
        "dimensions belong to the invocation, not to the flush",
    ),
    only(
        "dimensions after a flush by hand",
        "tier",
        Absent,
        Exactly("gold"),
        "dimensions belong to the invocation, not to the flush",
    ),
    only(
        "dimensions after a flush by hand",
        "order_id",
        Absent,
        Exactly("a-17"),
        "so does metadata",
    ),
    only(
        "dimensions of an invocation without metrics",
        DIMENSIONS,
        AND_TIER,
        SERVICE_ONLY,
        "dimensions end with their invocation, whatever was recorded in it",
    ),
    only(
        "dimensions of an invocation without metrics",
        "tier",
        Exactly("gold"),
        Absent,
        "dimensions end with their invocation, whatever was recorded in it",
    ),
    only(
        "a timestamp in the next invocation",
        "_aws.Timestamp",
        Any(Type::Number, "1795156331945"),
        Any(Type::Number, "1795174331945"),
        "a timestamp belongs to its flush",
    ),
    only(
        "a timestamp too old",
        "_aws.Timestamp",
        Any(Type::Number, "1793734331945"),
        Any(Type::Number, "1795174331945"),
        "a time that CloudWatch would not take is an error; Python writes it, with a warning",
    ),
    only(
        "another unit",
        "_aws.CloudWatchMetrics.Metrics.Latency.Unit",
        Exactly("Seconds"),
        Exactly("Milliseconds"),
        "a second unit is an error; Python gives the last one to all values",
    ),
    only(
        "another unit",
        "Latency",
        Any(Type::Array, "[5.0,2.0]"),
        Any(Type::Array, "[5.0]"),
        "what is refused is not recorded",
    ),
    only(
        "another resolution",
        "_aws.CloudWatchMetrics.Metrics.Latency.StorageResolution",
        Any(Type::Number, "1"),
        Any(Type::Number, "60"),
        "a second resolution is an error; Python gives the last one to all values",
    ),
    only(
        "another resolution",
        "Latency",
        Any(Type::Array, "[5.0,2.0]"),
        Any(Type::Array, "[5.0]"),
        "what is refused is not recorded",
    ),
    only(
        "a metric named like a dimension",
        "_aws.CloudWatchMetrics.Metrics.tier",
        Any(Type::Object, r#"{"Unit":"Count"}"#),
        Absent,
        "a name is one thing in a document: the second is an error",
    ),
    only(
        "a metric named like a dimension",
        "tier",
        Any(Type::Array, "[1.0]"),
        Exactly("gold"),
        "the dimension keeps its value; in Python it is lost",
    ),
    only(
        "metadata named like a dimension",
        "tier",
        Exactly("silver"),
        Exactly("gold"),
        "a name is one thing in a document: the second is an error",
    ),
    only(
        "a set with another value",
        "tier",
        Exactly("silver"),
        Exactly("gold"),
        "a member has one value, so a second one is an error",
    ),
    only(
        "a set with another value",
        DIMENSIONS,
        Any(Type::Array, r#"[["service","tier"],["tier"]]"#),
        AND_TIER,
        "a set that is refused is not added",
    ),
    only(
        "a name that is not ASCII",
        LINE,
        DOCUMENT,
        Absent,
        "a name that CloudWatch would not take is an error",
    ),
];

#[test]
fn documentation_lists_exactly_the_known_differences() {
    assert_documented(&DIFFERENCES, "| member | Python");
}

#[test]
fn difference_names_an_existing_scenario() {
    let scenarios = scenario::Document::read().scenarios;
    for name in DIFFERENCES.iter().filter_map(|difference| difference.only_in) {
        assert!(scenarios.iter().any(|scenario| scenario.name == name), "no `{name}`");
    }
}
