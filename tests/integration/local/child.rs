//! A built binary as a child process.

use std::time::Duration;

use powertools_local::{Error as LocalError, Local};
use serde_json::{Value, json};

use super::{PROBE, SHORT, patient, sleep, succeed};

async fn probe(name: &str) -> Local {
    patient(name).binary(PROBE).start().await.unwrap()
}

async fn pid(local: &Local) -> u64 {
    let seen: Value = local.invoke(&json!({"do": "see"})).await.unwrap().json().unwrap();
    seen["pid"].as_u64().unwrap()
}

#[tokio::test]
async fn child_responds() {
    let local = probe("child").await;
    let outcome = local.invoke(&succeed(1)).await.unwrap();
    assert_eq!(outcome.json::<u64>().unwrap(), 1);
    assert!(outcome.cold_start && outcome.init_duration.is_some());
    assert!(!local.invoke(&succeed(2)).await.unwrap().cold_start);
}

#[tokio::test]
async fn child_gets_the_environment_of_a_function_only() {
    let local = patient("variables").env("ORDERS", "table").concurrency(1).start().await.unwrap();
    temp_env::with_vars(
        [
            ("AWS_LAMBDA_MAX_CONCURRENCY", Some("9")),
            ("POWERTOOLS_STRAY", Some("1")),
            ("LOG_LEVEL", Some("trace")),
            ("RUST_LOG", Some("trace")),
            ("_X_AMZN_TRACE_ID", Some("Root=stray")),
        ],
        || local.spawn(PROBE).unwrap(),
    );
    let seen: Value = local.invoke(&json!({"do": "see"})).await.unwrap().json().unwrap();
    let env = seen["env"].as_object().unwrap();
    assert_eq!(env["ORDERS"], "table");
    assert_eq!(env["AWS_LAMBDA_FUNCTION_NAME"], "variables");
    assert_eq!(env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "128");
    assert_eq!(env["AWS_LAMBDA_FUNCTION_VERSION"], "$LATEST");
    assert_eq!(env["AWS_LAMBDA_INITIALIZATION_TYPE"], "on-demand");
    assert_eq!(env["AWS_LAMBDA_LOG_FORMAT"], "Text");
    assert_eq!(env["AWS_REGION"], "us-east-1");
    assert_eq!(env["_HANDLER"], "bootstrap");
    assert!(env.contains_key("PATH"));
    for stray in ["AWS_LAMBDA_MAX_CONCURRENCY", "POWERTOOLS_STRAY", "LOG_LEVEL", "RUST_LOG"] {
        assert!(!env.contains_key(stray), "{stray}");
    }
    // The runtime client sets it to this invocation's.
    assert_eq!(env["_X_AMZN_TRACE_ID"], seen["headers"]["lambda-runtime-trace-id"]);
}

#[tokio::test]
async fn child_output_is_in_the_log_stream_before_the_response() {
    let local = probe("prints").await;
    for turn in 0..20 {
        let event =
            json!({"do": "print", "out": format!("out {turn}"), "err": format!("err {turn}")});
        local.invoke(&event).await.unwrap();
        let lines = local.function_lines();
        assert_eq!(lines[turn * 2..], [format!("out {turn}"), format!("err {turn}")]);
    }
}

#[tokio::test]
async fn child_past_its_deadline_is_killed_and_restarted() {
    let local = probe("deadline").await;
    let first = pid(&local).await;
    let late =
        local.invocation(&sleep(Duration::from_secs(20))).timeout(SHORT).send().await.unwrap();
    assert!(late.timed_out);
    assert_eq!(late.function_error.unwrap().error_type, "Sandbox.Timedout");
    assert!(late.duration < Duration::from_secs(10));
    let next = local.invoke(&succeed(1)).await.unwrap();
    assert!(next.cold_start);
    assert_ne!(pid(&local).await, first);
}

#[tokio::test]
async fn exited_child_is_an_exit_error_and_restarts() {
    let local = probe("exits").await;
    let ends = [
        (json!({"do": "exit", "code": 3}), "Runtime exited with error: exit status 3"),
        (json!({"do": "exit", "code": 0}), "Runtime exited without providing a reason"),
        (json!({"do": "abort"}), "Runtime exited with error: signal: aborted"),
    ];
    for (event, reason) in ends {
        let outcome = local.invoke(&event).await.unwrap();
        let error = outcome.function_error.unwrap();
        assert_eq!(error.error_type, "Runtime.ExitError");
        let message = format!("RequestId: {} Error: {reason}", outcome.request_id);
        assert_eq!(error.error_message, message);
        assert!(!outcome.timed_out);
        let next = local.invoke(&succeed(1)).await.unwrap();
        assert!(next.cold_start && next.function_error.is_none());
    }
}

#[tokio::test]
async fn child_exiting_during_init_fails_the_invocation() {
    let local =
        patient("stillborn").env("PROBE_EXIT_AT_START", "4").binary(PROBE).start().await.unwrap();
    for _ in 0..2 {
        let error = local.invoke(&succeed(1)).await.unwrap().function_error.unwrap();
        assert_eq!(error.error_type, "Runtime.ExitError");
        assert!(error.error_message.ends_with("exit status 4"), "{error}");
    }
}

