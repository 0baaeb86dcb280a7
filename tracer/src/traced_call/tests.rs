use super::*;
use crate::testing::capture;

#[derive(Debug)]
struct Mute;

fn broken() -> std::io::Error {
    std::io::Error::other("out of tea")
}

#[tokio::test]
async fn a_call_keeps_what_it_returned_under_its_own_name() {
    let captured = capture();
    captured
        .invoke(async {
            let call = TracedCall::new(tracing::info_span!("look_up"));
            let found = call.run(async || 17).await;
            call.keep_response(&found);
        })
        .await;
    let metadata = &captured.last()["metadata"]["service_undefined"];
    assert_eq!(metadata["powertools_tracer::traced_call::tests::look_up response"], 17);
}

#[tokio::test]
async fn a_call_is_a_fault_with_the_error_or_only_the_name_of_its_type() {
    let captured = capture();
    captured
        .invoke(async {
            let call = TracedCall::new(tracing::info_span!("look up"));
            call.keep_error(&broken());
            let call = TracedCall::new(tracing::info_span!("look away"));
            call.keep_fault(&Mute);
        })
        .await;
    let spans = captured.spans();
    let exception = &spans[0]["cause"]["exceptions"][0];
    assert_eq!((&spans[0]["fault"], &exception["message"]), (&true.into(), &"out of tea".into()));
    assert_eq!(spans[0]["metadata"]["service_undefined"]["look up error"]["value"], "out of tea");
    assert_eq!(spans[1]["fault"], true);
    assert_eq!(spans[1]["cause"]["exceptions"][0]["type"], "Mute");
    assert_eq!(spans[1]["metadata"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_call_that_panics_is_a_fault() {
    let captured = capture();
    let panicking = async {
        let call = TracedCall::new(tracing::info_span!("boil"));
        call.run_sync(|| panic!("no water"));
    };
    captured.invoke(without_panic(panicking)).await;
    let span = captured.last();
    assert_eq!(
        (&span["name"], &span["fault"]),
        (&"## powertools_tracer::traced_call::tests::boil".into(), &true.into())
    );
}

/// Polls a future once and lets no panic out.
async fn without_panic(future: impl Future<Output = ()>) {
    let mut future = Box::pin(future);
    std::future::poll_fn(|cx| {
        let poll = || future.as_mut().poll(cx).is_ready();
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(poll));
        std::task::Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn a_handlers_word_counts_for_its_own_invocation_and_its_own_response() {
    let captured = crate::testing::Captured::with(|tracer| tracer.capture_error(false));
    captured
        .invoke(async {
            crate::capture_response(false);
            let call = TracedCall::new(tracing::info_span!("look up"));
            call.keep_response("kept");
            call.keep_error(&broken());
            crate::capture_error(true);
            call.keep_error(&broken());
        })
        .await;
    let exceptions = captured.last()["cause"]["exceptions"].clone();
    let messages = exceptions.as_array().unwrap().iter().map(|it| it["message"].clone());
    assert_eq!(messages.collect::<Vec<_>>(), ["", "out of tea"]);
    assert_eq!(captured.last()["metadata"]["service_undefined"]["look up response"], "kept");
    crate::capture_response(true);
}

#[test]
fn outside_an_invocation_nothing_is_kept() {
    let captured = capture();
    let call = TracedCall::new(tracing::info_span!("look up"));
    call.keep_response(&17);
    call.annotate("Id", 17);
    assert!(!call.is_traced());
    assert_eq!(captured.spans().len(), 0);
}
