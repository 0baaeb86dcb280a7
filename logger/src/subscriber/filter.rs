use powertools_core::Invocation;
use tracing::{Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    layer::{Context, Filter},
    registry::LookupSpan,
};

use crate::{context::LogState, pipeline::Pipeline};

/// Lets through what the logger may have to show or to buffer; part of [`Logger::layer`](crate::Logger::layer).
///
/// What no invocation can ever show is cut off at its call site, at the price `tracing` has for that.
#[derive(Clone, Debug)]
pub struct LogFilter(Pipeline);

impl LogFilter {
    pub(crate) fn new(pipeline: Pipeline) -> Self {
        Self(pipeline)
    }
}

impl Pipeline {
    pub(super) fn interest(&self, metadata: &Metadata<'_>) -> Interest {
        let level_filters = &self.settings().level_filters;
        if level_filters.shows(metadata) {
            Interest::always()
        } else if level_filters.may_want(metadata) {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    pub(super) fn lets_through<S>(&self, metadata: &Metadata<'_>, cx: &Context<'_, S>) -> bool
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let level_filters = &self.settings().level_filters;
        if level_filters.shows(metadata) {
            return true;
        }
        // `Invocation::current` would ask the subscriber that is just asking us.
        let current = || {
            let of_span = cx.lookup_current().and_then(|span| Invocation::of_span(&span));
            of_span.or_else(Invocation::in_this_scope)
        };
        level_filters.may_want(metadata)
            && current().is_some_and(|invocation| self.wants(&invocation, metadata))
    }

    pub(super) fn most_verbose(&self) -> LevelFilter {
        // The span that carries the invocation is an ERROR span, even where no line is shown.
        self.settings().level_filters.most_verbose().max(LevelFilter::ERROR)
    }

    /// Tells whether this invocation wants what is not shown by default.
    fn wants(&self, invocation: &Invocation, metadata: &Metadata<'_>) -> bool {
        self.settings().level_filters.captures(metadata)
            || (self.settings().level_filters.samples(metadata) && self.is_sampled(invocation))
    }

    pub(super) fn is_sampled(&self, invocation: &Invocation) -> bool {
        self.settings().sampling_rate.is_some_and(|rate| LogState::of(invocation).sampled(rate))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Filter<S> for LogFilter {
    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.0.interest(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, cx: &Context<'_, S>) -> bool {
        self.0.lets_through(metadata, cx)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.0.most_verbose())
    }
}
