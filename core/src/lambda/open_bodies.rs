use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{End, future::Ending};
use crate::Invocation;

/// Counts the streaming bodies of an invocation that are still being sent, and keeps the ends that wait for them.
///
/// The Runtime API usually replies when it has received the whole body, but it may reply earlier, and the body is
/// polled by another task. A waiting end keeps the invocation alive, and the reference cycle ends with the last body.
#[derive(Default)]
struct OpenBodies(Mutex<State>);

#[derive(Default)]
struct State {
    open: usize,
    /// Whether a body was dropped before it ended.
    is_abandoned: bool,
    waiting: Vec<(Ending, End)>,
}

/// Counts one body as open until it ends or is dropped.
pub(super) struct OpenBody {
    /// `None` when the body has ended.
    pub(super) invocation: Option<Invocation>,
}

/// Ends an invocation, at once or when the last body of its response has ended. The caller must have opened the scope.
pub(super) fn end_after_bodies(ending: Ending, end: End) {
    if ending.invocation.extension::<OpenBodies>().is_none() {
        return ending.run(end);
    }
    let invocation = ending.invocation.clone();
    let end = {
        let mut state = OpenBodies::of(&invocation);
        if state.open > 0 {
            return state.waiting.push((ending, end));
        }
        state.end(end)
    };
    ending.run(end);
}

impl OpenBodies {
    fn of(invocation: &Invocation) -> MutexGuard<'_, State> {
        let bodies = invocation.extension_or_init(Self::default);
        bodies.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn end(&self, end: End) -> End {
        if self.is_abandoned { End::Cancelled } else { end }
    }
}

impl OpenBody {
    pub(super) fn new(invocation: &Invocation) -> Self {
        OpenBodies::of(invocation).open += 1;
        Self { invocation: Some(invocation.clone()) }
    }

    /// Notes that the body has ended.
    pub(super) fn end(&mut self) {
        self.close(false);
    }

    fn close(&mut self, is_abandoned: bool) {
        let Some(invocation) = self.invocation.take() else {
            return;
        };
        let waiting = {
            let mut state = OpenBodies::of(&invocation);
            state.open -= 1;
            state.is_abandoned |= is_abandoned;
            if state.open > 0 {
                return;
            }
            let waiting = std::mem::take(&mut state.waiting).into_iter();
            waiting.map(|(ending, end)| (ending, state.end(end))).collect::<Vec<_>>()
        };
        for (ending, end) in waiting {
            invocation.in_scope(|| ending.run(end));
        }
    }
}

impl Drop for OpenBody {
    fn drop(&mut self) {
        self.close(true);
    }
}
