use powertools_core::{INVOCATION_TARGET, PANIC_TARGET};
use tracing::{Metadata, level_filters::LevelFilter};

use crate::{
    Levels,
    targets::{ERROR_TARGET, HANDLER_TARGET, KEYS_TARGET},
};

/// What is shown, and what else some invocations may want.
#[derive(Clone, Debug)]
pub(crate) struct Verbosity {
    /// What every invocation shows.
    shown: Levels,
    /// What a sampled invocation shows.
    sampled: Option<Levels>,
    /// What an invocation keeps back.
    captured: Option<Levels>,
    off: bool,
}

impl Verbosity {
    pub(crate) fn new(shown: Levels, sampled: Option<Levels>, captured: Option<Levels>) -> Self {
        let off = shown.most_verbose() == LevelFilter::OFF;
        Self { shown, sampled, captured, off }
    }

    /// Tells whether this is shown in every invocation.
    ///
    /// Directives for targets don't reach the logger's own spans, which carry what lines need, nor its
    /// reports of failures, which stand in for those of others.
    pub(crate) fn shows(&self, metadata: &Metadata<'_>) -> bool {
        match metadata.target() {
            INVOCATION_TARGET | KEYS_TARGET => true,
            PANIC_TARGET | HANDLER_TARGET | ERROR_TARGET => !self.off,
            target => self.shown.shows(target, metadata.level()),
        }
    }

    pub(crate) fn samples(&self, metadata: &Metadata<'_>) -> bool {
        shows(self.sampled.as_ref(), metadata)
    }

    pub(crate) fn captures(&self, metadata: &Metadata<'_>) -> bool {
        shows(self.captured.as_ref(), metadata)
    }

    /// Tells whether some invocation might want this.
    pub(crate) fn may_want(&self, metadata: &Metadata<'_>) -> bool {
        self.samples(metadata) || self.captures(metadata)
    }

    pub(crate) fn most_verbose(&self) -> LevelFilter {
        let more = [&self.sampled, &self.captured].into_iter().flatten();
        more.map(Levels::most_verbose).fold(self.shown.most_verbose(), Ord::max)
    }
}

fn shows(levels: Option<&Levels>, metadata: &Metadata<'_>) -> bool {
    levels.is_some_and(|levels| levels.shows(metadata.target(), metadata.level()))
}
