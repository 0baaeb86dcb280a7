//! The same binary under AWS's runtime emulator and under `Local`: what it saw, what its caller got.

mod examples;
mod process;
mod quirks;

use std::collections::BTreeSet;
use std::time::Duration;

use powertools_local::{Local, Outcome};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use self::process::{Answer, Emulator};
use self::quirks::quirk;
use super::{PROBE, SHORT, sleep, succeed};

/// Each case invokes twice: what the first one leaves behind is part of the comparison.
struct Case {
    name: &'static str,
    event: Vec<u8>,
    variables: &'static [(&'static str, &'static str)],
}

fn case(name: &'static str, event: &Value) -> Case {
    Case { name, event: event.to_string().into_bytes(), variables: &[] }
}

fn cases() -> Vec<Case> {
    let answer = json!({"method": "POST", "path": "/2018-06-01/runtime/invocation/{id}/response", "body": "1"});
    let answer_then = |then: Value| json!({"do": "ask", "requests": [answer], "then": then});
    vec![
        case("success", &succeed(json!({"a": [1, "é"]}))),
        case("error", &json!({"do": "fail", "message": "boom \"quoted\""})),
        case("panic", &json!({"do": "panic", "message": "boom"})),
        case("exit with a code", &json!({"do": "exit", "code": 3})),
        case("exit without a code", &json!({"do": "exit", "code": 0})),
        case("abort", &json!({"do": "abort"})),
        case("timeout", &sleep(Duration::from_secs(20))),
        case("answer too large", &json!({"do": "large", "bytes": 6_300_000})),
        case("answer, then exit", &answer_then(json!({"do": "exit", "code": 3}))),
        case("answer, then another", &answer_then(succeed(2))),
        case("answer, then timeout", &answer_then(sleep(Duration::from_secs(20)))),
        Case { name: "malformed payload", event: b"{\"do\":".to_vec(), variables: &[] },
        Case { name: "no payload", event: Vec::new(), variables: &[] },
        Case {
            name: "init error",
            event: succeed(1).to_string().into_bytes(),
            variables: &[("PROBE_INIT_ERROR", "no database")],
        },
        Case {
            name: "exit at the start",
            event: succeed(1).to_string().into_bytes(),
            variables: &[("PROBE_EXIT_AT_START", "4")],
        },
    ]
}

async fn local(variables: &[(&str, &str)]) -> Local {
    let mut builder = Local::builder("probe").memory_mb(256).timeout(Duration::from_secs(3));
    builder = builder.init_timeout(Duration::from_secs(30)).env("RUST_BACKTRACE", "0");
    for (name, value) in variables {
        builder = builder.env(*name, *value);
    }
    builder.binary(PROBE).start().await.unwrap()
}

fn told(outcome: &Outcome) -> String {
    masked(&String::from_utf8_lossy(&outcome.payload))
}

/// Replaces what differs from run to run: request ids, the measured fields of a report, and the
/// columns of JSON errors, which depend on the length of the headers.
fn masked(text: &str) -> String {
    if text.starts_with("REPORT ") {
        let fields: Vec<_> = text.split('\t').map(masked_field).collect();
        return fields.join("\t");
    }
    let mut out = String::new();
    let mut after_column = false;
    for word in text.split_inclusive([' ', '"', '\\']) {
        let core = word.trim_end_matches([' ', '"', '\\']);
        let is_id = core.len() == 36 && core.matches('-').count() == 4;
        out += if is_id || after_column { "_" } else { core };
        out += &word[core.len()..];
        after_column = core == "column";
    }
    out
}

