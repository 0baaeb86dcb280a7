//! The service's functions: what they are called, how many arguments they take, and where they may stand.
//!
//! From the pages `CWL_QuerySyntax-operations-functions`, `-hash-functions`, `-timeseries-functions` and `-Stats` of
//! the CloudWatch Logs user guide, and from `mask-sensitive-log-data`. Where those give two spellings, both stand here.

use std::ops::RangeInclusive;

use Kind::{Aggregate, Bin, Scalar};

/// A function of the service.
#[derive(Debug)]
pub(crate) struct Function {
    /// How AWS writes it; letters in any case are meant.
    pub(crate) name: &'static str,
    /// Where it may stand.
    pub(crate) kind: Kind,
    /// How many arguments it takes; the end is `usize::MAX` if any number.
    pub(crate) arguments: RangeInclusive<usize>,
}

/// What a function computes a value of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One event.
    Scalar,
    /// All events of a group: only in `stats`.
    Aggregate,
    /// The time of an event.
    Bin,
}

impl Function {
    /// Finds a function; letters in any case.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name))
    }
}

const MANY: usize = usize::MAX;

/// All functions.
pub(crate) static FUNCTIONS: &[Function] = &[
    function("abs", Scalar, 1..=1),
    function("avg", Aggregate, 1..=1),
    function("base64decode", Scalar, 1..=1),
    function("base64encode", Scalar, 1..=1),
    function("bin", Bin, 1..=2),
    function("case", Scalar, 2..=21),
    function("ceil", Scalar, 1..=1),
    function("coalesce", Scalar, 1..=MANY),
    function("collect_values", Aggregate, 1..=1),
    function("concat", Scalar, 1..=MANY),
    function("count", Aggregate, 0..=1),
    function("count_distinct", Aggregate, 1..=1),
    function("countDistinct", Aggregate, 1..=1),
    function("count_over_time", Aggregate, 0..=1),
    function("countOverTime", Aggregate, 0..=1),
    function("dateceil", Scalar, 2..=2),
    function("datefloor", Scalar, 2..=2),
    function("decToHex", Scalar, 1..=1),
    function("earliest", Aggregate, 1..=1),
    function("endsWith", Scalar, 2..=2),
    function("floor", Scalar, 1..=1),
    function("formatDate", Scalar, 2..=3),
    function("fromMillis", Scalar, 1..=1),
    function("greatest", Scalar, 1..=MANY),
    function("haversine", Scalar, 4..=4),
    function("hexToAscii", Scalar, 1..=1),
    function("hexToDec", Scalar, 1..=1),
    function("histogram", Aggregate, 2..=2),
    function("if", Scalar, 3..=3),
    function("ipv4ToNumber", Scalar, 1..=1),
    function("isblank", Scalar, 1..=1),
    function("isempty", Scalar, 1..=1),
    function("isIpInSubnet", Scalar, 2..=2),
    function("isIpv4InSubnet", Scalar, 2..=2),
    function("isIpv6InSubnet", Scalar, 2..=2),
    function("isNumeric", Scalar, 1..=1),
    function("ispresent", Scalar, 1..=1),
    function("isPrivateIP", Scalar, 1..=1),
    function("isPublicIP", Scalar, 1..=1),
    function("isReservedIP", Scalar, 1..=1),
    function("isValidIp", Scalar, 1..=1),
    function("isValidIpV4", Scalar, 1..=1),
    function("isValidIpV6", Scalar, 1..=1),
    function("jsonArrayContains", Scalar, 2..=2),
    function("jsonArraySize", Scalar, 1..=1),
    function("jsonParse", Scalar, 1..=1),
    function("jsonStringify", Scalar, 1..=1),
    function("latest", Aggregate, 1..=1),
    function("least", Scalar, 1..=MANY),
    function("log", Scalar, 1..=1),
    function("ltrim", Scalar, 1..=2),
    function("max", Aggregate, 1..=1),
    function("md5", Scalar, 1..=1),
    function("messageSize", Scalar, 1..=1),
    function("min", Aggregate, 1..=1),
    function("now", Scalar, 0..=0),
    function("parseDate", Scalar, 2..=3),
    function("pct", Aggregate, 2..=2),
    function("percentile", Aggregate, 2..=2),
    function("queryEndTime", Scalar, 0..=0),
    function("queryStartTime", Scalar, 0..=0),
    function("queryTimeRange", Scalar, 0..=0),
    function("rate", Aggregate, 2..=2),
    function("regexReplace", Scalar, 3..=3),
    function("regex_replace", Scalar, 3..=3),
    function("replace", Scalar, 3..=3),
    function("round", Scalar, 1..=2),
    function("rtrim", Scalar, 1..=2),
    function("sha256", Scalar, 1..=1),
    function("sortsFirst", Aggregate, 1..=1),
    function("sortsLast", Aggregate, 1..=1),
    function("split", Scalar, 2..=2),
    function("sqrt", Scalar, 1..=1),
    function("startsWith", Scalar, 2..=2),
    function("stddev", Aggregate, 1..=1),
    function("strcontains", Scalar, 2..=3),
    function("strftime", Scalar, 2..=3),
    function("strlen", Scalar, 1..=1),
    function("substr", Scalar, 2..=3),
    function("sum", Aggregate, 1..=1),
    function("sum_over_time", Aggregate, 1..=1),
    function("sumOverTime", Aggregate, 1..=1),
    function("toDouble", Scalar, 1..=1),
    function("toInt", Scalar, 1..=1),
    function("tolower", Scalar, 1..=1),
    function("toLong", Scalar, 1..=1),
    function("toMillis", Scalar, 1..=1),
    function("toNumber", Scalar, 1..=1),
    function("topk", Aggregate, 2..=2),
    function("toupper", Scalar, 1..=1),
    function("trim", Scalar, 1..=2),
    function("unmask", Scalar, 1..=1),
    function("urldecode", Scalar, 1..=1),
    function("urlencode", Scalar, 1..=1),
    function("values", Aggregate, 1..=2),
    function("variance", Aggregate, 1..=1),
];

const fn function(name: &'static str, kind: Kind, arguments: RangeInclusive<usize>) -> Function {
    Function { name, kind, arguments }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_names_are_case_insensitive_and_unique() {
        assert_eq!(Function::named("ISPRESENT").map(|function| function.name), Some("ispresent"));
        assert!(Function::named("nope").is_none());
        for (at, function) in FUNCTIONS.iter().enumerate() {
            let same = |other: &Function| other.name.eq_ignore_ascii_case(function.name);
            assert_eq!(FUNCTIONS.iter().position(same), Some(at), "{}", function.name);
        }
    }
}
