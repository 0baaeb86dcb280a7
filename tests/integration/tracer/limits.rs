//! What comes of too much, of what comes too late, and of what the way out does itself.

use std::{
    io, iter,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use powertools_core::{Environment, Invocation, testing::enable_all_callsites};
use powertools_logger::ScopedKeys;
use powertools_tracer::{Batch, ExportError, Exporter, TracedCall, Tracer, annotation, metadata};
use tracing::{Dispatch, Span, info_span};
use tracing_subscriber::layer::SubscriberExt;

use super::{Recorded, by_name, sampled};

/// A way out that makes spans and logs errors, also on a thread that lives on.
#[derive(Default)]
struct Chatty {
    times: AtomicUsize,
    names: Arc<Mutex<Vec<String>>>,
}

impl Exporter for Chatty {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        assert!(self.times.fetch_add(1, Ordering::Relaxed) < 10, "it is asked without end");
        let exporting = info_span!("exporting").entered();
        tracing::error!("this is nobody's fault");
        let (dispatch, span) = (tracing::dispatcher::get_default(Clone::clone), Span::current());
        let beside = move || {
            tracing::dispatcher::with_default(&dispatch, || {
                span.in_scope(|| info_span!("beside").in_scope(|| annotation("Nobody", true)));
            });
        };
        thread::spawn(beside).join().unwrap();
        drop(exporting);
        let told = batch.spans().map(|span| format!("{} {}", span.name(), span.is_fault()));
        self.names.lock().unwrap().extend(told);
        Ok(())
    }
}

#[test]
fn exporter_is_not_traced() {
    enable_all_callsites();
    let chatty = Chatty::default();
    let names = chatty.names.clone();
    let nothing = Environment::empty();
    let tracer = Tracer::builder().environment(nothing).exporter(chatty).build();
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(tracer.layer()));
    tracing::dispatcher::with_default(&dispatch, || {
        let invocation = Invocation::builder("r-1").trace_header(sampled()).build();
        tracer.open(&invocation);
        invocation.in_scope(|| {
            let _work = info_span!("work").entered();
            tracer.flush(&invocation);
            info_span!("more").in_scope(|| tracer.flush(&invocation));
        });
        let late = invocation.in_scope(|| info_span!("late"));
        tracer.close(&invocation);
        drop(late);
    });
    let names = names.lock().unwrap().clone();
    assert!(names.iter().all(|name| name.ends_with("false")), "{names:?}");
    let of = |name: &str| names.iter().filter(|told| told.starts_with(name)).count();
    assert_eq!((of("work"), of("more"), of("late")), (1, 1, 2), "{names:?}");
    assert_eq!(names.len(), 4, "{names:?}");
}

#[test]
fn late_span_is_sent_when_it_ends() {
    let recorded = Recorded::new();
    let (pool, late) =
        recorded.invoke(|| (info_span!("connection of a pool"), info_span!("late work")));
    let sent = recorded.datagrams().len();
    let _entered = recorded.enter();
    drop(late);
    let more = recorded.datagrams()[sent..].to_vec();
    assert_eq!(by_name(&more).into_keys().collect::<Vec<_>>(), ["late work"]);
    drop(pool);
    assert_eq!(recorded.datagrams().len(), sent + 2);
}

#[test]
fn call_ends_when_it_returns_despite_a_task_holding_its_span() {
    let recorded = Recorded::new();
    let held = recorded.invoke(|| {
        let call = TracedCall::new(info_span!("look up"));
        let held = call.run_sync(Span::current);
        call.keep_response(&17);
        held
    });
    let document = &recorded.spans()["look up"].document;
    assert!(document["end_time"].is_number() && document.get("in_progress").is_none());
    drop(held);
}

#[test]
fn errors_are_kept_when_the_text_limit_is_reached() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        let import = info_span!("import").entered();
        (0..40_000).for_each(|row| metadata("progress", format!("row {row:0>100}")));
        drop(import);
        let _pay = info_span!("a payment", otel.kind = "client", order = 17).entered();
        annotation("Customer", "c".repeat(200));
        tracing::error!("card declined");
    });
    let document = &recorded.spans()["a payment"].document;
    assert_eq!(document["fault"], true);
    assert_eq!(document["namespace"], "remote");
    assert_eq!(document["cause"]["exceptions"][0]["message"], "card declined");
    assert!(document["metadata"]["powertools"]["values_left_out"].as_u64().unwrap() > 0);
}

#[test]
fn long_error_keeps_its_type_and_beginning() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        let error = io::Error::other("no such table ".to_owned() + &"é".repeat(20_000));
        info_span!("a query").in_scope(|| {
            tracing::error!(error = powertools_logger::exception(&error), "refused");
        });
        let call = TracedCall::new(info_span!("a call"));
        call.keep_error(&error);
    });
    for name in ["a query", "a call"] {
        let exception = recorded.spans()[name].document["cause"]["exceptions"][0].clone();
        assert_eq!(exception["type"], "Error");
        let message = exception["message"].as_str().unwrap();
        assert!(message.starts_with("no such table éé"), "{message}");
        assert!(message.contains("<cut: ") && message.len() < 4096, "{message}");
    }
}

#[test]
fn numbers_of_any_size_are_kept() {
    let recorded = Recorded::new();
    recorded
        .invoke(|| drop(info_span!("a span", ms = 17_u128, below = -17_i128, large = u128::MAX)));
    let told = recorded.spans()["a span"].document["metadata"]["service_undefined"].clone();
    assert_eq!((&told["ms"], &told["below"]), (&17.into(), &(-17).into()));
    assert_eq!(told["large"], "0xffffffffffffffffffffffffffffffff");
}

#[test]
fn errors_over_the_limit_are_counted() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        let _span = info_span!("the work").entered();
        iter::repeat_n((), 40).for_each(|()| tracing::error!("out of tea"));
    });
    let document = &recorded.spans()["the work"].document;
    assert_eq!(document["cause"]["exceptions"].as_array().unwrap().len(), 16);
    assert_eq!(document["metadata"]["powertools"]["errors_left_out"], 24);
}

#[test]
fn too_long_url_is_complete_in_the_metadata() {
    let recorded = Recorded::new();
    let url = format!("https://shop.example/{}", "x".repeat(300));
    recorded.invoke(|| drop(info_span!("a request", otel.kind = "client", url.full = url)));
    let document = &recorded.spans()["a request"].document;
    assert_eq!(document["http"]["request"]["url"], url[..250]);
    assert_eq!(document["metadata"]["service_undefined"]["url.full"], url);
}

#[test]
fn max_spans_applies_to_the_invocation_across_flushes() {
    let recorded = Recorded::with(65_507, |tracer| tracer.max_spans(10));
    recorded.invoke(|| {
        let invocation = Invocation::current().unwrap();
        for _ in 0..30 {
            info_span!("the work").in_scope(|| ());
            recorded.tracer.flush(&invocation);
        }
    });
    assert_eq!(recorded.datagrams().len(), 10);
}

#[test]
fn crates_with_similar_names_are_traced() {
    let recorded = Recorded::new();
    recorded.invoke(|| {
        info_span!(target: "h2o_station", "to boil").in_scope(|| ());
        info_span!(target: "opentelemetry_shop", "to sell").in_scope(|| ());
        info_span!(target: "h2::client", "to send").in_scope(|| ());
        ScopedKeys::new().with("attempt", 2).in_scope(|| info_span!("to try").in_scope(|| ()));
    });
    assert_eq!(recorded.spans().into_keys().collect::<Vec<_>>(), ["to boil", "to sell", "to try"]);
}
