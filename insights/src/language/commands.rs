//! The names of the service's commands.

/// Commands that have a tree of their own, and their aliases.
pub(crate) static COMMANDS: &[&str] = &[
    "fields", "display", "filter", "where", "stats", "sort", "order", "limit", "head", "parse",
    "dedup", "pattern", "unnest",
];

/// Commands whose text is skipped.
pub(crate) static FOREIGN: &[&str] = &[
    "accum",
    "addtotals",
    "anomaly",
    "appendcols",
    "autoregress",
    "cidrlookup",
    "countfrequent",
    "diff",
    "estimate",
    "expand",
    "filldown",
    "fillmissing",
    "filterindex",
    "join",
    "json",
    "logcompare",
    "lookup",
    "outlier",
    "relevantfields",
    "search",
    "sessionize",
    "source",
    "tail",
    "unmask",
];
