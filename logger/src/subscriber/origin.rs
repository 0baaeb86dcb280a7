use std::borrow::Cow;

use tracing::{Event, Level, Metadata};

use super::callsite::{Callsite, is_log_bridge, write_location};

/// Where an event comes from.
pub(crate) struct Origin<'a> {
    pub(crate) level: Level,
    pub(crate) target: &'a str,
    pub(crate) module_path: Option<&'a str>,
    pub(crate) line: Option<u32>,
    /// The call site in the code, as the inside of a JSON string.
    pub(crate) location: Cow<'a, [u8]>,
}

impl<'a> Origin<'a> {
    #[inline]
    pub(super) fn of(event: &'a Event<'a>, callsite: &'a Callsite) -> Self {
        if is_log_bridge(event.metadata()) {
            return Self::of_log_record(event);
        }
        Self::new(event.metadata(), Cow::Borrowed(&callsite.location))
    }

    /// All records of the `log` crate share a call site and bring their origin with them.
    #[cold]
    fn of_log_record(event: &'a Event<'a>) -> Self {
        #[cfg(feature = "log")]
        if let Some(own) = tracing_log::NormalizeEvent::normalized_metadata(event) {
            return Self::located(&own);
        }
        Self::located(event.metadata())
    }

    fn located(metadata: &Metadata<'a>) -> Self {
        let mut location = Vec::new();
        write_location(&mut location, metadata);
        Self::new(metadata, Cow::Owned(location))
    }

    #[inline]
    fn new(metadata: &Metadata<'a>, location: Cow<'a, [u8]>) -> Self {
        Self {
            level: *metadata.level(),
            target: metadata.target(),
            module_path: metadata.module_path(),
            line: metadata.line(),
            location,
        }
    }
}
