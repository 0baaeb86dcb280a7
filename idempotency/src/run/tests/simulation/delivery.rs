//! One delivery: an invocation that calls the operation, and what must be true of its answer.

use std::{
    any::Any,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use powertools_core::{Clock, Environment, Invocation};
use tokio::time::{Instant, sleep, timeout};

use super::{
    network::{ENVELOPE, SimulatedStore},
    plan::{Course, DeliveryPlan, Platform},
    properties::{
        AT_LAST, CLAIMING_ENDS, ENDS, EXPECTED, IN_TIME, NO_FALSE_LOSS, NO_FAULT_NO_ERROR,
        ONE_RETRY, RELEASE_IS_SHORT, STOPPED,
    },
    round::{LONG, Progress, World},
    time::Frozen,
};
use crate::{
    Attempt, CodecError, Event, Idempotency, IdempotencyError, Lease, Outcome, ResultCodec,
};

/// What the documentation promises, written down once more.
const RESERVE: Duration = Duration::from_millis(200);
const CLAIM_TIMEOUT: Duration = Duration::from_secs(10);
const RELEASE_TIMEOUT: Duration = Duration::from_secs(1);

/// By how much timers may be late that follow each other: each counts whole milliseconds.
const TIMERS: Duration = Duration::from_millis(6);

/// The longest pause between two claims, with its jitter.
const PAUSE: Duration = Duration::from_secs(2);

/// Why an operation failed, or panicked.
#[derive(Debug)]
struct Declined;

type Answer = Result<Outcome<u64>, IdempotencyError<u64, Declined>>;

/// How the call ended.
enum End {
    Answered(Answer),
    Panicked(Box<dyn Any + Send>),
    /// The environment died; `true` if that was at the deadline.
    Died(bool),
}

/// Delivers the event: opens the invocation, calls the operation and looks at the answer.
pub(super) async fn deliver(world: Arc<World>, delivery: usize) {
    let (plan, clock) = (world.plan.deliveries[delivery].clone(), world.clock(delivery));
    sleep(plan.starts).await;
    let mut invocation = Invocation::builder("r").started(clock.now());
    let deadline = plan.platform.timeout().map(|timeout| (Instant::now() + timeout, timeout));
    if let Some((_, timeout)) = deadline {
        invocation = invocation.deadline(clock.now() + timeout, clock.now());
    }
    sleep(plan.before_call).await;
    let deadline = deadline.map(|(deadline, _)| deadline);
    let events = Arc::new(Mutex::new(Vec::new()));
    let orders = orders(&world, delivery, &plan, events.clone());
    let began = Instant::now();
    let call = orders.call(&()).key("k");
    let call = call.try_run_with(|attempt| work(world.clone(), delivery, deadline, attempt));
    let call = Frozen::new(invocation.build().scope(call), plan.freeze);
    let end = until_death(&plan, deadline, call).await;
    let view = View {
        world: &world,
        progress: &world.deliveries[delivery],
        delivery,
        plan: &plan,
        deadline,
        began,
        answered: Instant::now(),
        events: events.lock().unwrap().clone(),
    };
    view.judge(end);
}

fn orders(
    world: &Arc<World>,
    delivery: usize,
    plan: &DeliveryPlan,
    events: Arc<Mutex<Vec<Event>>>,
) -> Idempotency<SimulatedStore> {
    let store = SimulatedStore { world: world.clone(), delivery };
    let is_managed = matches!(plan.platform, Platform::ManagedInstances { .. });
    let kind = if is_managed { "lambda-managed-instances" } else { "on-demand" };
    let environment = Environment::of([("AWS_LAMBDA_INITIALIZATION_TYPE", kind)]);
    let mut builder = Idempotency::builder("place", store)
        .environment(environment)
        .clock(world.clock(delivery))
        .expires_after(world.plan.expires_after)
        .on_in_progress(plan.on_in_progress)
        .on_record_failure(plan.on_record_failure)
        .on_event(move |event| events.lock().unwrap().push(event));
    if let Some(stop) = plan.stop_at_lease_end {
        builder = builder.stop_at_lease_end(stop);
    }
    if let Some(lease) = plan.heartbeat {
        builder = builder.heartbeat(lease);
    }
    if let Platform::Elsewhere { default_lease } = plan.platform {
        builder = builder.default_lease(default_lease);
    }
    #[cfg(feature = "md5")]
    if world.plan.python {
        builder = builder.python_compatible("place");
    }
    if world.plan.encodes {
        builder = builder.result_codec(Envelope);
    }
    (world.configure)(builder).build()
}

/// A codec that refuses what it has not written.
struct Envelope;

impl ResultCodec for Envelope {
    fn encode(&self, _: &str, json: &str) -> Result<String, CodecError> {
        Ok(format!("{ENVELOPE}{json}"))
    }

    fn decode(&self, _: &str, data: &str) -> Result<String, CodecError> {
        data.strip_prefix(ENVELOPE).map(str::to_owned).ok_or_else(|| "it is not encoded".into())
    }
}

/// Runs `call` until it ends, or its environment does.
async fn until_death(
    plan: &DeliveryPlan,
    deadline: Option<Instant>,
    call: impl Future<Output = Answer>,
) -> End {
    let is_ended = matches!(plan.platform, Platform::Lambda { .. });
    let left = deadline.filter(|_| is_ended).map(|it| it.saturating_duration_since(Instant::now()));
    let life = left.unwrap_or(LONG).min(plan.crash.unwrap_or(LONG));
    let mut call = pin!(call);
    let call = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
        Ok(poll) => poll.map(End::Answered),
        Err(panic) => std::task::Poll::Ready(End::Panicked(panic)),
    });
    timeout(life, call).await.unwrap_or(End::Died(left == Some(life)))
}