fn masked_field(field: &str) -> String {
    match quirks::MEASURED.iter().find(|name| field.starts_with(**name)) {
        Some(name) => format!("{name} _ {}", field.rsplit(' ').next().unwrap()),
        None => field
            .strip_prefix("REPORT ")
            .map_or(field.to_owned(), |id| format!("REPORT {}", masked(id))),
    }
}

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn callers_get_equal_responses() {
    let mut all = JoinSet::new();
    for case in cases() {
        all.spawn(differences(case));
    }
    let differences = all.join_all().await.concat();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

async fn differences(case: Case) -> Vec<String> {
    let emulator = Emulator::start(case.variables).await;
    let local = local(case.variables).await;
    let mut differences = Vec::new();
    for turn in ["first", "second"] {
        let there = emulator.invoke(&case.event, &[]).await;
        let here = local.raw_invocation(case.event.clone()).send().await.unwrap();
        compare(&case, turn, &there, &here, &mut differences);
    }
    differences
}

fn compare(case: &Case, turn: &str, there: &Answer, here: &Outcome, differences: &mut Vec<String>) {
    let (name, there_told, here_told) = (case.name, masked(&there.body), told(here));
    let expected = quirk(name).map_or(there_told.clone(), |quirk| {
        assert_eq!(there_told, quirk.emulator, "{name}: the emulator no longer {}", quirk.reason);
        quirk.lambda.to_owned()
    });
    if here_told != expected {
        differences.push(format!("{name}, {turn}: emulator {expected}, here {here_told}"));
    }
    let failed_there = there.status == 502;
    let exited_here = here.function_error.as_ref().is_some_and(|error| {
        error.error_type.starts_with("Runtime.Exit") || error.error_type == "Probe.Init"
    });
    if failed_there != exited_here {
        differences.push(format!(
            "{name}, {turn}: status {} there, {:?} here",
            there.status, here.function_error
        ));
    }
}

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn function_works_after_a_timeout_and_an_exit() {
    let emulator = Emulator::start(&[]).await;
    let local = local(&[]).await;
    for event in
        [json!({"do": "exit", "code": 1}), sleep(Duration::from_secs(20)), json!({"do": "abort"})]
    {
        emulator.invoke(event.to_string().as_bytes(), &[]).await;
        local.invoke(&event).await.unwrap();
        let there = emulator.invoke(succeed(7).to_string().as_bytes(), &[]).await;
        let here = local.invoke(&succeed(7)).await.unwrap();
        assert_eq!((there.body.as_str(), told(&here).as_str()), ("7", "7"));
    }
}

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn functions_see_equal_requests() {
    let emulator = Emulator::start(&[]).await;
    let local = local(&[]).await;
    let see = json!({"do": "see"});
    let headers = [
        ("X-Amz-Tenant-Id", "t1"),
        // {"custom":{"k":"v"}}
        ("X-Amz-Client-Context", "eyJjdXN0b20iOnsiayI6InYifX0="),
        ("X-Unknown", "1"),
    ];
    let there: Value = emulator.invoke(see.to_string().as_bytes(), &headers).await.json();
    let sent =
        local.invocation(&see).tenant_id("t1").client_context(&json!({"custom": {"k": "v"}}));
    let here: Value = sent.header("X-Unknown", "1").send().await.unwrap().json().unwrap();

    for field in ["client_context", "tenant_id", "identity"] {
        assert_eq!(there["context"][field], here["context"][field], "{field}");
    }
    for field in ["function_name", "memory", "version"] {
        assert_eq!(
            there["context"]["env_config"][field], here["context"]["env_config"][field],
            "{field}"
        );
    }
    assert_eq!(keys(&there["headers"]), without(&here["headers"], quirks::MISSING_HEADERS));
    let named = |env: &Value| {
        let relevant =
            |name: &String| name.starts_with("AWS_LAMBDA_") || name == "_X_AMZN_TRACE_ID";
        keys(env).into_iter().filter(relevant).collect::<BTreeSet<_>>()
    };
    let mut there_named = named(&there["env"]);
    for name in quirks::EXTRA_VARIABLES {
        assert!(there_named.remove(*name), "the emulator no longer sets {name}");
    }
    let here_named = named(&here["env"]);
    let missing: BTreeSet<_> =
        quirks::MISSING_VARIABLES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(there_named, &here_named - &missing);
    assert!(missing.is_subset(&here_named), "{here_named:?}");
}

fn keys(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

fn without(object: &Value, names: &[&str]) -> BTreeSet<String> {
    let mut keys = keys(object);
    for name in names {
        assert!(keys.remove(*name), "{name} is not in {keys:?}");
    }
    keys
}

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn misbehaving_clients_get_equal_responses() {
    let runtime = "/2018-06-01/runtime";
    let post = |path: String| json!({"method": "POST", "path": path, "body": "{}"});
    let get = |path: &str| json!({"method": "GET", "path": path});
    let requests = json!([
        post(format!("{runtime}/invocation/nope/response")),
        post(format!("{runtime}/invocation/nope/error")),
        post(format!("{runtime}/init/error")),
        post(format!("{runtime}/restore/error")),
        get(&format!("{runtime}/restore/next")),
        get(&format!("{runtime}/nope")),
        get("/garbage/%ff"),
        get("/2018-06-01/ping"),
        json!({"method": "PUT", "path": format!("{runtime}/invocation/next")}),
        post("/2020-01-01/extension/register".to_owned()),
        json!({"method": "POST", "path": "/2020-01-01/extension/register",
               "headers": {"Lambda-Extension-Name": "late"}, "body": "{\"events\":[]}"}),
        get("/2020-01-01/extension/event/next"),
        get("/2026-01-15/metadata/execution-environment"),
        // Asking again without an answer gives the same invocation again.
        get(&format!("{runtime}/invocation/next")),
    ]);
    let event = json!({"do": "ask", "requests": requests});
    let there = Emulator::start(&[]).await.invoke(event.to_string().as_bytes(), &[]).await.json();
    let here: Value = local(&[]).await.invoke(&event).await.unwrap().json().unwrap();
    let answers = there.as_array().unwrap().iter().zip(here.as_array().unwrap());
    for (number, (there, here)) in answers.enumerate() {
        assert_eq!(status_and_type(there), status_and_type(here), "{}", requests[number]);
    }
}

fn status_and_type(answer: &Value) -> (u64, Value) {
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap_or_default();
    (answer["status"].as_u64().unwrap(), body["errorType"].clone())
}

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn warm_invocations_have_equal_lines() {
    let emulator = Emulator::start(&[]).await;
    let local = local(&[]).await;
    let print = json!({"do": "print", "out": "to stdout", "err": "to stderr"});
    for event in [&succeed(1), &print] {
        emulator.invoke(event.to_string().as_bytes(), &[]).await;
        local.invoke(event).await.unwrap();
    }
    let here: Vec<_> = local.logs().iter().map(|event| masked(&event.message)).collect();
    let there: Vec<_> = emulator.stop().await.lines().map(masked).collect();
    // The second invocation's: a cold start's report has its fields in another order there.
    let warm = |lines: &[String]| {
        let reports = |line: &String| line.starts_with("REPORT ");
        let end = lines.iter().rposition(reports).unwrap();
        let start = lines[..end].iter().position(reports).unwrap() + 1;
        lines[start..=end].to_vec()
    };
    assert_eq!(warm(&there), warm(&here));
    assert_eq!(warm(&here).len(), 5);
}

#[tokio::test]
#[ignore = "needs AWS's runtime emulator: run `cargo xtask test`"]
async fn extensions_register_equally() {
    for events in ["[]", r#"["INVOKE"]"#, r#"["SHUTDOWN"]"#, r#"["BOGUS"]"#, r#""INVOKE""#, "[1]"] {
        let variables = [("PROBE_EXTENSION", events)];
        let emulator = Emulator::start(&variables).await;
        let local = local(&variables).await;
        // An extension that listens for invocations and never asks for one holds the emulator up.
        let invoke = succeed(1).to_string();
        let _ = tokio::time::timeout(SHORT, emulator.invoke(invoke.as_bytes(), &[])).await;
        local.invoke(&succeed(1)).await.unwrap();
        let there = emulator.stop().await;
        let registered = there.lines().find(|line| line.starts_with("registered: ")).unwrap();
        assert_eq!(registered, local.function_lines()[0], "{events}");
    }
}
