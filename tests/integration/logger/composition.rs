//! The logger beside other layers, other loggers, and in code that serves several invocations.

use powertools_core::testing::enable_all_callsites;
use powertools_logger::{
    Buffering, Environment, Levels, Logger, LoggerBuilder, MemorySink, ScopedKeys,
    testing::{Captured, capture},
};
use serde_json::Value;
use tracing::{Level, Subscriber, span};
use tracing_subscriber::{
    Layer,
    filter::LevelFilter,
    layer::{Context, SubscriberExt},
    registry,
};

use super::{invocation, messages};

fn logger(configure: impl FnOnce(LoggerBuilder) -> LoggerBuilder) -> (Logger, MemorySink) {
    enable_all_callsites();
    let sink = MemorySink::new();
    let builder = Logger::builder().environment(Environment::empty()).sink(sink.clone());
    (configure(builder).build(), sink)
}

fn values(sink: &MemorySink) -> Vec<Value> {
    sink.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Counts the events and spans that reach it.
#[derive(Clone, Default)]
struct Counter(std::sync::Arc<std::sync::Mutex<(usize, usize)>>);

impl<S: Subscriber> Layer<S> for Counter {
    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        self.0.lock().unwrap().0 += 1;
    }
    fn on_new_span(&self, _: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        self.0.lock().unwrap().1 += 1;
    }
}

#[test]
fn levels_of_logger_and_other_layers_are_independent() {
    let (logger, sink) = logger(|it| it.levels(Levels::new(Level::WARN)));
    let (all, few) = (Counter::default(), Counter::default());
    let subscriber = registry()
        .with(logger.layer())
        .with(all.clone().with_filter(LevelFilter::TRACE))
        .with(few.clone().with_filter(LevelFilter::ERROR));
    tracing::subscriber::with_default(subscriber, || {
        tracing::debug_span!("work", a = 1).in_scope(|| {
            tracing::debug!("quiet");
            tracing::warn!("loud");
        });
    });
    assert_eq!((*all.0.lock().unwrap(), *few.0.lock().unwrap()), ((2, 1), (0, 0)));
    assert_eq!(values(&sink).len(), 1);
    assert_eq!(values(&sink)[0].get("a"), None, "a span that is not shown has no fields to show");
}

#[test]
fn logger_and_any_other_layer_keep_their_levels() {
    let see = |make: fn(Counter) -> Box<dyn Layer<registry::Registry> + Send + Sync>| {
        let (logger, sink) = logger(|it| it.levels(Levels::new(Level::WARN)).sampling_rate(1.0));
        let counter = Counter::default();
        let subscriber = logger.subscriber_with(make(counter.clone()));
        tracing::subscriber::with_default(subscriber, || {
            let work = || {
                tracing::debug_span!("work", a = 1).in_scope(|| {
                    tracing::debug!("quiet");
                    tracing::warn!("loud");
                });
            };
            work();
            invocation("r").in_scope(work);
        });
        let seen = *counter.0.lock().unwrap();
        let lines =
            values(&sink).into_iter().map(|line| (line["message"].clone(), line.get("a").cloned()));
        let (quiet, loud) = (("quiet".into(), Some(1.into())), ("loud".into(), Some(1.into())));
        assert_eq!(lines.collect::<Vec<_>>(), [("loud".into(), None), quiet, loud]);
        seen
    };
    let all = (4, 2 + 1);
    assert_eq!(see(|counter| Box::new(counter)), all, "a layer that says nothing sees everything");
    assert_eq!(see(|counter| Box::new(counter.with_filter(LevelFilter::TRACE))), all);
    assert_eq!(see(|counter| Box::new(counter.with_filter(LevelFilter::ERROR))), (0, 1));
}

#[test]
fn two_loggers_in_one_registry_sample_and_buffer_independently() {
    let (sampling, sampled) = logger(|it| it.sampling_rate(1.0));
    let (rarely, seldom) = logger(|it| it.sampling_rate(1e-12));
    let (keeping, kept) = logger(|it| it.buffering(Buffering::new().flush_on_error(false)));
    let (flushing, flushed) = logger(|it| it.buffering(Buffering::new()));
    let subscriber = registry()
        .with(sampling.layer())
        .with(rarely.layer())
        .with(keeping.layer())
        .with(flushing.layer());
    tracing::subscriber::with_default(subscriber, || {
        invocation("r").in_scope(|| {
            tracing::info_span!("work", a = 1).in_scope(|| tracing::debug!("detail"));
            tracing::error!("broken");
        });
    });
    let lines = [&sampled, &seldom, &kept, &flushed].map(|sink| sink.lines().len());
    assert_eq!(lines, [2, 1, 1, 2]);
    for sink in [&sampled, &flushed] {
        assert_eq!(
            (&values(sink)[0]["message"], &values(sink)[0]["a"]),
            (&"detail".into(), &1.into())
        );
    }
}

#[test]
fn invocation_of_the_span_wins_over_the_scope() {
    let captured = capture();
    let of_b = invocation("b").in_scope(|| tracing::info_span!("lookup", batch = 7));
    invocation("a").in_scope(|| {
        of_b.in_scope(|| tracing::info!("entered"));
        tracing::info!(parent: &of_b, "by parent");
        tracing::info!(parent: None, "without one");
    });
    let ids: Vec<Value> =
        captured.values().iter().map(|line| line["function_request_id"].clone()).collect();
    assert_eq!(ids, ["b", "b", "a"]);
}

#[test]
fn scope_within_its_own_invocation_keeps_the_spans_between() {
    let captured = capture();
    let invocation = invocation("r");
    invocation.in_scope(|| {
        tracing::info_span!("middleware", route = "/orders").in_scope(|| {
            invocation.in_scope(|| tracing::info!("handled"));
        });
    });
    assert_eq!(captured.last()["route"], "/orders");
}

#[test]
fn scoped_keys_are_kept_at_every_level() {
    let levels: Levels = "off,integration=info".parse().unwrap();
    let captured = Captured::with(|logger| logger.levels(levels));
    invocation("r").in_scope(|| {
        ScopedKeys::new().with("attempt", 2).in_scope(|| tracing::info!("shown"));
    });
    assert_eq!(
        (messages(&captured), captured.last()["attempt"].clone()),
        (vec!["shown".into()], 2.into())
    );
}

#[test]
fn panicking_debug_does_not_affect_later_lines() {
    struct Panics;
    impl std::fmt::Debug for Panics {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            std::panic::resume_unwind(Box::new("on purpose"))
        }
    }
    let captured = capture();
    let log = || tracing::info!(value = ?Panics, "never written");
    assert!(std::panic::catch_unwind(log).is_err());
    tracing::info!(value = ?Some(1), "written");
    assert_eq!(messages(&captured), ["written"]);
    assert_eq!(captured.last()["value"], "Some(1)");
}

#[test]
fn invalid_json_pointer_is_named() {
    let builder = Logger::builder().environment(Environment::empty());
    let builder = builder
        .correlation_id(powertools_logger::CorrelationId::pointer("requestContext.requestId"))
        .log_event(true)
        .redact("headers.authorization");
    let warnings = builder.build_with_warnings().1;
    let named: Vec<_> = warnings.iter().map(|it| (it.variable(), it.value())).collect();
    assert_eq!(
        named,
        [("correlation_id", "requestContext.requestId"), ("redact", "headers.authorization")]
    );
}