/// The operation.
async fn work(
    world: Arc<World>,
    delivery: usize,
    deadline: Option<Instant>,
    attempt: Attempt<SimulatedStore>,
) -> Result<u64, Declined> {
    let plan = world.plan.deliveries[delivery].clone();
    let needed = match plan.platform {
        Platform::Elsewhere { default_lease } => RESERVE.min(default_lease / 2),
        _ => RESERVE,
    };
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let number = world.begin(delivery, attempt.lease().as_ref(), left, needed);
    let _running = Running { world: world.clone(), delivery, attempt: attempt.clone() };
    let mut course = pin!(follow_course(&world, &plan, &attempt, number));
    poll_fn(|cx| {
        let until = attempt.lease().unwrap().until;
        world.deliveries[delivery].polled_until.store(until, Ordering::Relaxed);
        course.as_mut().poll(cx)
    })
    .await
}

async fn follow_course(
    world: &World,
    plan: &DeliveryPlan,
    attempt: &Attempt<SimulatedStore>,
    number: u64,
) -> Result<u64, Declined> {
    if let Some((before, period)) = plan.extends {
        sleep(before).await;
        // The operation goes on in any case.
        if attempt.extend(period).await.is_ok() {
            world.count("extended");
        }
    }
    sleep(plan.duration).await;
    #[cfg(feature = "dynamodb")]
    if plan.transacts {
        super::transactions::complete(world, attempt, number).await.map_err(|_| Declined)?;
    }
    match plan.course {
        Course::Succeeds => Ok(number),
        Course::Fails => Err(Declined),
        // Without the panic hook, which would write a line.
        Course::Panics => resume_unwind(Box::new(Declined)),
    }
}

/// An operation that runs, until it ends or is dropped.
struct Running {
    world: Arc<World>,
    delivery: usize,
    attempt: Attempt<SimulatedStore>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let (world, delivery) = (&self.world, self.delivery);
        let progress = &world.deliveries[delivery];
        progress.is_running.store(false, Ordering::Relaxed);
        *progress.work_ended.lock().unwrap() = Some(Instant::now());
        world.note(|| format!("{delivery}: the operation ends"));
        let now_ms = world.clock(delivery).now_ms();
        // That the lease had become shorter may have been found out only now.
        let polled = progress.polled_until.load(Ordering::Relaxed);
        let until = self.attempt.lease().unwrap().until.max(polled);
        let plan = &world.plan.deliveries[delivery];
        let is_late = Duration::from_millis(now_ms.saturating_sub(until)) > TIMERS;
        if plan.is_stopped() && plan.freeze.is_none() && is_late {
            world
                .violate(STOPPED, format!("delivery {delivery} ran until {now_ms}, lease {until}"));
        }
    }
}

