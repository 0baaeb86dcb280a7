use tracing::{Metadata, level_filters::LevelFilter};

use crate::Levels;

/// What is shown, and what else some invocations may want.
#[derive(Clone, Debug)]
pub(crate) struct Verbosity {
    /// What every invocation shows.
    shown: Levels,
    /// What a sampled invocation shows.
    sampled: Option<Levels>,
    /// What an invocation keeps back.
    captured: Option<Levels>,
}

impl Verbosity {
    pub(crate) fn new(shown: Levels, sampled: Option<Levels>, captured: Option<Levels>) -> Self {
        Self { shown, sampled, captured }
    }

    pub(crate) fn shows(&self, metadata: &Metadata<'_>) -> bool {
        self.shown.shows(metadata.target(), metadata.level())
    }

    pub(crate) fn samples(&self, metadata: &Metadata<'_>) -> bool {
        self.sampled
            .as_ref()
            .is_some_and(|levels| levels.shows(metadata.target(), metadata.level()))
    }

    pub(crate) fn captures(&self, metadata: &Metadata<'_>) -> bool {
        self.captured
            .as_ref()
            .is_some_and(|levels| levels.shows(metadata.target(), metadata.level()))
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
