use std::{
    future::Future,
    sync::mpsc,
    time::{Instant, SystemTime},
};

use opentelemetry::{
    InstrumentationScope,
    trace::{SpanContext, SpanId, SpanKind, Status},
};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanEvents, SpanLinks},
};

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(50);

/// Says what it is given and does what it is told.
#[derive(Debug)]
struct Obedient {
    given: mpsc::Sender<usize>,
    answers: Mutex<mpsc::Receiver<OTelSdkResult>>,
}

impl SpanExporter for Obedient {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        self.given.send(batch.len()).unwrap();
        let answer = self.answers.lock().unwrap().recv();
        async move { answer.expect("the test panicked on purpose or has ended") }
    }
}

struct Test {
    worker: Worker,
    given: mpsc::Receiver<usize>,
    answers: mpsc::Sender<OTelSdkResult>,
}

fn test_with(most: usize) -> Test {
    let (given_to, given) = mpsc::channel();
    let (answers, answers_from) = mpsc::channel();
    let exporter = Obedient { given: given_to, answers: Mutex::new(answers_from) };
    let worker = Worker::new(exporter, || Resource::builder_empty().build(), most, PATIENCE);
    Test { worker, given, answers }
}

fn spans(count: usize) -> Vec<SpanData> {
    let span = SpanData {
        span_context: SpanContext::empty_context(),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: "work".into(),
        start_time: SystemTime::UNIX_EPOCH,
        end_time: SystemTime::UNIX_EPOCH,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    };
    vec![span; count]
}

fn failure() -> OTelSdkResult {
    Err(OTelSdkError::InternalFailure("refused".into()))
}

#[test]
fn a_flush_hands_on_everything_in_pieces() {
    let test = test_with(2_000);
    test.worker.add(spans(3));
    test.worker.add(spans(1_000));
    (0..3).for_each(|_| test.answers.send(Ok(())).unwrap());
    assert_eq!(test.worker.flush(Wait::Always(PATIENCE)), Ok(()));
    let given: Vec<_> = test.given.try_iter().collect();
    assert_eq!(given.iter().sum::<usize>(), 1_003);
    assert!(given.iter().all(|size| *size <= queue::MOST_AT_ONCE), "{given:?}");
}

#[test]
fn with_nothing_to_export_nothing_is_waited_for() {
    let test = test_with(10);
    assert_eq!(test.worker.flush(Wait::Always(PATIENCE)), Ok(()));
    assert!(test.given.try_recv().is_err());
}

#[test]
fn after_a_flush_that_took_too_long_none_is_waited_for_until_an_export_worked() {
    let test = test_with(10);
    test.worker.add(spans(1));
    let first = test.worker.flush(Wait::WhileItWorks(SHORT));
    assert_eq!(first, Err(NotExported::TimedOut(SHORT)));
    let started = Instant::now();
    for _ in 0..5 {
        test.worker.add(spans(1));
        assert_eq!(test.worker.flush(Wait::WhileItWorks(PATIENCE)), Ok(()));
    }
    assert!(started.elapsed() < PATIENCE / 2, "it was waited for");
    (0..8).for_each(|_| test.answers.send(Ok(())).unwrap());
    assert_eq!(test.worker.flush(Wait::Always(PATIENCE)), Ok(()));
    assert_eq!(test.given.try_iter().sum::<usize>(), 6);
    test.worker.add(spans(2));
    assert_eq!(test.worker.flush(Wait::WhileItWorks(PATIENCE)), Ok(()));
    assert_eq!(test.given.try_iter().sum::<usize>(), 2, "this one was waited for");
}

#[test]
fn a_failure_is_told_once() {
    let test = test_with(10);
    test.answers.send(failure()).unwrap();
    test.worker.add(spans(1));
    let told = test.worker.flush(Wait::Always(PATIENCE)).unwrap_err();
    assert_eq!(told.to_string(), "the exporter failed: Operation failed: refused");
    assert_eq!(test.worker.flush(Wait::Never), Ok(()));
}

#[test]
fn what_finds_no_room_is_counted() {
    let test = test_with(4);
    test.worker.add(spans(1));
    assert_eq!(test.worker.flush(Wait::Never), Ok(()));
    assert_eq!(test.given.recv_timeout(PATIENCE), Ok(1));
    test.worker.add(spans(7));
    assert_eq!(test.worker.flush(Wait::Never), Err(NotExported::NoRoom(3)));
    (0..2).for_each(|_| test.answers.send(Ok(())).unwrap());
    assert_eq!(test.worker.flush(Wait::Always(PATIENCE)), Ok(()));
    assert_eq!(test.given.try_iter().sum::<usize>(), 4);
}

#[test]
fn an_exporter_that_panics_has_failed_and_goes_on() {
    let test = test_with(10);
    let Test { worker, given, answers } = test;
    drop(answers);
    for _ in 0..2 {
        worker.add(spans(1));
        let told = worker.flush(Wait::Always(PATIENCE)).unwrap_err();
        assert!(told.to_string().contains("the exporter panicked"), "{told}");
    }
    assert_eq!(given.try_iter().count(), 2);
}

#[test]
fn what_is_left_is_exported_when_the_last_handle_goes() {
    let Test { worker, given, answers } = test_with(10);
    worker.add(spans(2));
    answers.send(Ok(())).unwrap();
    drop(worker);
    assert_eq!(given.try_iter().sum::<usize>(), 2);
}
