use std::fmt;

use powertools_core::lambda::{BodyWatch, Failure};

use super::{close::Close, handler_span::HandlerSpan};

/// The handler's span while the body of its response is sent: it ends with the body.
pub struct Body {
    // Ended before `close` exports the spans.
    span: HandlerSpan,
    /// Exports the spans, unless an outer layer does.
    _close: Option<Close>,
}

impl Body {
    pub(super) fn new(span: HandlerSpan, close: Option<Close>) -> Self {
        Self { span, _close: close }
    }
}

impl BodyWatch for Body {
    fn poll<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        self.span.enter(poll)
    }

    fn failed(&mut self, failure: Failure<'_>) {
        self.span.fail(failure);
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}
