//! When the span of a function ends though something that it leaves behind holds the span open.

#![expect(clippy::async_yields_async, reason = "functions here leave tasks and futures behind")]

use std::{
    future::{pending, poll_fn},
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use powertools_core::lambda::Observer;
use powertools_tracer::{Invocation, testing::Captured};
use serde_json::Value;
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};
use tracing::{Instrument, Span, instrument, instrument::WithSubscriber};

use super::{named, sampled};

/// Longer than the functions here take, and shorter than what they leave behind.
const LONG: Duration = Duration::from_millis(100);

#[instrument]
async fn connect() {
    tokio::spawn(pending::<()>().in_current_span());
    tokio::task::yield_now().await;
}

#[instrument]
fn connect_at_once() {
    tokio::spawn(pending::<()>().in_current_span());
}

#[instrument(skip_all)]
async fn begin(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::task::yield_now().await;
    tokio::spawn(task.in_current_span())
}

#[instrument(skip_all)]
fn begin_at_once(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(task.in_current_span())
}

#[instrument]
async fn hang() {
    sleep(Duration::from_secs(60)).await;
}

#[instrument]
async fn wait() {
    sleep(LONG).await;
}

/// The document of a function that was handed on last, and how long it took.
fn function(captured: &Captured, name: &str) -> (Value, f64) {
    let name = format!("## {}::{name}", module_path!());
    let spans = captured.spans();
    let span = spans.iter().rfind(|span| span["name"] == name.as_str());
    let span = span.unwrap_or_else(|| panic!("no {name} in {spans:?}")).clone();
    let time = |name: &str| span[name].as_f64().unwrap_or(f64::NAN);
    let duration = time("end_time") - time("start_time");
    (span, duration)
}

fn is_short(captured: &Captured, name: &str) {
    let (span, duration) = function(captured, name);
    assert_eq!(span["in_progress"], Value::Null, "{span}");
    assert!(duration < LONG.as_secs_f64() * 0.9, "{span}");
}

