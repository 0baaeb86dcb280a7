//! Where our trace is not Powertools for Python's, on purpose.
//!
//! `docs/parity.md` shows this table to users; a test holds the two together.

use super::super::comparison::{Difference, Form, LINE, Type, everywhere, only};
use super::super::differences::assert_documented;
use super::scenario;
use Form::{Absent, Any, Exactly};

const SPAN: Form = Any(Type::Object, "{…}");
const TEXT: Form = Any(Type::String, "xxx…");

/// All of them.
pub(in super::super) const DIFFERENCES: [Difference; 28] = [
    everywhere(
        "namespace",
        Exactly("local"),
        Absent,
        "X-Ray documents `aws` and `remote`; what is neither is local",
    ),
    everywhere(
        "name",
        Any(Type::String, "## shop.pay"),
        Any(Type::String, "## shop::pay"),
        "a function's path as its language writes it; the function itself is compared in `span`",
    ),
    everywhere(
        "cause.working_directory",
        Any(Type::String, "/var/task"),
        Absent,
        "in Lambda it is always the same",
    ),
    everywhere(
        "cause.exceptions.0.remote",
        Any(Type::Bool, "false"),
        Absent,
        "only what is remote would have to say so",
    ),
    everywhere(
        "cause.exceptions.0.stack",
        Any(Type::Array, r#"[{"path": …}]"#),
        Absent,
        "a Rust error that is returned has no stack",
    ),
    everywhere(
        "cause.exceptions.0.stack",
        Any(Type::Array, r#"[{"path": …}]"#),
        Any(Type::Array, r#"[{"path": …}]"#),
        "of an error that was logged the place is known where that was done",
    ),
    everywhere(
        "cause.exceptions.0.type",
        Exactly("OrderError"),
        Exactly("Error"),
        "`#[instrument(err)]` logs the error's text; `error!(error = &err as &dyn Error)` has its \
         type too",
    ),
    everywhere(
        "metadata.shop.handler error.type",
        Absent,
        Exactly("OrderError"),
        "the error is told in words; what Python writes of it has no members",
    ),
    everywhere(
        "metadata.shop.handler error.value",
        Absent,
        Any(Type::String, "out of stock"),
        "the error is told in words; what Python writes of it has no members",
    ),
    everywhere(
        "metadata.shop.handler error.module",
        Absent,
        Any(Type::String, "shop::orders"),
        "the module of the error's type",
    ),
    everywhere(
        "metadata.shop.handler error.causes",
        Absent,
        Any(Type::Array, "[]"),
        "the chain of sources",
    ),
    only(
        "a method that fails the handler",
        "cause",
        Any(Type::String, "74fb1e082452c1ce"),
        Any(Type::Object, r#"{"exceptions": …}"#),
        "the handler's error is told in full; Python refers to where it was told first",
    ),
    only(
        "a method that fails the handler",
        "metadata",
        Any(Type::Object, r#"{"shop": {"shop.pay error": {}}}"#),
        Absent,
        "`cause` tells it already",
    ),
    only(
        "a method that fails and is caught",
        "metadata",
        Any(Type::Object, r#"{"shop": {"shop.pay error": {}}}"#),
        Absent,
        "`cause` tells it already",
    ),
    only(
        "a method with a response",
        "metadata",
        Any(Type::Object, r#"{"shop": {"shop.pay response": …}}"#),
        Absent,
        "what a function returns is kept where `metadata` is called with it",
    ),
    only(
        "no error captured",
        "cause.exceptions.0.message",
        Exactly("secret"),
        Exactly(""),
        "the error's text is kept nowhere; Python leaves it out of the metadata alone",
    ),
    only(
        "an annotation key that X-Ray refuses",
        "annotations.order_id",
        Absent,
        Exactly("o-17"),
        "what X-Ray does not take becomes an underscore; Python leaves the annotation out",
    ),
    only(
        "a long annotation",
        "annotations.Note",
        TEXT,
        Any(Type::String, "xxx…<cut: 1200 bytes>"),
        "X-Ray takes 1,000 characters",
    ),
    only(
        "a name that X-Ray refuses",
        "span",
        Exactly("handler > find order 17"),
        Exactly("handler > find _order_ _17__"),
        "what X-Ray does not take becomes an underscore; Python leaves some of it out",
    ),
    only(
        "no service",
        "metadata.",
        Any(Type::Object, r#"{"order": 17, …}"#),
        Absent,
        "the namespace has the name that logger and metrics have, and TypeScript's tracer",
    ),
    only(
        "no service",
        "metadata.service_undefined",
        Absent,
        Any(Type::Object, r#"{"order": 17, …}"#),
        "the namespace has the name that logger and metrics have, and TypeScript's tracer",
    ),
    only(
        "methods at once",
        "span",
        Exactly("handler > pack > pay"),
        Exactly("handler > pay"),
        "tasks are siblings; Python nests what began later",
    ),
    only(
        "methods at once",
        "annotations.Name",
        Exactly("pay"),
        Exactly("pack"),
        "what a task says belongs to its own span; Python gives it to the one that is open last",
    ),
    only(
        "methods at once",
        "annotations.Name",
        Exactly("pack"),
        Exactly("pay"),
        "what a task says belongs to its own span; Python gives it to the one that is open last",
    ),
    only(
        "a response of 20,000 characters",
        "metadata.shop.handler response",
        TEXT,
        Exactly("<cut: more than 16384 bytes>"),
        "a value has at most 16 KiB, so that a document fits a datagram",
    ),
    only(
        "a response too large for a datagram",
        LINE,
        Absent,
        SPAN,
        "a value has at most 16 KiB; Python loses the handler's span",
    ),
    only(
        "a response too large for a datagram",
        LINE,
        SPAN,
        Absent,
        "a span lies under the handler's; Python's has lost its parent",
    ),
    only("in the SAM CLI", LINE, Absent, SPAN, "a sampled trace header is all that is asked for"),
];

#[test]
fn documentation_lists_exactly_the_known_differences() {
    assert_documented(&DIFFERENCES, "| of a span | Python");
}

#[test]
fn difference_names_an_existing_scenario() {
    let scenarios = scenario::Document::read().scenarios;
    for name in DIFFERENCES.iter().filter_map(|difference| difference.only_in) {
        assert!(scenarios.iter().any(|scenario| scenario.name == name), "no `{name}`");
    }
}
