//! A service in this process.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lambda_runtime::streaming::{Body, Response, channel};
use lambda_runtime::{Context, Error, LambdaEvent, Runtime, service_fn};
use powertools_local::{Error as LocalError, Local, Outcome};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{SHORT, patient, with_stable_environment};

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

async fn contextual(event: LambdaEvent<Value>) -> Result<Context, Error> {
    Ok(event.context)
}

async fn echoing(name: &str) -> Local {
    let local = patient(name).start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(echo))).unwrap();
    local
}

#[tokio::test]
async fn response_has_ids_duration_and_cold_start() {
    let local = echoing("success").await;
    let outcome = local.invoke(&json!({"a": [1, 2]})).await.unwrap();
    assert_eq!(outcome.json::<Value>().unwrap(), json!({"a": [1, 2]}));
    assert_eq!(outcome.function_error, None);
    assert_eq!((outcome.cold_start, outcome.timed_out), (true, false));
    assert!(outcome.init_duration.is_some());
    assert_ne!(outcome.request_id, outcome.invocation_id);
    assert_eq!(outcome.request_id.len(), 36);

    let outcome = local.invoke("again").await.unwrap();
    assert_eq!(&outcome.payload[..], b"\"again\"");
    assert_eq!((outcome.cold_start, outcome.init_duration), (false, None));
}

#[tokio::test]
async fn error_is_returned_as_on_lambda() {
    let local = patient("failure").start().await.unwrap();
    let fail = async |_: LambdaEvent<Value>| Err::<(), Error>("no such order".into());
    local.serve(|| Runtime::new(service_fn(fail))).unwrap();
    let outcome = local.invoke(&1).await.unwrap();
    let error = outcome.function_error.unwrap();
    assert_eq!(error.error_message, "no such order");
    assert_eq!(error.body, outcome.payload);
    let body: Value = serde_json::from_slice(&error.body).unwrap();
    assert_eq!(body["errorType"], error.error_type.as_str());
}

#[tokio::test]
async fn panic_is_an_error_and_the_next_invocation_is_warm() {
    let local = patient("panic").start().await.unwrap();
    let odd = async |event: LambdaEvent<u64>| {
        assert!(event.payload % 2 == 1, "{} is not odd", event.payload);
        Ok::<_, Error>(event.payload)
    };
    local.serve(|| Runtime::new(service_fn(odd))).unwrap();
    let error = local.invoke(&2).await.unwrap().function_error.unwrap();
    assert!(error.error_message.contains("2 is not odd"), "{error}");
    let outcome = local.invoke(&3).await.unwrap();
    assert_eq!(outcome.json::<u64>().unwrap(), 3);
    assert!(!outcome.cold_start);
}

#[tokio::test]
async fn invalid_payload_is_an_error() {
    let local = echoing("malformed").await;
    for payload in ["{", "", "\u{0}", "nul"] {
        let outcome = local.raw_invocation(payload).send().await.unwrap();
        let error = outcome.function_error.unwrap();
        assert!(error.error_type.contains("DeserializeError"), "{payload:?}: {error}");
    }
    assert!(local.invoke(&1).await.unwrap().function_error.is_none());
}

#[tokio::test]
async fn late_response_is_refused_and_the_handler_continues() {
    let finished = Arc::new(AtomicU64::new(0));
    let handler = {
        let finished = Arc::clone(&finished);
        move |event: LambdaEvent<u64>| {
            let finished = Arc::clone(&finished);
            async move {
                tokio::time::sleep(Duration::from_millis(event.payload)).await;
                finished.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Error>(event.payload)
            }
        }
    };
    let local = patient("late").start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(handler))).unwrap();

    let late = local.invocation(&1_200).timeout(SHORT).send().await.unwrap();
    assert!(late.timed_out);
    assert_eq!(finished.load(Ordering::SeqCst), 0);
    let error = late.function_error.unwrap();
    let message =
        format!("RequestId: {} Error: Task timed out after 0.40 seconds", late.request_id);
    assert_eq!((error.error_type.as_str(), error.error_message), ("Sandbox.Timedout", message));

    // It waits for the handler, whose late answer must not be taken for this one's.
    let next = local.invoke(&1).await.unwrap();
    assert_eq!(next.json::<u64>().unwrap(), 1);
    assert_eq!(finished.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn handler_sees_the_context_of_the_invocation() {
    let local = patient("context").memory_mb(512).start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(contextual))).unwrap();
    let client = json!({
        "client": {
            "installation_id": "i", "app_title": "Zoë's 🦀", "app_version_name": "v",
            "app_version_code": "c", "app_package_name": "p",
        },
        "custom": {"k": "v"},
        "environment": {},
    });
    let outcome = local
        .invocation(&Value::Null)
        .request_id("order-17")
        .trace_header("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
        .tenant_id("t1")
        .client_context(&client)
        .cognito_identity("id", "pool")
        .header("lambda-runtime-tomorrow", "unknown today")
        .send()
        .await
        .unwrap();
    assert_eq!(outcome.request_id, "order-17");
    let context: Value = outcome.json().unwrap();
    assert_eq!(context["request_id"], "order-17");
    assert_eq!(context["tenant_id"], "t1");
    assert_eq!(context["client_context"]["client"]["appTitle"], "Zoë's 🦀");
    assert_eq!(context["client_context"]["custom"], json!({"k": "v"}));
    assert_eq!(context["identity"], json!({"identityId": "id", "identityPoolId": "pool"}));
    assert_eq!(
        context["xray_trace_id"],
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    );
    assert_eq!(
        context["invoked_function_arn"],
        "arn:aws:lambda:us-east-1:123456789012:function:context"
    );
    assert_eq!(context["env_config"]["memory"], 512);
    assert_eq!(context["env_config"]["log_group"], "/aws/lambda/context");
}

