use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use super::layer::Settings;
use crate::{Invocation, WatchGuard};

/// One layer's watch over an invocation's deadline.
///
/// It hangs in the invocation, so that its handler can move it. The watch holds the invocation in turn, until it has
/// told or is called off.
pub(super) struct Deadline {
    settings: Arc<Settings>,
    stage: Mutex<Stage>,
}

enum Stage {
    Open(Option<WatchGuard>),
    /// The observers have been told, or the invocation has ended: nobody is told any more.
    Over,
}

/// The watches of all layers around an invocation: each has observers of its own.
#[derive(Default)]
struct Deadlines(Mutex<Vec<Arc<Deadline>>>);

impl Deadline {
    /// Has the observers told before the deadline, if there are observers and a deadline.
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
        // A margin that leaves no time would have the observers told at once, and nothing written later.
        let margin = if margin < remaining { margin } else { remaining / 2 };
        let delay = remaining - margin;
        let (deadline, invocation) = (self.clone(), invocation.clone());
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let watch = self.settings.watchdog.after(delay, move || {
            tracing::dispatcher::with_default(&dispatch, || deadline.tell(&invocation));
        });
        // What is replaced is dropped after the lock: it may hold the last clone of an invocation.
        let _replaced = self.replace(watch);
    }

    /// Returns the watch that is not needed: the one before, or where all is over this one.
    fn replace(&self, watch: WatchGuard) -> Option<WatchGuard> {
        match &mut *self.lock() {
            Stage::Open(own) => own.replace(watch),
            Stage::Over => Some(watch),
        }
    }

    /// Tells the observers, once.
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

    /// Calls off what is not told yet; returns whether that was so.
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
    /// Sets how long before the deadline of this invocation observers are told, in place of the layer's
    /// [margin](super::InvocationLayer::deadline_margin); one that is longer than what is left counts as half of that.
    ///
    /// Nothing happens where no deadline is watched, or when they have been told.
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
