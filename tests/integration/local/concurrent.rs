//! Many invocations at once, as on Lambda Managed Instances.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{PROBE, SHORT, patient, sleep, succeed};

#[tokio::test]
async fn four_invocations_run_concurrently() {
    let local = patient("parallel").concurrency(4).start().await.unwrap();
    let barrier = Arc::new(Barrier::new(4));
    // Passed only if all four are there at once.
    let meet = move |event: LambdaEvent<u64>| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Ok::<_, Error>(event.payload)
        }
    };
    local.serve_concurrent(|| Runtime::new(service_fn(meet))).unwrap();
    let mut all = JoinSet::new();
    for number in 0..8_u64 {
        let invocation = local.invocation(&number);
        all.spawn(async move { (number, invocation.send().await.unwrap()) });
    }
    while let Some(result) = all.join_next().await {
        let (number, outcome) = result.unwrap();
        assert_eq!(outcome.json::<u64>().unwrap(), number);
        assert!(!outcome.cold_start);
    }
}

#[tokio::test]
async fn lines_of_an_invocation_are_complete_at_its_response() {
    let local = patient("lines").concurrency(4).start().await.unwrap();
    let writer = local.log_writer();
    let write = move |event: LambdaEvent<u64>| {
        let mut writer = writer.clone();
        async move {
            writeln!(writer, "line {}", event.payload)?;
            Ok::<_, Error>(())
        }
    };
    local.serve_concurrent(|| Runtime::new(service_fn(write))).unwrap();
    for number in 0..10 {
        local.invoke(&number).await.unwrap();
        assert_eq!(local.function_lines().len(), number + 1);
    }
}

#[tokio::test]
async fn child_continues_when_one_invocation_times_out() {
    let local = patient("runs-on").concurrency(4).binary(PROBE).start().await.unwrap();
    let see = json!({"do": "see", "variables": ["AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_INITIALIZATION_TYPE"]});
    let before: Value = local.invoke(&see).await.unwrap().json().unwrap();
    assert_eq!(before["env"]["AWS_LAMBDA_MAX_CONCURRENCY"], "4");
    assert_eq!(before["env"]["AWS_LAMBDA_INITIALIZATION_TYPE"], "lambda-managed-instances");

    let late = local.invocation(&sleep(Duration::from_secs(20))).timeout(SHORT).send();
    let (late, other) = tokio::join!(late, local.invoke(&succeed(1)));
    assert!(late.unwrap().timed_out);
    assert_eq!(other.unwrap().function_error, None);
    let after: Value = local.invoke(&see).await.unwrap().json().unwrap();
    assert_eq!(after["pid"], before["pid"]);
}

#[tokio::test]
async fn exited_child_fails_all_its_invocations() {
    let local = patient("all-fail").concurrency(4).binary(PROBE).start().await.unwrap();
    let long = tokio::spawn(local.invocation(&sleep(Duration::from_secs(20))).send());
    tokio::time::sleep(SHORT).await;
    let exit = local.invoke(&json!({"do": "exit", "code": 9})).await.unwrap();
    for outcome in [exit, long.await.unwrap().unwrap()] {
        assert_eq!(outcome.function_error.unwrap().error_type, "Runtime.ExitError");
    }
    assert_eq!(local.invoke(&succeed(1)).await.unwrap().function_error, None);
}

#[tokio::test]
async fn retry_can_reuse_the_request_id_immediately() {
    let local = patient("retry").concurrency(2).start().await.unwrap();
    let echo = async |event: LambdaEvent<u64>| Ok::<_, Error>(event.payload);
    local.serve_concurrent(|| Runtime::new(service_fn(echo))).unwrap();
    let mut attempts = Vec::new();
    for number in 0..5 {
        let outcome = local.invocation(&number).request_id("same").send().await.unwrap();
        assert_eq!(outcome.json::<u64>().unwrap(), number);
        attempts.push(outcome.invocation_id);
    }
    attempts.dedup();
    assert_eq!(attempts.len(), 5);
}
