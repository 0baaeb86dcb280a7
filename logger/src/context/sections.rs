use powertools_core::Invocation;

use super::LogState;
use crate::{
    model::{Members, NO_NAMES},
    output::Object,
    pipeline::Pipeline,
    subscriber::Scratch,
};

impl Pipeline {
    pub(crate) fn take_keys(
        &self,
        invocation: &Invocation,
        state: &LogState,
        scratch: &mut Scratch,
    ) {
        let mut keys = state.keys();
        // As often as the correlation id changes meanwhile, but not for ever.
        for _ in 0..3 {
            if keys.facts.as_ref().is_some_and(|(id, _)| *id == self.id()) {
                break;
            }
            let correlation_id = keys.correlation_id.clone();
            // A formatter is the user's code, so the lock is not held while it runs.
            drop(keys);
            let facts = self.facts(invocation, correlation_id.as_deref());
            keys = state.keys();
            if keys.correlation_id == correlation_id {
                keys.facts = Some((self.id(), facts));
            }
        }
        // From the inside outwards, after the fields of the spans: an appended key wins over a persistent one.
        scratch.take_section(&keys.appended, &self.settings().reserved);
        scratch.take_section(&self.settings().persistent, &self.settings().reserved);
        if let Some((_, facts)) = &keys.facts {
            // The formatter knows which names are its own.
            scratch.take_section(facts, &NO_NAMES);
        }
    }

    fn facts(&self, invocation: &Invocation, correlation_id: Option<&str>) -> Members {
        let mut facts = Members::with_room();
        self.settings().formatter.invocation(
            invocation,
            correlation_id,
            &mut Object::members(&mut facts, &self.settings().fields),
        );
        facts
    }
}
