//! What a round may contain.

use std::{ops::Range, time::Duration};

use fastrand::Rng;

use crate::{OnInProgress, OnRecordFailure};

/// A round: deliveries of one event, and the weather.
#[derive(Clone, Debug)]
pub(super) struct RoundPlan {
    pub(super) weather: Weather,
    /// By how much clocks differ at most.
    pub(super) skew: Duration,
    pub(super) expires_after: Duration,
    /// Whether records have no owners.
    pub(super) python: bool,
    /// Whether results are encoded before they are recorded.
    pub(super) encodes: bool,
    pub(super) deliveries: Vec<DeliveryPlan>,
}

/// How the network and the store behave.
#[derive(Clone, Debug)]
pub(super) struct Weather {
    /// How many milliseconds a request or its answer takes at most.
    pub(super) latency_ms: u64,
    /// How many calls in a hundred go wrong.
    pub(super) faults: u8,
    /// When nothing is answered, since the beginning of the round.
    pub(super) outage: Option<Range<Duration>>,
    /// Whether requests are refused in an outage, instead of getting no answer.
    pub(super) refuses: bool,
    /// The only call that goes wrong, and whether its request arrives: its connection is silent.
    pub(super) silent: Option<(usize, bool)>,
}

/// One delivery, in an environment that serves nothing else.
#[derive(Clone, Debug)]
pub(super) struct DeliveryPlan {
    pub(super) starts: Duration,
    pub(super) ahead: Duration,
    pub(super) platform: Platform,
    /// How long the invocation has been running when the operation is called.
    pub(super) before_call: Duration,
    pub(super) on_in_progress: OnInProgress,
    pub(super) on_record_failure: OnRecordFailure,
    pub(super) stop_at_lease_end: Option<bool>,
    pub(super) heartbeat: Option<Duration>,
    pub(super) course: Course,
    /// Whether it completes its record together with writes, before it succeeds or fails.
    pub(super) transacts: bool,
    pub(super) duration: Duration,
    /// How far into the operation its lease is extended, and for how long.
    pub(super) extends: Option<(Duration, Duration)>,
    /// When the environment dies, after the call began.
    pub(super) crash: Option<Duration>,
    /// When the environment stands still after the call began, and for how long.
    pub(super) freeze: Option<(Duration, Duration)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Platform {
    /// The environment ends at the deadline.
    Lambda { timeout: Duration },
    /// The environment goes on, and operations stop at the end of their lease.
    ManagedInstances { timeout: Duration },
    /// There is no deadline.
    Elsewhere { default_lease: Duration },
}

/// How an operation ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Course {
    Succeeds,
    Fails,
    Panics,
}

impl Platform {
    pub(super) fn timeout(self) -> Option<Duration> {
        match self {
            Self::Lambda { timeout } | Self::ManagedInstances { timeout } => Some(timeout),
            Self::Elsewhere { .. } => None,
        }
    }
}

impl RoundPlan {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let mut round = match rng.u8(0..10) {
            0..2 => Self::silent_connection(rng),
            2 => Self { weather: Weather::fair(rng), ..Self::any(rng) },
            _ => Self::any(rng),
        };
        round.deliveries.push(DeliveryPlan::last());
        round
    }

    fn any(rng: &mut Rng) -> Self {
        let skew = ms(one_of(rng, [0, 0, 0, 30, 2000]));
        let expires_after = ms(one_of(rng, [3_600_000, 3_600_000, 3_600_000, 2000, 0]));
        let (python, encodes) = (rng.u8(0..8) == 0, rng.u8(0..4) == 0);
        let weather = Weather::any(rng);
        let count = rng.usize(1..=6);
        let spread_ms = one_of(rng, [5, 200, 4000, 60_000, 1_500_000]);
        let deliveries = (0..count).map(|_| DeliveryPlan::any(rng, skew, spread_ms)).collect();
        Self { weather, skew, expires_after, python, encodes, deliveries }
    }

    /// One delivery, of whose calls one gets no answer.
    fn silent_connection(rng: &mut Rng) -> Self {
        let silent = Some((rng.usize(0..3), rng.bool()));
        let weather = Weather { silent, ..Weather::fair(rng) };
        let timeout = ms(one_of(rng, [1000, 3000, 3000, 30_000, 900_000]));
        let platform = match rng.u8(0..3) {
            0 => Platform::ManagedInstances { timeout },
            1 => Platform::Elsewhere { default_lease: timeout },
            _ => Platform::Lambda { timeout },
        };
        let delivery = DeliveryPlan {
            platform,
            before_call: Duration::ZERO,
            on_record_failure: OnRecordFailure::Fail,
            course: one_of(rng, [Course::Succeeds, Course::Succeeds, Course::Fails]),
            duration: timeout.min(ms(30_000)) * rng.u32(0..25) / 100,
            extends: None,
            crash: None,
            freeze: None,
            ..DeliveryPlan::any(rng, Duration::ZERO, 5)
        };
        Self { weather, python: false, deliveries: vec![delivery], ..Self::any(rng) }
    }

    /// Tells whether nothing can go wrong with the store.
    pub(super) fn is_fair(&self) -> bool {
        let Weather { faults, outage, silent, .. } = &self.weather;
        *faults == 0 && outage.is_none() && silent.is_none()
    }
}

