use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use super::layer::Settings;
use crate::{Invocation, WatchGuard};

/// Watches the deadline of an invocation for one layer.
///
/// The invocation holds the deadline, so that the handler can move it. The watch holds the invocation in turn, until
/// the observers have been notified or the watch is cancelled.
pub(super) struct Deadline {
    settings: Arc<Settings>,
    stage: Mutex<Stage>,
}

enum Stage {
    Open(Option<WatchGuard>),
    /// The observers have been notified, or the invocation has ended; no observer is notified any more.
    Over,
}

/// The deadlines of all layers around an invocation, each of which has its own observers.
#[derive(Default)]
struct Deadlines(Mutex<Vec<Arc<Deadline>>>);

impl Deadline {
    /// Schedules the notification of the observers, if there are observers and a deadline.
    pub(super) fn watch(
        settings: &Arc<Settings>,
        invocation: &Invocation,
        now: SystemTime,
    ) -> Option<Arc<Self>> {
        if settings.observers.is_empty() || invocation.deadline().is_none() {
            return None;
        }
        let stage = Mutex::new(Stage::Open(None));
        let deadline = Arc::new(Self { settings: settings.clone(), stage });
        invocation.extension_or_init(Deadlines::default).lock().push(deadline.clone());
        deadline.arm(invocation, now, settings.margin);
        Some(deadline)
    }

    fn arm(self: &Arc<Self>, invocation: &Invocation, now: SystemTime, margin: Duration) {
        let Some(remaining) = invocation.remaining(now) else {
            return;
        };
        // A margin of all the time left would notify the observers at once, and later output would not be flushed.
        let margin = if margin < remaining { margin } else { remaining / 2 };
        let delay = remaining - margin;
        let (deadline, invocation) = (self.clone(), invocation.clone());
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let watch = self.settings.watchdog.after(delay, move || {
            tracing::dispatcher::with_default(&dispatch, || deadline.tell(&invocation));
        });
        // The replaced watch must be dropped after the lock is released, because it may hold the last clone of an
        // invocation.
        let _replaced = self.replace(watch);
    }

    /// Stores the watch, and returns the one that is no longer needed: the previous one, or this one if it is too late.
    fn replace(&self, watch: WatchGuard) -> Option<WatchGuard> {
        match &mut *self.lock() {
            Stage::Open(own) => own.replace(watch),
            Stage::Over => Some(watch),
        }
    }

    /// Notifies the observers, unless that has been done.
    fn tell(&self, invocation: &Invocation) {
        if !self.call_off() {
            return;
        }
        invocation.in_scope(|| {
            for observer in &self.settings.observers {
                observer.deadline_near(invocation);
            }
        });
    }

    /// Cancels the notification; returns `false` if it was too late.
    pub(super) fn call_off(&self) -> bool {
        let before = mem::replace(&mut *self.lock(), Stage::Over);
        matches!(before, Stage::Open(_))
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deadlines {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Deadline>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Invocation {
    /// Sets how long before the deadline of this invocation observers are notified, in place of the layer's
    /// [margin](super::InvocationLayer::deadline_margin). If this is longer than the time that is left, half of that
    /// time is used.
    ///
    /// This has no effect if no deadline is watched, or if the observers have already been notified.
    pub fn set_deadline_margin(&self, margin: Duration) {
        let Some(deadlines) = self.extension::<Deadlines>() else {
            return;
        };
        let deadlines = deadlines.lock().clone();
        for deadline in deadlines {
            deadline.arm(self, deadline.settings.clock.now(), margin);
        }
    }
}

#[cfg(test)]
mod tests;
