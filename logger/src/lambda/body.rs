use std::fmt;

use powertools_core::{
    Invocation,
    lambda::{BodyWatch, Failure},
};

use super::failure::{FlushOnPanic, log_failure};
use crate::context::flush;

/// Logs what the body of a streaming response fails with.
pub struct Body(Invocation);

impl Body {
    pub(super) fn new(invocation: Invocation) -> Self {
        Self(invocation)
    }
}

impl BodyWatch for Body {
    fn poll<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        let _on_panic = FlushOnPanic(&self.0);
        poll()
    }

    fn failed(&mut self, failure: Failure<'_>) {
        flush(&self.0);
        log_failure(failure, "response stream failed");
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}