#[tokio::test]
async fn deadline_is_now_plus_timeout() {
    let local = patient("deadline").start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(contextual))).unwrap();
    let before = epoch_ms();
    let outcome = local.invocation(&1).timeout(Duration::from_secs(7)).send().await.unwrap();
    let deadline = outcome.json::<Value>().unwrap()["deadline"].as_u64().unwrap();
    assert!((before + 7_000..=epoch_ms() + 7_000).contains(&deadline), "{deadline} {before}");
}

#[tokio::test]
async fn default_trace_header_is_not_sampled() {
    let local = patient("unsampled").start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(contextual))).unwrap();
    let context: Value = local.invoke(&1).await.unwrap().json().unwrap();
    let header = context["xray_trace_id"].as_str().unwrap();
    assert!(header.starts_with("Root=1-") && header.ends_with(";Sampled=0"), "{header}");
}

#[tokio::test]
async fn environment_is_set_only_while_the_runtime_is_built() {
    let local = patient("environment")
        .env("POWERTOOLS_SERVICE_NAME", "given")
        .env("AWS_REGION", "eu-west-1")
        .start()
        .await
        .unwrap();
    let mut seen = Vec::new();
    local
        .serve(|| {
            for name in ["AWS_LAMBDA_FUNCTION_NAME", "POWERTOOLS_SERVICE_NAME", "AWS_REGION"] {
                seen.push(std::env::var(name).unwrap());
            }
            assert!(std::env::var_os("AWS_LAMBDA_MAX_CONCURRENCY").is_none());
            Runtime::new(service_fn(echo))
        })
        .unwrap();
    assert_eq!(seen, ["environment", "given", "eu-west-1"]);
    local.invoke(&1).await.unwrap();
    let after = with_stable_environment(|| std::env::var("POWERTOOLS_SERVICE_NAME"));
    assert!(after.is_err());
}

#[tokio::test]
async fn output_after_the_response_belongs_to_the_invocation() {
    use lambda_runtime::tower::ServiceBuilder;

    let local = patient("flush").start().await.unwrap();
    let mut writer = local.log_writer();
    let flush = move |answered: Result<(), Error>| {
        std::thread::sleep(Duration::from_millis(50));
        writeln!(writer, "flushed").map_err(Error::from)?;
        answered
    };
    let layer = ServiceBuilder::new().then(move |answered| {
        let mut flush = flush.clone();
        async move { flush(answered) }
    });
    local.serve(|| Runtime::new(service_fn(echo)).layer(layer)).unwrap();
    local.invoke(&1).await.unwrap();
    assert_eq!(local.function_lines(), ["flushed"]);
    let messages: Vec<_> = local.logs().into_iter().map(|event| event.message).collect();
    assert!(messages[2] == "flushed" && messages[3].starts_with("END "), "{messages:#?}");
}

#[tokio::test]
async fn streamed_response_arrives_in_chunks() {
    let local = patient("stream").start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(stream))).unwrap();
    let outcome = local.invoke(&json!({"pieces": 3})).await.unwrap();
    let (metadata, body) = outcome.http_parts().unwrap();
    assert_eq!(metadata["statusCode"], 200);
    assert_eq!(&body[..], b"piece 0\npiece 1\npiece 2\n");
    assert!(outcome.chunks.len() >= 4, "{:?}", outcome.chunks);
    assert_eq!(outcome.chunks.concat(), outcome.payload);
}

#[tokio::test]
async fn streamed_response_can_exceed_six_megabytes() {
    let local = patient("large-stream").start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(stream))).unwrap();
    let outcome = local.invoke(&json!({"pieces": 8, "padding": 1_000_000})).await.unwrap();
    assert_eq!(outcome.function_error, None);
    assert!(outcome.payload.len() > 8_000_000);
}

