//! Where our line is not Powertools for Python's, on purpose.
//!
//! `docs/parity.md` shows this table to users; a test holds the two together.

use super::comparison::{Difference, Form, LINE, Type, everywhere, only};
use Form::{Absent, Any, Exactly};

/// All of them.
pub(super) const DIFFERENCES: [Difference; 25] = [
    everywhere(
        "timestamp",
        Any(Type::String, "2026-11-20T11:31:18.967+00:00"),
        Any(Type::String, "2026-11-20T11:31:18.967Z"),
        "always UTC and RFC 3339, which Lambda's own level filter can read; Python's default is \
         local time in a format that it cannot",
    ),
    everywhere(
        "location",
        Any(Type::String, "handler:42"),
        Any(Type::String, "checkout::orders:42"),
        "Rust knows the module and the line of an event, not its function",
    ),
    everywhere("level", Exactly("WARNING"), Exactly("WARN"), "the name that Lambda has for it"),
    everywhere("level", Exactly("CRITICAL"), Exactly("ERROR"), "`tracing` has no level above it"),
    everywhere(
        "function_memory_size",
        Exactly("128"),
        Any(Type::Number, "128"),
        "a size is a number; Lambda's runtime for Python hands it over as text",
    ),
    everywhere(
        "sampling_rate",
        Any(Type::String, "0.1"),
        Any(Type::Number, "0.1"),
        "a rate is a number; Python passes on the variable's text",
    ),
    everywhere(
        "tenant_id",
        Absent,
        Any(Type::String, "blue"),
        "Python leaves the tenant out; the name is TypeScript's",
    ),
    everywhere(
        "exception",
        Any(Type::String, "Traceback (most recent call last): …"),
        Any(Type::String, "order 17 is unknown"),
        "the error's text; the causes are a list in `stack_trace`, not lines of one string",
    ),
    everywhere(
        "stack_trace.module",
        Any(Type::String, "__main__"),
        Any(Type::String, "checkout::orders"),
        "the module of the error's type, under the name that each language has for it",
    ),
    everywhere(
        "stack_trace.frames",
        Any(Type::Array, "[{\"file\": …}]"),
        Absent,
        "a Rust error has frames only where a backtrace was captured",
    ),
    everywhere(
        "stack_trace.causes",
        Absent,
        Any(Type::Array, "[{\"type\": …}]"),
        "the chain of sources, which Python has in the traceback's text",
    ),
    everywhere(
        "root_cause",
        Absent,
        Any(Type::String, "ConnectionRefused: connection refused"),
        "the last of an error's sources, where it says something else than the error",
    ),
    everywhere(
        "message",
        Any(Type::Object, "{\"order\": …}"),
        Exactly("Lambda invocation event"),
        "a logged event has a message like any line, so that it can be searched for",
    ),
    everywhere(
        "event",
        Absent,
        Any(Type::Object, "{\"order\": …}"),
        "the logged event stands under a key of its own, as in TypeScript",
    ),
    only(
        "appended keys in the next invocation",
        "order_id",
        Any(Type::Number, "17"),
        Absent,
        "keys of an invocation end with it; Python does so with `clear_state=True`",
    ),
    only(
        "a scope shadows an outer key",
        "tier",
        Absent,
        Exactly("gold"),
        "the outer value returns at the end of the scope; Python loses it",
    ),
    only(
        "a key named like a standard one",
        "service",
        Exactly("other"),
        Exactly("checkout"),
        "standard keys cannot be overwritten",
    ),
    only(
        "a key named like a standard one",
        "service_",
        Absent,
        Exactly("other"),
        "a key that collides is kept under its name with an underscore",
    ),
    only(
        "a message that is JSON",
        "message",
        Any(Type::Object, "{\"order\": …}"),
        Any(Type::String, "{\"order\": …}"),
        "text stays text, so that the type of a message never depends on what it says",
    ),
    only(
        "a message that is JSON",
        "message",
        Any(Type::Number, "17"),
        Exactly("17"),
        "text stays text, so that the type of a message never depends on what it says",
    ),
    only(
        "a null value",
        "coupon",
        Absent,
        Any(Type::Null, "null"),
        "a key that was given is shown",
    ),
    only(
        "a buffered line shows the keys of its time",
        "order_id",
        Any(Type::Number, "17"),
        Absent,
        "a line shows what was true when it was logged, not when it was flushed",
    ),
    only(
        "buffered lines without a trace header",
        LINE,
        Absent,
        Any(Type::Object, "{…}"),
        "buffers belong to the invocation, not to the trace: no line is lost",
    ),
    only(
        "buffered lines are flushed by a failing handler",
        LINE,
        Absent,
        Any(Type::Object, "{…}"),
        "a handler's error is logged, with its causes and the invocation's keys; Python leaves it to \
         the runtime",
    ),
    only(
        "an overflowing buffer drops the oldest",
        LINE,
        Absent,
        Any(Type::Object, "{…}"),
        "a loss is told by a line of the log; Python tells it on stderr",
    ),
];

/// Asserts that the documentation's table under `header` lists the differences and no other.
pub(super) fn assert_documented(differences: &[Difference], header: &str) {
    let page = include_str!("../../../docs/parity.md");
    let expected = differences.iter().map(row).collect::<Vec<_>>();
    let table = page.lines().skip_while(|line| !line.starts_with(header));
    let listed = table.skip(2).take_while(|line| line.starts_with('|')).collect::<Vec<_>>();
    assert!(listed == expected, "docs/parity.md should have:\n{}", expected.join("\n"));
}

/// A row of the documentation's table.
fn row(difference: &Difference) -> String {
    let Difference { key, python, ours, why, only_in } = difference;
    let scope = only_in.map_or("always".to_owned(), |scenario| format!("in: {scenario}"));
    format!("| `{key}` | {} | {} | {scope} | {why} |", cell(*python), cell(*ours))
}

fn cell(form: Form) -> String {
    match form {
        Absent => "absent".to_owned(),
        Exactly("") => "empty".to_owned(),
        Exactly(text) => format!("`{text}`"),
        Any(of, example) => format!("{}, as `{example}`", format!("{of:?}").to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scenario::Document;
    use super::*;

    #[test]
    fn documentation_lists_exactly_the_known_differences() {
        assert_documented(&DIFFERENCES, "| key | Python");
    }

    #[test]
    fn difference_names_an_existing_scenario() {
        let scenarios = Document::read().scenarios;
        for name in DIFFERENCES.iter().filter_map(|difference| difference.only_in) {
            assert!(scenarios.iter().any(|scenario| scenario.name == name), "no `{name}`");
        }
    }
}
