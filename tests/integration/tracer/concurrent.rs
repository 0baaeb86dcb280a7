//! Many invocations at once, and many tasks in each.

use std::{collections::BTreeMap, pin::Pin, time::Duration};

use powertools_core::Invocation;
use powertools_local::Local;
use serde_json::json;
use tokio::task::JoinSet;
use tracing::{Instrument, info_span, instrument::WithSubscriber};

use super::{
    Daemon, Recorded,
    validator::{Span, problems, tree},
};

const INVOCATIONS: u64 = 16;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Opens a span that is named by its path, and those below it: joined, spawned, and one after another.
fn work(path: String, depth: u32) -> Work {
    Box::pin(async move {
        tokio::time::sleep(pause(&path)).await;
        if depth == 0 {
            return;
        }
        let below = |name: &str| {
            let path = format!("{path}/{name}");
            let span = info_span!("work", otel.name = path);
            work(path, depth - 1).instrument(span)
        };
        tokio::join!(below("a"), below("b"));
        let spawned = ["c", "d"].map(|name| tokio::spawn(below(name).with_current_subscriber()));
        below("e").await;
        for task in spawned {
            task.await.unwrap();
        }
    })
}

/// A pause that differs from path to path.
fn pause(path: &str) -> Duration {
    Duration::from_micros(path.bytes().map(u64::from).sum::<u64>() % 97)
}

fn header(number: u64) -> String {
    format!("Root=1-5759e988-{number:024x};Parent={:016x};Sampled=1", number + 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parents_are_right_under_join_spawn_and_concurrency() {
    let recorded = Recorded::with(8000, |tracer| tracer);
    let mut all = JoinSet::new();
    for number in 0..INVOCATIONS {
        let (tracer, dispatch) = (recorded.tracer.clone(), recorded.dispatch.clone());
        let invocation = async move {
            let invocation = Invocation::builder(format!("r-{number}"));
            let invocation = invocation.trace_header(header(number)).build();
            tracer.open(&invocation);
            invocation.scope(work(format!("{number}"), 3)).await;
            tracer.close(&invocation);
        };
        all.spawn(invocation.with_subscriber(dispatch));
    }
    while let Some(result) = all.join_next().await {
        result.unwrap();
    }
    let datagrams = recorded.datagrams();
    for number in 0..INVOCATIONS {
        let own = of_trace(&datagrams, number);
        let parent = format!("{:016x}", number + 1);
        assert_eq!(problems(&own, &parent), Vec::<String>::new());
        assert_paths(&own, number, &parent);
    }
}

/// Each span's name is its parent's with a part more.
fn assert_paths(datagrams: &[Vec<u8>], number: u64, parent: &str) {
    let spans = tree(datagrams);
    let names: BTreeMap<_, _> = spans.values().map(|span| (&span.id, &span.name)).collect();
    assert_eq!(spans.len(), 5 + 25 + 125);
    for span in spans.values() {
        let (above, _) = span.name.rsplit_once('/').unwrap();
        let expected = names.get(&span.parent).map_or(number.to_string(), ToString::to_string);
        assert_eq!(above, expected, "{span:?}");
        assert_eq!(names.contains_key(&span.parent), span.parent != *parent);
    }
}

#[tokio::test]
async fn concurrent_invocations_send_complete_traces() {
    const SPANS: usize = 20;
    let daemon = Daemon::start();
    let local = Local::builder("chatty").concurrency(32).timeout(Duration::from_secs(60));
    let local = local.env("AWS_XRAY_DAEMON_ADDRESS", daemon.address());
    let local = local.binary(env!("CARGO_BIN_EXE_chatty")).start().await.unwrap();
    let mut all = JoinSet::new();
    for number in 0..32 {
        let order = json!({"together": 32, "number": number, "lines": 2 * SPANS});
        all.spawn(local.invocation(&order).trace_header(header(number)).send());
    }
    while let Some(result) = all.join_next().await {
        assert_eq!(result.unwrap().unwrap().function_error, None);
    }
    let datagrams = daemon.datagrams();
    for number in 0..32 {
        let own = of_trace(&datagrams, number);
        let parent = format!("{:016x}", number + 1);
        assert_eq!(problems(&own, &parent), Vec::<String>::new());
        let spans = tree(&own);
        let handler = spans.values().find(|span| span.name == "## handler").unwrap();
        let tasks: Vec<_> = spans.values().filter(|span| span.name == "## chatty::task").collect();
        assert_eq!((spans.len(), tasks.len()), (1 + SPANS, SPANS));
        let is_own = |task: &&Span| task.document["metadata"]["service_undefined"]["of"] == number;
        assert!(tasks.iter().all(|task| is_own(task) && task.parent == handler.id));
    }
}

/// Returns the datagrams of one invocation.
fn of_trace(datagrams: &[Vec<u8>], number: u64) -> Vec<Vec<u8>> {
    let root = format!("1-5759e988-{number:024x}");
    let is_own = |datagram: &&Vec<u8>| String::from_utf8_lossy(datagram).contains(&root);
    datagrams.iter().filter(is_own).cloned().collect()
}