#[tokio::test]
async fn child_failing_to_start_reports_its_stderr() {
    let loader = "probe: error while loading shared libraries: liborders.so.1: cannot open it";
    let local = patient("loader").env("PROBE_PRINT_AT_START", loader);
    let local = local.env("PROBE_EXIT_AT_START", "127").binary(PROBE).start().await.unwrap();
    let outcome = local.invoke(&succeed(1)).await.unwrap();
    let error = outcome.function_error.as_ref().unwrap();
    assert_eq!(error.written_at_start, [loader]);
    let text = error.to_string();
    assert!(text.contains("exit status 127") && text.ends_with(loader), "{text}");
    // The caller gets what Lambda's caller gets.
    let caller = String::from_utf8_lossy(&outcome.payload).into_owned();
    assert!(caller.ends_with(r#"exit status 127"}"#), "{caller}");
}

#[tokio::test]
async fn child_hanging_during_init_reports_its_output() {
    let local = Local::builder("says-why").init_timeout(Duration::from_secs(3));
    let local = local.env("PROBE_PRINT_AT_START", "waiting for the database");
    let local = local.env("PROBE_HANG_AT_START", "1").binary(PROBE).start().await.unwrap();
    let error = local.invoke(&succeed(1)).await.unwrap_err().to_string();
    assert!(error.ends_with("\n  waiting for the database"), "{error}");
    let lines = local.logs().into_iter().map(|event| event.message).collect::<Vec<_>>();
    let report = lines.iter().find(|line| line.starts_with("INIT_REPORT ")).unwrap();
    assert!(report.ends_with(" ms\tPhase: init\tStatus: timeout"), "{report}");
}

#[tokio::test]
async fn file_that_is_not_executable_is_named_with_the_remedy() {
    let local = patient("no-program").start().await.unwrap();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let cases = [
        (manifest, "chmod +x"),
        (env!("CARGO_MANIFEST_DIR"), "it is a folder"),
        ("/nowhere/bootstrap", "build it first"),
    ];
    for (path, remedy) in cases {
        let error = local.spawn(path).unwrap_err().to_string();
        assert!(error.contains(path) && error.contains(remedy), "{error}");
    }
}

#[tokio::test]
async fn init_error_is_returned_to_the_caller() {
    let local =
        patient("init").env("PROBE_INIT_ERROR", "no database").binary(PROBE).start().await.unwrap();
    for _ in 0..2 {
        let error = local.invoke(&succeed(1)).await.unwrap().function_error.unwrap();
        assert_eq!(
            (error.error_type.as_str(), error.error_message.as_str()),
            ("Probe.Init", "no database")
        );
    }
}

#[tokio::test]
async fn response_before_an_exit_is_returned_with_the_exit_error() {
    let local = probe("answer-exit").await;
    let answer = json!({"method": "POST", "path": "/2018-06-01/runtime/invocation/{id}/response", "body": "1"});
    let event = json!({"do": "ask", "requests": [answer], "then": {"do": "exit", "code": 3}});
    let outcome = local.invoke(&event).await.unwrap();
    assert_eq!(&outcome.payload[..], b"1");
    assert_eq!(outcome.function_error.unwrap().error_type, "Runtime.ExitError");
}

#[tokio::test]
async fn child_hanging_during_init_times_out() {
    let local = Local::builder("hangs").init_timeout(SHORT).env("PROBE_HANG_AT_START", "1");
    let local = local.binary(PROBE).start().await.unwrap();
    for _ in 0..2 {
        let error = local.invoke(&succeed(1)).await.unwrap_err();
        assert!(matches!(error, LocalError::NotServed { .. }), "{error}");
    }
}

#[tokio::test]
async fn deleted_binary_fails_the_restarting_invocation() {
    let copy = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("gone");
    std::fs::copy(PROBE, &copy).unwrap();
    let local = patient("gone").binary(&copy).start().await.unwrap();
    std::fs::remove_file(&copy).unwrap();
    local.invoke(&json!({"do": "exit", "code": 1})).await.unwrap();
    for _ in 0..2 {
        let error = local.invoke(&succeed(1)).await.unwrap().function_error.unwrap();
        assert_eq!(error.error_type, "Runtime.InvalidEntrypoint");
    }
}

#[tokio::test]
async fn missing_binary_is_named() {
    let local = patient("absent").start().await.unwrap();
    let error = local.spawn("/nowhere/bootstrap").unwrap_err();
    assert!(matches!(error, LocalError::Start { .. }));
    assert!(error.to_string().contains("/nowhere/bootstrap"), "{error}");
}

#[tokio::test]
async fn another_binary_can_start_after_a_missing_one() {
    let local = patient("second").start().await.unwrap();
    local.spawn("/nowhere/bootstrap").unwrap_err();
    local.spawn(PROBE).unwrap();
    assert_eq!(local.invoke(&succeed(1)).await.unwrap().json::<u64>().unwrap(), 1);
    assert!(matches!(local.spawn(PROBE), Err(LocalError::AlreadyServed { .. })));
}

#[tokio::test]
async fn child_with_an_extension_gets_a_shutdown_event() {
    let local = patient("goodbye").env("PROBE_EXTENSION", "[]").binary(PROBE);
    let log = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("goodbye.jsonl");
    let _ = std::fs::remove_file(&log);
    let local = local.log_file(&log).start().await.unwrap();
    local.invoke(&succeed(1)).await.unwrap();
    local.shutdown().await;
    let written = std::fs::read_to_string(&log).unwrap();
    assert!(written.contains(r#""message":"goodbye""#), "{written}");
}