fn is_in_progress(captured: &Captured, name: &str) {
    let (span, _) = function(captured, name);
    assert_eq!(span["in_progress"], true, "{span}");
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// Runs `future` for a moment, and then tells the tracer that the deadline is near.
async fn until_the_deadline(captured: &Captured, future: impl Future) {
    let invocation = Invocation::builder("r-1").trace_header(sampled()).build();
    captured.tracer().open(&invocation);
    let mut scoped = pin!(invocation.scope(future));
    let _ = tokio::time::timeout(Duration::from_millis(20), scoped.as_mut()).await;
    captured.tracer().observer().deadline_near(&invocation);
}

#[tokio::test]
async fn function_with_a_spawned_task_is_not_in_progress() {
    let captured = powertools_tracer::testing::capture();
    captured.invoke(async { connect().await }).await;
    is_short(&captured, "connect");
    captured.invoke(async { connect_at_once() }).await;
    is_short(&captured, "connect_at_once");
    assert_eq!(captured.spans().len(), 2, "each is handed on once");
}

#[tokio::test]
async fn function_ends_when_it_returns_not_with_its_task() {
    let captured = powertools_tracer::testing::capture();
    let task = || async {
        for _ in 0..3 {
            sleep(LONG / 2).await;
            tracing::info_span!("step").in_scope(|| ());
        }
    };
    captured
        .invoke(async {
            let (first, second) = (begin(task()).await, begin_at_once(task()));
            first.await.unwrap();
            second.await.unwrap();
        })
        .await;
    is_short(&captured, "begin");
    is_short(&captured, "begin_at_once");
    assert_eq!(captured.spans().len(), 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn function_ends_when_it_has_returned_on_several_threads() {
    let captured = powertools_tracer::testing::capture();
    let dispatch = captured.dispatch().clone();
    let task = sleep(LONG * 2).with_subscriber(dispatch);
    captured.invoke(async { begin(task).await.await.unwrap() }).await;
    is_short(&captured, "begin");
}

#[tokio::test]
async fn task_outliving_the_invocation_does_not_resend_the_function() {
    let captured = powertools_tracer::testing::capture();
    let task = captured.invoke(begin(sleep(LONG))).await;
    is_short(&captured, "begin");
    let before = captured.spans().len();
    task.await.unwrap();
    assert_eq!(captured.spans().len(), before);
}

#[tokio::test]
async fn error_of_a_task_outliving_the_invocation_resends_the_function() {
    let captured = powertools_tracer::testing::capture();
    let task = async {
        sleep(LONG).await;
        tracing::error!("too late");
    };
    captured.invoke(begin(task)).await.await.unwrap();
    let (span, _) = function(&captured, "begin");
    assert_eq!((&span["fault"], captured.spans().len()), (&Value::from(true), 2));
    is_short(&captured, "begin");
}

#[tokio::test]
async fn function_in_a_task_is_in_progress_until_it_returns() {
    let captured = powertools_tracer::testing::capture();
    let task = captured.invoke(async { begin(wait()).await }).await;
    is_short(&captured, "begin");
    tokio::task::yield_now().await;
    captured.invoke(async {}).await;
    task.await.unwrap();
    let (span, duration) = function(&captured, "wait");
    assert_eq!(span["in_progress"], Value::Null);
    assert!(duration >= LONG.as_secs_f64(), "{span}");
}

#[tokio::test]
async fn function_in_a_task_ends_despite_a_spawned_task() {
    let captured = powertools_tracer::testing::capture();
    captured.invoke(async { begin(connect()).await.await.unwrap() }).await;
    is_short(&captured, "connect");
    let task = async {
        begin_at_once(sleep(LONG)).await.unwrap();
    };
    captured.invoke(async { begin(task).await.await.unwrap() }).await;
    is_short(&captured, "begin_at_once");
}

#[tokio::test]
async fn function_that_has_returned_is_over_at_the_deadline_and_one_that_hangs_is_not() {
    let captured = powertools_tracer::testing::capture();
    until_the_deadline(&captured, async {
        connect().await;
        begin(async {}).await.await.unwrap();
        hang().await;
    })
    .await;
    is_short(&captured, "connect");
    is_short(&captured, "begin");
    is_in_progress(&captured, "hang");
}

#[tokio::test]
async fn function_that_awaits_its_own_task_is_in_progress_at_the_deadline() {
    #[instrument]
    async fn outer() {
        tokio::spawn(tokio::task::yield_now().in_current_span()).await.unwrap();
        pending::<()>().await;
    }
    let captured = powertools_tracer::testing::capture();
    until_the_deadline(&captured, async { outer().await }).await;
    let spans = captured.spans();
    assert_eq!(spans[0]["in_progress"], true, "{spans:?}");
}

#[tokio::test]
async fn one_of_many_functions_that_hangs_is_in_progress_at_the_deadline() {
    #[instrument]
    async fn ask(which: u32) {
        let long = if which == 2 { 60_000 } else { 2 * u64::from(which) };
        sleep(Duration::from_millis(long)).await;
    }
    use futures_util::{StreamExt, stream};
    let captured = powertools_tracer::testing::capture();
    let all = stream::iter(0..5).map(ask).buffer_unordered(5).collect::<Vec<_>>();
    until_the_deadline(&captured, all).await;
    for span in captured.spans() {
        let which = &span["metadata"]["service_undefined"]["which"];
        assert_eq!(span["in_progress"] == true, *which == 2, "{span}");
    }
}

#[tokio::test]
async fn cancelled_function_ends_its_span() {
    let captured = powertools_tracer::testing::capture();
    captured
        .invoke(async {
            tokio::time::timeout(Duration::from_millis(20), hang()).await.unwrap_err();
            sleep(LONG).await;
        })
        .await;
    is_short(&captured, "hang");
}

#[tokio::test]
async fn held_span_ends_when_dropped() {
    let captured = powertools_tracer::testing::capture();
    captured
        .invoke(async {
            let span = tracing::info_span!("by hand");
            span.in_scope(|| ());
            sleep(LONG).await;
            drop(span);
        })
        .await;
    let span = named(&captured.spans(), "by hand");
    let time = |name: &str| span[name].as_f64().unwrap();
    assert!(time("end_time") - time("start_time") >= LONG.as_secs_f64(), "{span}");
}

#[tokio::test]
async fn span_that_was_moved_into_a_task_ends_with_the_task() {
    let captured = powertools_tracer::testing::capture();
    captured
        .invoke(async {
            let span = tracing::info_span!("a job");
            tokio::spawn(sleep(LONG).instrument(span)).await.unwrap();
        })
        .await;
    let span = named(&captured.spans(), "a job");
    let time = |name: &str| span[name].as_f64().unwrap();
    assert!(time("end_time") - time("start_time") >= LONG.as_secs_f64(), "{span}");
}

#[tokio::test]
async fn pooled_connection_does_not_lengthen_the_function() {
    struct Pool(Option<Span>);
    #[instrument(skip_all)]
    async fn fetch(pool: &mut Pool) {
        tokio::task::yield_now().await;
        pool.0 = Some(Span::current());
    }
    let captured = powertools_tracer::testing::capture();
    let mut pool = Pool(None);
    captured
        .invoke(async {
            fetch(&mut pool).await;
            sleep(LONG).await;
        })
        .await;
    drop(pool);
    let spans = captured.spans();
    let time = |name: &str| spans[0][name].as_f64().unwrap();
    assert_eq!(spans.len(), 1);
    assert!(time("end_time") - time("start_time") < 0.09, "{spans:?}");
}

// What can't be told from exits alone; see docs/decisions/0013-spans-end-with-their-functions.md.

#[tokio::test]
async fn function_without_await_that_leaves_a_task_behind_is_in_progress_at_the_deadline_only() {
    let captured = powertools_tracer::testing::capture();
    until_the_deadline(&captured, async {
        connect_at_once();
        pending::<()>().await;
    })
    .await;
    is_in_progress(&captured, "connect_at_once");
}

#[tokio::test]
async fn function_that_is_polled_twice_at_once_seems_over_at_the_deadline_until_it_is() {
    let captured = powertools_tracer::testing::capture();
    let invocation = Invocation::builder("r-1").trace_header(sampled()).build();
    captured.tracer().open(&invocation);
    let (over, ends) = oneshot::channel::<()>();
    #[instrument(skip_all)]
    async fn polled(ends: oneshot::Receiver<()>) {
        ends.await.unwrap();
    }
    let twice = async {
        let mut polled = pin!(polled(ends));
        assert!(poll_once(polled.as_mut()).await.is_pending());
        polled.await;
    };
    let mut scoped = pin!(invocation.scope(twice));
    assert!(poll_once(scoped.as_mut()).await.is_pending());
    captured.tracer().observer().deadline_near(&invocation);
    assert_eq!(captured.last()["in_progress"], Value::Null);
    sleep(LONG).await;
    over.send(()).unwrap();
    scoped.await;
    captured.tracer().close(&invocation);
    let (spans, last) = (captured.spans(), captured.last());
    let time = |name: &str| last[name].as_f64().unwrap();
    assert_eq!((spans.len(), &spans[0]["id"]), (2, &last["id"]));
    assert!(time("end_time") - time("start_time") >= LONG.as_secs_f64(), "{spans:?}");
}

#[tokio::test]
async fn function_that_moves_into_a_task_ends_when_it_was_moved() {
    let captured = powertools_tracer::testing::capture();
    let rest = captured
        .invoke(async {
            let mut rest = Box::pin(wait());
            assert!(poll_once(rest.as_mut()).await.is_pending());
            rest
        })
        .await;
    tokio::spawn(rest).await.unwrap();
    is_short(&captured, "wait");
}
