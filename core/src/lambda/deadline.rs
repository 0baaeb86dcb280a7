use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use super::layer::Settings;
use crate::{Invocation, Watch};

/// The watch over an invocation's deadline, which hangs in the invocation so that its handler can move it.
///
/// The watch holds the invocation in turn, until it has told or is called off.
pub(super) struct Deadline {
    settings: Arc<Settings>,
    watch: Mutex<Option<Watch>>,
    told: AtomicBool,
}

impl Deadline {
    /// Has the observers told before the deadline, if there are observers and a deadline.
    pub(super) fn watch(settings: &Arc<Settings>, invocation: &Invocation, now: SystemTime) {
        if settings.observers.is_empty() || invocation.deadline().is_none() {
            return;
        }
        let deadline = invocation.extension_or_init(|| Self {
            settings: settings.clone(),
            watch: Mutex::default(),
            told: AtomicBool::new(false),
        });
        deadline.arm(invocation, now, settings.margin);
    }

    /// Calls off what is not told yet.
    pub(super) fn call_off(invocation: &Invocation) {
        if let Some(deadline) = invocation.extension::<Self>() {
            deadline.told.store(true, Ordering::Relaxed);
            deadline.replace(None);
        }
    }

    fn arm(&self, invocation: &Invocation, now: SystemTime, margin: Duration) {
        let Some(remaining) = invocation.remaining(now) else {
            return;
        };
        let delay = remaining.saturating_sub(margin);
        let invocation = invocation.clone();
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        self.replace(Some(self.settings.watchdog.after(delay, move || {
            tracing::dispatcher::with_default(&dispatch, || tell(&invocation));
        })));
    }

    fn replace(&self, watch: Option<Watch>) {
        let before = {
            let mut own = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *own, watch)
        };
        // After the lock: it may hold the last clone of an invocation.
        drop(before);
    }
}

/// Tells the observers, once.
fn tell(invocation: &Invocation) {
    let Some(deadline) = invocation.extension::<Deadline>() else {
        return;
    };
    if deadline.told.swap(true, Ordering::Relaxed) {
        return;
    }
    invocation.in_scope(|| {
        for observer in &deadline.settings.observers {
            observer.deadline_near(invocation);
        }
    });
}

impl Invocation {
    /// Sets how long before the deadline of this invocation observers are told, in place of the layer's
    /// [margin](super::InvocationLayer::deadline_margin).
    ///
    /// Nothing happens where no deadline is watched, or when they have been told.
    pub fn set_deadline_margin(&self, margin: Duration) {
        if let Some(deadline) = self.extension::<Deadline>()
            && !deadline.told.load(Ordering::Relaxed)
        {
            deadline.arm(self, deadline.settings.clock.now(), margin);
        }
    }
}
