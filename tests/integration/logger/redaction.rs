//! What of fields, keys, messages and errors is not shown.

use std::error::Error;
use std::fmt;

use powertools_logger::testing::{Captured, capture};
use powertools_logger::{
    EcsFormatter, Environment, Formatter, Logger, Object, Record, Redaction, ScopedKeys,
    append_key, exception, json,
};
use serde_json::{Value, json as value};
use tracing::field::{Empty, debug};

use super::invocation;

#[test]
fn fields_with_sensitive_names_are_redacted_in_events_and_spans() {
    let captured = capture();
    let span = tracing::info_span!("call", api_key = "x", user.password = 5, token = Empty);
    let _entered = span.enter();
    span.record("token", debug(Some("x")));
    tracing::info!(secret = true, passwd = 0.5, next_token = "p-2", tokens = 3, "called");
    let line = captured.last();
    for key in ["api_key", "user.password", "token", "secret", "passwd"] {
        assert_eq!(line[key], "[redacted]", "{key}");
    }
    assert_eq!((&line["next_token"], &line["tokens"]), (&value!("p-2"), &value!(3)));
}

#[test]
fn redacted_value_is_not_formatted() {
    struct Panics;
    impl fmt::Debug for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("formatted")
        }
    }
    let captured = Captured::with(|logger| logger.redact_fields(["Card"]).without_fields(["raw"]));
    tracing::info!(password = debug(Panics), card = debug(Panics), raw = debug(Panics), "paid");
    let line = captured.last();
    assert_eq!((&line["password"], &line["card"]), (&value!("[redacted]"), &value!("[redacted]")));
    assert_eq!(line.get("raw"), None);
}

#[test]
fn arguments_of_instrumented_functions_are_redacted_or_left_out() {
    #[tracing::instrument]
    fn handle(event: &str, card: u64, password: &str) {
        tracing::info!("handled");
    }
    let captured =
        Captured::with(|logger| logger.redact_fields(["card"]).without_fields(["event"]));
    handle("raw", 4242, "x");
    let line = captured.last();
    assert_eq!((line.get("event"), &line["card"]), (None, &value!("[redacted]")));
    assert_eq!(line["password"], "[redacted]");
}

#[test]
fn secrets_in_messages_text_and_errors_are_redacted() {
    #[derive(Debug)]
    struct Failed(Option<Box<Failed>>);
    impl fmt::Display for Failed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "GET https://a.example/b?c=d: token=x")
        }
    }
    impl Error for Failed {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&**self.0.as_ref()?)
        }
    }
    let captured = capture();
    let error = Failed(Some(Box::new(Failed(None))));
    tracing::error!(
        error = exception(&error),
        url = "https://a.example/b?c=d",
        "password: {}",
        "x\ny"
    );
    let line = captured.last();
    let shown = "GET https://a.example/b: token=[redacted]";
    assert_eq!(line["message"], "password: [redacted]\ny");
    assert_eq!(
        (&line["url"], &line["exception"]),
        (&value!("https://a.example/b"), &value!(shown))
    );
    assert_eq!(line["stack_trace"]["causes"][0]["value"], shown);
    tracing::error!(error = &error as &(dyn Error + 'static), again = exception(&error), "failed");
    assert_eq!(captured.last()["again"]["causes"][0]["value"], shown);
}

#[test]
fn nested_json_is_redacted_by_the_names_of_its_members() {
    let captured = capture();
    let order = value!({"id": 17, "card": {"token": 5, "cookies": ["a"]}, "password": null});
    tracing::info!(order = json(&order), "placed");
    assert_eq!(
        captured.last()["order"],
        value!({"id": 17, "card": {"token": "[redacted]", "cookies": "[redacted]"}, "password": null})
    );
}

#[test]
fn appended_scoped_and_persistent_keys_are_redacted() {
    let captured = Captured::with(|logger| {
        logger
            .persistent_key("db_password", "x")
            .persistent_key("link", "https://a.example/?b=c")
            .persistent_key("team", value!({"secret": "x"}))
            .persistent_key("owner", "jane")
            .without_fields(["owner"])
    });
    invocation("r-1").in_scope(|| {
        append_key("api-key", "x");
        append_key("owner", "jane");
        append_key("login", value!({"user": "jane", "password": "x"}));
        ScopedKeys::new()
            .with("secret", 5)
            .with("text", "token: x")
            .in_scope(|| tracing::info!("said"));
    });
    let line = captured.last();
    for (key, expected) in [
        ("db_password", value!("[redacted]")),
        ("link", value!("https://a.example/")),
        ("team", value!({"secret": "[redacted]"})),
        ("api-key", value!("[redacted]")),
        ("login", value!({"user": "jane", "password": "[redacted]"})),
        ("secret", value!("[redacted]")),
        ("text", value!("token: [redacted]")),
    ] {
        assert_eq!(line[key], expected, "{key}");
    }
    assert_eq!(line.get("owner"), None);
}

#[test]
fn formatters_redact_their_own_keys() {
    struct Own;
    impl Formatter for Own {
        fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
            object.string("password", "x");
            object.json("more", &value!({"token": "x"}));
            object.message("text", record);
        }
    }
    let captured = Captured::with(|logger| logger.formatter(Own));
    tracing::info!("secret: x");
    let line = captured.last();
    assert_eq!(
        (&line["password"], &line["text"]),
        (&value!("[redacted]"), &value!("secret: [redacted]"))
    );
    assert_eq!(line["more"], value!({"token": "[redacted]"}));
    drop(captured);
    let captured = Captured::with(|logger| logger.formatter(EcsFormatter).dev(true));
    let error: Box<dyn Error> = "token=x".into();
    tracing::error!(error = exception(&error), api_key = "x", "failed");
    let line = captured.last();
    assert_eq!(
        (&line["error.message"], &line["api_key"]),
        (&value!("token=[redacted]"), &value!("[redacted]"))
    );
    assert!(!line["error.stack_trace"].as_str().unwrap().contains("=x"));
}

