use powertools_core::{INVOCATION_TARGET, PANIC_TARGET};
use tracing::{Level, Metadata, level_filters::LevelFilter};

use crate::{
    Levels,
    targets::{ERROR_TARGET, HANDLER_TARGET, KEYS_TARGET},
};

/// Crates whose TRACE lines print what they carry: `lambda_runtime` the event, and the headers of a streamed response;
/// `aws_smithy_*` requests, responses, identities and messages of event streams; `aws_runtime` the values of profiles;
/// `aws_sigv4` what it signs; `reqwest`, with `connection_verbose`, each byte.
///
/// At DEBUG they print names, numbers and settings. `hyper`, `hyper_util`, `h2` and `rustls` never print more.
const PRIVATE: [&str; 7] = [
    "lambda_runtime",
    "aws_smithy_",
    "aws_runtime",
    "aws_config",
    "aws_sdk_",
    "aws_sigv4",
    "reqwest",
];

/// What is shown, and what else some invocations may want.
#[derive(Clone, Debug)]
pub(crate) struct LevelFilters {
    /// What every invocation shows.
    shown: Levels,
    /// What a sampled invocation shows.
    sampled: Option<Levels>,
    /// What an invocation keeps back.
    captured: Option<Levels>,
    off: bool,
    /// Whether what is private stays hidden.
    hides_private: bool,
}

impl LevelFilters {
    pub(crate) fn new(
        shown: Levels,
        sampled: Option<Levels>,
        captured: Option<Levels>,
        hides_private: bool,
    ) -> Self {
        let off = shown.most_verbose() == LevelFilter::OFF;
        Self { shown, sampled, captured, off, hides_private }
    }

    /// Returns a target that stays hidden although the levels would show it.
    pub(crate) fn hidden_target(&self) -> Option<&'static str> {
        let levels = || [Some(&self.shown), self.sampled.as_ref(), self.captured.as_ref()];
        let is_shown = |target: &&str| {
            levels().into_iter().flatten().any(|it| it.shows_any(target, &Level::TRACE))
        };
        PRIVATE.into_iter().find(is_shown).filter(|_| self.hides_private)
    }

    fn hides(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::TRACE
            && self.hides_private
            && PRIVATE.iter().any(|target| metadata.target().starts_with(target))
    }

    /// Tells whether this is shown in every invocation.
    ///
    /// Directives for targets don't reach the logger's own spans, which carry what lines need, nor its
    /// reports of failures, which stand in for those of others.
    pub(crate) fn shows(&self, metadata: &Metadata<'_>) -> bool {
        match metadata.target() {
            INVOCATION_TARGET | KEYS_TARGET => true,
            PANIC_TARGET | HANDLER_TARGET | ERROR_TARGET => !self.off,
            target => self.shown.shows(target, metadata.level()) && !self.hides(metadata),
        }
    }

    pub(crate) fn samples(&self, metadata: &Metadata<'_>) -> bool {
        shows(self.sampled.as_ref(), metadata) && !self.hides(metadata)
    }

    pub(crate) fn captures(&self, metadata: &Metadata<'_>) -> bool {
        shows(self.captured.as_ref(), metadata) && !self.hides(metadata)
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