impl Weather {
    fn fair(rng: &mut Rng) -> Self {
        let latency_ms = one_of(rng, [1, 5, 20]);
        Self { latency_ms, faults: 0, outage: None, refuses: false, silent: None }
    }

    fn any(rng: &mut Rng) -> Self {
        let outage = (rng.u8(0..5) == 0).then(|| {
            let start = ms(rng.u64(0..5000));
            start..start + ms(one_of(rng, [300, 2000, 20_000, 60_000]))
        });
        let faults = one_of(rng, [0, 2, 10, 30, 60]);
        Self { faults, outage, refuses: rng.bool(), ..Self::fair(rng) }
    }
}

impl DeliveryPlan {
    /// The delivery after all others, which has all that it needs.
    fn last() -> Self {
        Self {
            starts: Duration::ZERO,
            ahead: Duration::ZERO,
            platform: Platform::Lambda { timeout: ms(30_000) },
            before_call: Duration::ZERO,
            on_in_progress: OnInProgress::Refuse,
            on_record_failure: OnRecordFailure::Fail,
            stop_at_lease_end: None,
            heartbeat: None,
            course: Course::Succeeds,
            transacts: false,
            duration: Duration::ZERO,
            extends: None,
            crash: None,
            freeze: None,
        }
    }

    fn any(rng: &mut Rng, skew: Duration, spread_ms: u64) -> Self {
        let timeout = ms(one_of(rng, [1000, 3000, 3000, 3000, 12_000, 30_000, 900_000]));
        let platform = match rng.u8(0..7) {
            0..2 => Platform::ManagedInstances { timeout },
            2 => Platform::Elsewhere { default_lease: ms(one_of(rng, [1000, 10_000, 300_000])) },
            _ => Platform::Lambda { timeout },
        };
        let period = platform.timeout().unwrap_or(ms(1000));
        let share = |rng: &mut Rng, percent: u32| period * rng.u32(0..=percent) / 100;
        let before_call = match rng.u8(0..6) {
            0 => share(rng, 120),
            1 => period.saturating_sub(ms(rng.u64(0..1000))),
            _ => Duration::ZERO,
        };
        let duration = match rng.u8(0..6) {
            0 => share(rng, 150),
            1 => share(rng, 50),
            2 => period.saturating_sub(ms(rng.u64(0..1000))),
            _ => ms(rng.u64(0..50)),
        };
        let wait = OnInProgress::Wait(ms(one_of(rng, [500, 10_000, 10_000, 120_000])));
        let any_extension = |rng: &mut Rng| (share(rng, 60), share(rng, 300));
        let extends = (rng.u8(0..6) == 0).then(|| any_extension(rng));
        Self {
            starts: ms(rng.u64(0..spread_ms)),
            ahead: skew * rng.u32(0..=100) / 100,
            platform,
            before_call,
            on_in_progress: one_of(rng, [OnInProgress::Refuse, wait]),
            on_record_failure: one_of(
                rng,
                [OnRecordFailure::Fail, OnRecordFailure::Fail, OnRecordFailure::ReturnResult],
            ),
            stop_at_lease_end: one_of(rng, [None, None, None, Some(true), Some(false)]),
            heartbeat: (rng.u8(0..6) == 0).then(|| ms(one_of(rng, [1000, 5000, 60_000]))),
            course: one_of(
                rng,
                [
                    Course::Succeeds,
                    Course::Succeeds,
                    Course::Succeeds,
                    Course::Fails,
                    Course::Panics,
                ],
            ),
            transacts: rng.u8(0..4) == 0,
            duration,
            extends,
            crash: (rng.u8(0..10) == 0).then(|| share(rng, 100)),
            freeze: match rng.u8(0..16) {
                0 => Some((share(rng, 50), share(rng, 200))),
                // Until shortly before the deadline, perhaps while it claims.
                1 => Some((ms(rng.u64(0..30)), period.saturating_sub(ms(rng.u64(0..400))))),
                _ => None,
            },
        }
    }
}

pub(super) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn one_of<T: Copy, const N: usize>(rng: &mut Rng, choices: [T; N]) -> T {
    choices[rng.usize(0..N)]
}