impl World {
    fn begin(
        &self,
        delivery: usize,
        lease: Option<&Lease>,
        left: Option<Duration>,
        needed: Duration,
    ) -> u64 {
        self.note(|| format!("{delivery}: the operation starts"));
        let progress = &self.deliveries[delivery];
        progress.is_running.store(true, Ordering::Relaxed);
        let has_owners = !self.plan.python;
        let clocks = self.clocks();
        self.ledger(|ledger| ledger.begin(delivery, lease, &clocks, left, needed, has_owners))
    }
}

impl DeliveryPlan {
    /// Whether its operation is stopped at the end of its lease.
    fn is_stopped(&self) -> bool {
        let is_managed = matches!(self.platform, Platform::ManagedInstances { .. });
        self.stop_at_lease_end.unwrap_or(is_managed)
    }
}

/// What is known of a call that has ended.
struct View<'a> {
    world: &'a World,
    progress: &'a Progress,
    delivery: usize,
    plan: &'a DeliveryPlan,
    deadline: Option<Instant>,
    began: Instant,
    answered: Instant,
    events: Vec<Event>,
}

impl View<'_> {
    fn judge(&self, end: End) {
        let name = match &end {
            End::Answered(Ok(Outcome::Fresh(_))) => "Fresh",
            End::Answered(Ok(Outcome::Replayed(..))) => "Replayed",
            End::Answered(Err(error)) => error.name().trim_start_matches("Idempotency"),
            End::Panicked(_) => "Panicked",
            End::Died(_) => "Died",
        };
        self.world.note(|| format!("{}: the call ends: {name}", self.delivery));
        self.world.count(name);
        if self.plan.freeze.is_some() {
            self.world.count("frozen");
        }
        match end {
            End::Died(at_deadline) => self.died(at_deadline),
            End::Panicked(panic) if panic.is::<Declined>() => {
                self.check_release();
                self.check_time(name);
            }
            End::Panicked(_) => self.violate(EXPECTED, "it panicked".to_owned()),
            End::Answered(answer) => {
                self.check_answer(answer);
                self.check_time(name);
            }
        }
    }

    fn died(&self, at_deadline: bool) {
        let is_endless = self.plan.crash.is_none() && !at_deadline;
        if is_endless {
            self.violate(ENDS, format!("it still runs after {LONG:?}"));
        }
        let is_running = self.progress.is_running.load(Ordering::Relaxed);
        // The operation itself may take too long; what is around it may not.
        let was_running = is_running || self.progress.work_ended() == Some(self.answered);
        if at_deadline && !was_running && self.plan.freeze.is_none() {
            self.violate(IN_TIME, "there was no answer at the deadline".to_owned());
        }
    }

    fn check_answer(&self, answer: Answer) {
        let world = self.world;
        let is_fair = world.plan.is_fair() && self.plan.freeze.is_none();
        match &answer {
            Ok(Outcome::Fresh(number)) if !self.is_unrecorded() => {
                world.ledger(|ledger| ledger.give(self.delivery, *number));
            }
            Ok(Outcome::Fresh(_)) => self.check_loss(),
            Ok(Outcome::Replayed(number, _)) => {
                world.ledger(|ledger| ledger.give(self.delivery, *number));
            }
            Err(IdempotencyError::Failed(Declined)) => self.check_release(),
            // A store that refuses is not away: a call that waits may hear so after claims without an answer.
            Err(IdempotencyError::Store { source, .. }) if source.is_transient() => {
                self.check_claim();
            }
            Err(IdempotencyError::Store { .. }) => {}
            Err(IdempotencyError::LeaseLost { .. }) => self.check_loss(),
            Err(
                IdempotencyError::InProgress { .. }
                | IdempotencyError::NotRecorded { .. }
                | IdempotencyError::TooLate { .. }
                | IdempotencyError::ResultNotKept { .. },
            ) => {}
            Err(IdempotencyError::LeaseEnded { .. }) if self.plan.is_stopped() => {}
            Err(error) => self.violate(EXPECTED, format!("{error:?}")),
        }
        let has_time = match &answer {
            Err(IdempotencyError::Store { .. }) => self.has_time(self.began),
            Err(IdempotencyError::NotRecorded { .. }) => {
                self.progress.work_ended().is_none_or(|ended| self.has_time(ended))
            }
            _ => false,
        };
        if is_fair && has_time {
            self.violate(NO_FAULT_NO_ERROR, format!("{answer:?}"));
        }
        let is_ok = answer.is_ok() || matches!(answer, Err(IdempotencyError::Failed(_)));
        if world.plan.weather.silent.is_some() && !is_ok {
            self.violate(ONE_RETRY, format!("{answer:?}"));
        }
        let is_kept = !matches!(answer, Err(IdempotencyError::ResultNotKept { .. }));
        if self.delivery == world.last() && !is_ok && is_kept {
            self.violate(AT_LAST, format!("{answer:?}"));
        }
    }

    /// Whether a result was given that is not recorded, because that was wanted.
    fn is_unrecorded(&self) -> bool {
        let is_unrecorded = |event| matches!(event, Event::NotRecorded | Event::LeaseLost);
        self.events.iter().copied().any(is_unrecorded)
    }

    /// Whether the network can answer in the time that the call has at that moment.
    fn has_time(&self, at: Instant) -> bool {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(at));
        left.is_none_or(|left| left.is_zero() || left > RESERVE + RESERVE)
    }

    fn check_loss(&self) {
        let is_lost = self.events.contains(&Event::LeaseLost) && !self.world.plan.python;
        let held = self.world.ledger(|ledger| ledger.held_throughout(self.delivery));
        if is_lost && held {
            self.violate(NO_FALSE_LOSS, "nothing took its record".to_owned());
        }
    }

    fn check_release(&self) {
        let Some(ended) = self.progress.work_ended() else { return };
        let took = self.answered - ended;
        if took > RELEASE_TIMEOUT + TIMERS && self.plan.freeze.is_none() {
            self.violate(RELEASE_IS_SHORT, format!("it took {took:?}"));
        }
    }

    fn check_claim(&self) {
        let answered = *self.progress.claim_answered.lock().unwrap();
        let took = self.answered - answered.unwrap_or(self.began);
        if took > CLAIM_TIMEOUT + PAUSE + TIMERS && self.plan.freeze.is_none() {
            self.violate(CLAIMING_ENDS, format!("it took {took:?}"));
        }
    }

    /// The answer comes before the deadline minus the reserve, with these exceptions:
    ///
    /// - a call that begins later is refused at once;
    /// - an operation that ends later is followed by an attempt to record or to release, which takes half of the time
    ///   that is left;
    /// - recording may take more than one write, because one was rejected or the result is too large; each has half of
    ///   what is left then.
    fn check_time(&self, name: &'static str) {
        let Some(deadline) = self.deadline.filter(|_| self.plan.freeze.is_none()) else { return };
        let usual = deadline - RESERVE;
        let latest = match self.progress.work_ended() {
            None => usual.max(self.began),
            // Only where Lambda does not end the function.
            Some(ended) if ended >= deadline => return,
            Some(ended) => {
                let half = ended + (deadline - ended) / 2;
                let has_repeated = self.progress.has_repeated.load(Ordering::Relaxed);
                if has_repeated { deadline } else { usual.max(half) }
            }
        };
        if self.answered > latest + TIMERS {
            let late = self.answered - usual;
            self.violate(IN_TIME, format!("{name} came {late:?} after that"));
        }
    }

    fn violate(&self, property: &'static str, how: String) {
        let delivery = self.delivery;
        self.world.violate(property, format!("delivery {delivery}: {how}"));
    }
}
