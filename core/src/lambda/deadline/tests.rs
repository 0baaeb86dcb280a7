use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;
use crate::{
    ColdStart, InitializationType,
    lambda::{InvocationLayer, Observer, future::InvocationLifecycle},
};

const PATIENCE: Duration = Duration::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(600);

/// Says its name when it is told.
struct Told(&'static str, Sender<&'static str>);

impl Observer for Told {
    fn deadline_near(&self, invocation: &Invocation) {
        assert!(Invocation::current().is_some_and(|current| current.is(invocation)));
        self.1.send(self.0).unwrap();
    }
}

fn layer(name: &'static str, told: &Sender<&'static str>) -> Arc<Settings> {
    let flag = ColdStart::own(InitializationType::OnDemand);
    InvocationLayer::new().cold_start(flag).observer(Told(name, told.clone())).settings()
}

fn invocation(remaining: Duration) -> (Invocation, SystemTime) {
    let now = SystemTime::now();
    (Invocation::builder("r-1").deadline(now + remaining, now).build(), now)
}

fn begin(layer: &Arc<Settings>, invocation: &Invocation, now: SystemTime) -> InvocationLifecycle {
    let mut lifecycle = InvocationLifecycle::new(layer, invocation.clone());
    invocation.in_scope(|| lifecycle.begin(b"{}", now));
    lifecycle
}

fn next(told: &Receiver<&'static str>) -> &'static str {
    told.recv_timeout(PATIENCE).unwrap()
}

#[test]
fn stacked_layers_notify_their_own_observers() {
    let (sender, told) = channel();
    let (invocation, now) = invocation(Duration::from_millis(1));
    let stacked = ["outer", "inner"].map(|name| layer(name, &sender));
    let _courses = stacked.each_ref().map(|layer| begin(layer, &invocation, now));
    let mut names = [next(&told), next(&told)];
    names.sort_unstable();
    assert_eq!(names, ["inner", "outer"]);
}

#[test]
fn inner_layer_does_not_end_the_outer_watch() {
    let (sender, told) = channel();
    let (invocation, now) = invocation(LONG);
    let (outer, inner) = (layer("outer", &sender), layer("inner", &sender));
    let lifecycle = begin(&outer, &invocation, now);
    drop(begin(&inner, &invocation, now));
    invocation.set_deadline_margin(LONG - SECOND);
    assert_eq!(next(&told), "outer");
    invocation.set_deadline_margin(LONG - SECOND);
    drop((lifecycle, outer, inner, sender, invocation));
    assert_eq!(told.recv_timeout(PATIENCE).ok(), None, "told once, and by nobody else");
}

#[test]
fn near_deadline_is_reported_after_the_start() {
    struct Patient(Mutex<Receiver<()>>, Sender<()>, Sender<&'static str>);
    impl Observer for Patient {
        fn on_start(&self, _: &Invocation, _: &[u8]) {
            let told = self.0.lock().unwrap().recv_timeout(Duration::from_millis(100));
            self.2.send(told.map_or("opened", |()| "told too early")).unwrap();
        }

        fn deadline_near(&self, _: &Invocation) {
            self.1.send(()).unwrap();
            self.2.send("told").unwrap();
        }
    }
    let ((near, is_near), (sender, told)) = (channel(), channel());
    let patient = Patient(Mutex::new(is_near), near, sender);
    let (invocation, now) = invocation(Duration::from_millis(1));
    let _course = begin(&InvocationLayer::new().observer(patient).settings(), &invocation, now);
    assert_eq!([next(&told), next(&told)], ["opened", "told"]);
}

#[test]
fn ended_invocation_is_not_kept_by_its_watch() {
    let (sender, told) = channel();
    let (invocation, now) = invocation(LONG);
    let lifecycle = begin(&layer("only", &sender), &invocation, now);
    drop((lifecycle, sender));
    // Too late: a task that outlives its invocation may still say it.
    invocation.set_deadline_margin(LONG - Duration::from_millis(1));
    drop(invocation);
    let gone = told.recv_timeout(PATIENCE);
    assert_eq!(gone, Err(std::sync::mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn margin_over_the_remaining_time_is_halved() {
    let (sender, told) = channel();
    let (invocation, now) = invocation(2 * SECOND);
    let _course = begin(&layer("only", &sender), &invocation, now);
    invocation.set_deadline_margin(LONG);
    assert_eq!(told.recv_timeout(SECOND / 4).ok(), None, "there is a second left");
    assert_eq!(next(&told), "only");
}