#[derive(Deserialize)]
struct Pieces {
    pieces: usize,
    #[serde(default)]
    padding: usize,
}

async fn stream(event: LambdaEvent<Pieces>) -> Result<Response<Body>, Error> {
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for piece in 0..event.payload.pieces {
            let text = format!("piece {piece}{}\n", " ".repeat(event.payload.padding));
            sender.send_data(text.into()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    Ok(Response::from(body))
}

#[tokio::test]
async fn responses_over_six_megabytes_are_too_large() {
    let local = patient("too-large").start().await.unwrap();
    let large = async |event: LambdaEvent<usize>| Ok::<_, Error>("x".repeat(event.payload));
    local.serve(|| Runtime::new(service_fn(large))).unwrap();
    let outcome = local.invoke(&6_291_600).await.unwrap();
    let error = outcome.function_error.unwrap();
    assert_eq!(error.error_type, "Function.ResponseSizeTooLarge");
    assert!(local.invoke(&6_000_000).await.unwrap().function_error.is_none());
}

#[tokio::test]
async fn requests_over_six_megabytes_are_refused() {
    let local = echoing("large-request").await;
    let refused = local.raw_invocation(vec![b' '; 6_291_457]).send().await.unwrap_err();
    assert!(matches!(refused, LocalError::PayloadTooLarge { size: 6_291_457, .. }), "{refused}");
}

#[tokio::test]
async fn ended_runtime_fails_later_invocations() {
    let local = patient("ended").start().await.unwrap();
    local.serve_future(|| async { Err::<(), _>("no database") }).unwrap();
    for _ in 0..2 {
        let error = local.invoke(&1).await.unwrap().function_error.unwrap();
        assert_eq!(error.error_type, "Runtime.ExitError");
        assert!(error.error_message.ends_with("Runtime exited with error: no database"), "{error}");
    }
}

#[tokio::test]
async fn main_function_can_be_served() {
    let local = patient("main").start().await.unwrap();
    local.serve_future(|| lambda_runtime::run(service_fn(echo))).unwrap();
    assert_eq!(local.invoke(&7).await.unwrap().json::<u64>().unwrap(), 7);
}

#[tokio::test]
async fn invocation_without_a_function_is_an_error() {
    let local = Local::builder("unserved").init_timeout(SHORT).start().await.unwrap();
    let error = local.invoke(&1).await.unwrap_err();
    assert!(matches!(error, LocalError::NotServed { .. }), "{error}");
    assert!(error.to_string().contains("call `serve` or `spawn` first"), "{error}");
}

#[tokio::test]
async fn serving_a_second_function_is_an_error() {
    let local = echoing("twice").await;
    let error = local.serve(|| Runtime::new(service_fn(echo))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"twice\" is already being served: start another `Local` for another service"
    );
}

#[tokio::test]
async fn out_of_range_settings_are_named() {
    let refused = [
        Local::builder("no spaces").start().await,
        Local::builder("").start().await,
        Local::builder("f").timeout(Duration::ZERO).start().await,
        Local::builder("f").timeout(Duration::from_secs(901)).start().await,
        Local::builder("f").memory_mb(0).start().await,
        Local::builder("f").concurrency(0).start().await,
        Local::builder("f").env("A=B", "c").start().await,
    ];
    for result in refused {
        let error = result.err().unwrap();
        assert!(matches!(error, LocalError::Setting { .. }), "{error}");
    }
}

#[tokio::test]
async fn out_of_range_invocation_settings_are_named() {
    let local = echoing("invalid").await;
    let refused = [
        local.invocation(&1).request_id("a/b"),
        local.invocation(&1).trace_header("a\nb"),
        local.invocation(&1).tenant_id("a\0b"),
        local.invocation(&1).header("not a name", "x"),
        local.invocation(&1).timeout(Duration::ZERO),
    ];
    for invocation in refused {
        let error = invocation.send().await.unwrap_err();
        assert!(matches!(error, LocalError::Setting { .. }), "{error}");
    }
}

#[tokio::test]
async fn dropping_local_ends_its_invocations() {
    let local = patient("shutdown").start().await.unwrap();
    let started = Arc::new(tokio::sync::Notify::new());
    let starts = started.clone();
    let forever = move |_: LambdaEvent<Value>| {
        starts.notify_one();
        std::future::pending::<Result<(), Error>>()
    };
    local.serve(|| Runtime::new(service_fn(forever))).unwrap();
    let pending: tokio::task::JoinHandle<Result<Outcome, LocalError>> =
        tokio::spawn(local.invocation(&1).send());
    started.notified().await;
    local.shutdown().await;
    // Had it waited for the invocation, this would have timed out.
    let error = pending.await.unwrap().unwrap_err();
    assert!(matches!(error, LocalError::ShutDown { .. }), "{error}");
}

fn epoch_ms() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    u64::try_from(since.as_millis()).unwrap()
}