#[test]
fn redaction_can_be_changed_and_turned_off() {
    let redaction = Redaction::default().with_names(["iban"]).without_names(["token"]);
    let captured = Captured::with(|logger| logger.redaction(redaction));
    tracing::info!(customer_iban = "x", token = "t", "iban: x, token: t");
    let line = captured.last();
    assert_eq!((&line["customer_iban"], &line["token"]), (&value!("[redacted]"), &value!("t")));
    assert_eq!(line["message"], "iban: [redacted], token: t");
    drop(captured);
    let captured = Captured::with(|logger| logger.redaction(Redaction::none()));
    tracing::info!(password = "x", "token: t");
    let line = captured.last();
    assert_eq!((&line["password"], &line["message"]), (&value!("x"), &value!("token: t")));
}

#[test]
fn trace_lines_that_print_payloads_are_hidden_with_one_warning() {
    let environment = Environment::of([("LOG_LEVEL", "info,aws_smithy_runtime=trace")]);
    let logger = || Logger::builder().environment(environment.clone());
    let (_, warnings) = logger().build_with_warnings();
    let [warning] = &warnings[..] else { panic!("{warnings:?}") };
    assert!(warning.to_string().contains("aws_smithy_=trace"), "{warning}");
    let (_, warnings) = logger().redaction(Redaction::none()).build_with_warnings();
    assert!(warnings.is_empty(), "{warnings:?}");

    let levels = || "trace".parse().unwrap();
    let say = || {
        tracing::trace!(target: "aws_smithy_runtime::client", "hidden");
        tracing::trace!(target: "lambda_runtime::layers::api_response", "hidden");
        tracing::debug!(target: "aws_smithy_runtime::client", "shown");
        tracing::trace!(target: "hyper::proto", "shown");
    };
    let captured = Captured::with(|logger| logger.levels(levels()));
    say();
    assert_eq!(super::messages(&captured), ["shown", "shown"]);
    drop(captured);
    let captured = Captured::with(|logger| logger.levels(levels()).redaction(Redaction::none()));
    say();
    assert_eq!(captured.lines().len(), 4);
}

#[test]
fn rust_log_without_another_level_is_reported() {
    let warnings = |pairs: &[(&str, &str)]| {
        let environment = Environment::of(pairs.iter().copied());
        Logger::builder().environment(environment).build_with_warnings().1
    };
    let given = warnings(&[("RUST_LOG", "debug")]);
    assert_eq!(
        given[0].to_string(),
        "powertools: RUST_LOG=\"debug\": RUST_LOG is not read; set LOG_LEVEL to the same value"
    );
    assert!(warnings(&[("RUST_LOG", "debug"), ("LOG_LEVEL", "info")]).is_empty());
}

#[test]
fn results_of_instrumented_functions_have_the_name_of_their_span() {
    #[tracing::instrument(ret, err)]
    fn place(id: u32) -> Result<u32, std::num::ParseIntError> {
        if id == 0 { "x".parse() } else { Ok(id) }
    }
    let captured = capture();
    let _ = (place(1), place(0));
    let lines: Vec<Value> = captured.values();
    assert_eq!((&lines[0]["message"], &lines[0]["return"]), (&value!("place"), &value!("1")));
    assert_eq!(lines[1]["message"], "place");
    assert_eq!(lines[1]["error"], "invalid digit found in string");
    tracing::info!(id = 1);
    assert_eq!(captured.last()["message"], "");
}
