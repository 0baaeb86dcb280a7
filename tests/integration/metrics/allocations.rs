//! Metrics cost no allocation once their buffers have grown.

use powertools_metrics::{Environment, Invocation, LineSink, Metrics, Namespace};

use super::{LATENCY, ORDERS};

struct Nowhere;

impl LineSink for Nowhere {
    fn write_line(&self, line: &[u8]) {
        assert!(line.ends_with(b"}\n"));
    }
}

#[test]
fn recording_and_flushing_do_not_allocate() {
    let metrics = Metrics::builder()
        .environment(Environment::empty())
        .namespace(const { Namespace::new("Shop") })
        .sink(Nowhere)
        .build();
    let recorder = metrics.recorder();
    let work = || {
        recorder.static_dimension("environment", "prod").unwrap();
        recorder.try_record(&ORDERS, 1).unwrap();
        recorder.try_record(&LATENCY, 3.5).unwrap();
        recorder.try_record(&LATENCY, 4.5).unwrap();
        recorder.flush().unwrap();
    };
    (0..10).for_each(|_| work());
    let counted = allocation_counter::measure(|| (0..1000).for_each(|_| work()));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn memory_is_constant_over_many_invocations() {
    let metrics = Metrics::builder()
        .environment(Environment::empty())
        .namespace(const { Namespace::new("Shop") })
        .sink(Nowhere)
        .build();
    let invoke = |number: u32| {
        let invocation = Invocation::builder("r").build();
        metrics.open(&invocation);
        invocation.in_scope(|| {
            powertools_metrics::dimension("environment", "prod").unwrap();
            powertools_metrics::metadata("number", number).unwrap();
            powertools_metrics::try_record(&ORDERS, 1).unwrap();
            (0..200).for_each(|n| powertools_metrics::try_record(&LATENCY, n).unwrap());
        });
        metrics.close(&invocation);
    };
    (0..100).for_each(invoke);
    let counted = allocation_counter::measure(|| (100..5100).for_each(invoke));
    assert_eq!((counted.count_current, counted.bytes_current), (0, 0));
}

#[test]
fn ten_thousand_increments_use_the_memory_of_one() {
    let captured = powertools_metrics::testing::Captured::new();
    let recorder = captured.metrics().recorder();
    recorder.try_record(&ORDERS, 1).unwrap();
    let counted = allocation_counter::measure(|| {
        (0..10_000).for_each(|_| recorder.try_record(&ORDERS, 1).unwrap());
    });
    assert_eq!(counted.count_total, 0);
}
