//! Invocations whose spans are made in tasks and on threads.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
};

use futures_util::future::join_all;
use powertools_core::Invocation;
use powertools_tracer::Tracer;
use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
    task::yield_now,
};
use tracing::{Dispatch, Instrument, instrument::WithSubscriber};

use super::{
    plan::{AwaitedBy, Course, Planned, Runs, parents},
    spawn::{in_task, on_thread},
};
use crate::tracer::Recorded;

/// What runs, or awaits what does.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs invocations with these headers, and whatever they have left behind when they ended.
///
/// With one worker and without threads the order of all that happens is the plan's.
pub(super) fn invoke(
    recorded: &Recorded,
    invocations: Vec<(String, Vec<Planned>)>,
    at_once: bool,
    workers: usize,
) {
    let invoked: Vec<_> = invocations
        .into_iter()
        .map(|(header, plan)| Invoked::new(recorded, &header, plan))
        .collect();
    let course = async {
        let runs = invoked.iter().map(|it| it.clone().run());
        if at_once {
            join_all(runs.map(tokio::spawn)).await.into_iter().for_each(|it| it.unwrap());
        } else {
            for run in runs {
                run.await;
            }
        }
        // What one has left behind ends while or after all the others ran.
        join_all(invoked.iter().map(|it| it.await_rest())).await;
    };
    runtime(workers).block_on(course);
}

fn runtime(workers: usize) -> Runtime {
    let builder = match workers {
        1 => Builder::new_current_thread().build(),
        _ => Builder::new_multi_thread().worker_threads(workers).build(),
    };
    builder.unwrap()
}

/// An invocation that makes the spans of a plan.
struct Invoked {
    plan: Vec<Planned>,
    parents: Vec<Option<usize>>,
    tracer: Tracer,
    dispatch: Dispatch,
    invocation: Invocation,
    /// What its parent does not await.
    rest: Mutex<Vec<Work>>,
    /// What nobody awaits, which ends when the invocation is over.
    left: Mutex<Vec<Work>>,
    /// Has no permits, and is closed when the invocation is over.
    is_over: Semaphore,
}

impl Invoked {
    fn new(recorded: &Recorded, header: &str, plan: Vec<Planned>) -> Arc<Self> {
        Arc::new(Self {
            parents: parents(&plan),
            plan,
            tracer: recorded.tracer.clone(),
            dispatch: recorded.dispatch.clone(),
            invocation: Invocation::builder("r-1").trace_header(header).build(),
            rest: Mutex::default(),
            left: Mutex::default(),
            is_over: Semaphore::new(0),
        })
    }

    fn run(self: Arc<Self>) -> Work {
        let dispatch = self.dispatch.clone();
        let run = async move {
            self.tracer.open(&self.invocation);
            let work = async {
                self.make_below(None).await;
                while let Some(work) = pop(&self.rest) {
                    work.await;
                }
            };
            self.invocation.clone().scope(work).await;
            self.close();
        };
        Box::pin(run.with_subscriber(dispatch))
    }

    fn close(&self) {
        self.tracer.close(&self.invocation);
        self.is_over.close();
    }

    /// Awaits what is left, and what that adds meanwhile.
    async fn await_rest(&self) {
        while let Some(work) = pop(&self.left).or_else(|| pop(&self.rest)) {
            work.await;
        }
    }

    /// Makes the spans below one, or those of the invocation itself.
    async fn make_below(self: &Arc<Self>, parent: Option<usize>) {
        let mut together = Vec::new();
        let below = (0..self.plan.len()).filter(|number| self.parents[*number] == parent);
        for number in below {
            let course = &self.plan[number].course;
            let work = self.clone().make(number);
            match course.runs {
                Runs::InTurn => work.await,
                Runs::Joined => together.push(work),
                Runs::Task => {
                    self.await_later(course, in_task(work, &self.dispatch), &mut together);
                }
                Runs::Thread => {
                    self.await_later(course, on_thread(work, &self.dispatch), &mut together);
                }
            }
        }
        join_all(together).await;
    }

    fn await_later(&self, course: &Course, running: Work, by_parent: &mut Vec<Work>) {
        match course.awaited_by {
            AwaitedBy::Parent => by_parent.push(running),
            AwaitedBy::Invocation => self.rest.lock().unwrap().push(running),
            AwaitedBy::Nobody => self.left.lock().unwrap().push(running),
        }
    }

    /// Makes a span and those below it.
    fn make(self: Arc<Self>, number: usize) -> Work {
        Box::pin(async move {
            pause(self.plan[number].course.pauses[0]).await;
            let span = self.plan[number].open(number, None);
            self.work(number).instrument(span).await;
        })
    }

    async fn work(self: &Arc<Self>, number: usize) {
        let planned = &self.plan[number];
        let course = &planned.course;
        planned.fill(number);
        pause(course.pauses[1]).await;
        self.make_below(Some(number)).await;
        pause(course.pauses[2]).await;
        if course.flushes {
            self.tracer.flush(&self.invocation);
        }
        if course.is_left_behind() {
            assert!(self.is_over.acquire().await.is_err(), "nobody gives permits");
        }
    }
}

impl Course {
    fn is_left_behind(&self) -> bool {
        matches!(self.runs, Runs::Task | Runs::Thread) && self.awaited_by == AwaitedBy::Nobody
    }
}

async fn pause(times: u8) {
    for _ in 0..times {
        yield_now().await;
    }
}

fn pop(running: &Mutex<Vec<Work>>) -> Option<Work> {
    running.lock().unwrap().pop()
}
