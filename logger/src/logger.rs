use std::{fmt, sync::Arc};

use powertools_core::{
    BuilderDefaults, Clock, FieldRules, Invocation, LineSink, PANIC_TARGET, note_panic_shown,
    write_line,
};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    filter::Filtered,
    layer::{Layer, SubscriberExt},
    registry::{LookupSpan, Registry},
};

use crate::{
    buffer::{self, Buffering},
    builder::LoggerBuilder,
    correlation::Search,
    event_log::EventLog,
    format::{Formatter, Object, indent},
    json::{Members, NO_NAMES, Names},
    level_filter::LevelFilters,
    state::LogState,
    subscriber::{LogFilter, LogLayer, Origin, Scratch},
    targets::HANDLER_TARGET,
};

/// Where `lambda_runtime` reports what its handler returned or how it panicked.
const RUNTIME_FAILURES: &str = "lambda_runtime::layers::panic";

/// A configured logger; a clone is cheap and shares everything.
///
/// [`init`](crate::init) makes one from the environment and installs it. Several may live in one
/// process, each with its own sink: all that belongs to an invocation hangs in the invocation.
#[derive(Clone)]
pub struct Logger(Arc<Settings>);

/// What a logger was built with.
pub(crate) struct Settings {
    pub(crate) id: usize,
    pub(crate) service: String,
    /// What follows the timestamp in the line of Powertools: its quote, and the service.
    pub(crate) after_timestamp: Vec<u8>,
    pub(crate) level_filters: LevelFilters,
    pub(crate) sampling_rate: Option<f64>,
    pub(crate) buffering: Option<Buffering>,
    pub(crate) fields: FieldRules,
    pub(crate) formatter: Box<dyn Formatter>,
    pub(crate) reserved: Names,
    pub(crate) persistent: Members,
    pub(crate) logs_event: bool,
    pub(crate) event_log: EventLog,
    pub(crate) correlation_id: Option<Search>,
    pub(crate) dev: bool,
    pub(crate) sink: Arc<dyn LineSink>,
    pub(crate) clock: Arc<dyn Clock>,
    #[cfg(feature = "lambda-runtime")]
    pub(crate) cold_start: powertools_core::ColdStart,
    /// Logs the HTTP status of an invocation's response, if asked for; only builders that ask for it link it.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) log_http_status: Option<fn(&Invocation)>,
}

impl Logger {
    /// Starts to configure a logger; what code leaves open, the environment says.
    pub fn builder() -> LoggerBuilder {
        Self::builder_with(BuilderDefaults::default())
    }

    /// Starts to configure a logger with what it shares with other utilities.
    pub fn builder_with(defaults: BuilderDefaults) -> LoggerBuilder {
        LoggerBuilder::new(defaults)
    }

    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    /// Returns the layer to add to a `tracing_subscriber` registry, with its filter.
    ///
    /// The filter is the layer's own: other layers of the registry see what they always saw.
    pub fn layer<S>(&self) -> Filtered<LogLayer, LogFilter, S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        LogLayer::new(self.clone()).with_filter(LogFilter::new(self.clone()))
    }

    /// Returns a subscriber that does nothing but write this logger's lines.
    pub fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        tracing_subscriber::registry().with(LogLayer::alone(self.clone()))
    }

    /// Returns a subscriber that writes this logger's lines and has another layer, such as a tracer's.
    ///
    /// That layer sees what it would see without the logger.
    pub fn subscriber_with<L>(&self, layer: L) -> impl Subscriber + Send + Sync + use<L>
    where
        L: Layer<Registry> + Send + Sync + 'static,
    {
        let lines = LogLayer::beside(self.clone(), layer.max_level_hint());
        tracing_subscriber::registry().with(layer).with(lines)
    }

    /// Takes the correlation id from an event, and logs the event if that was asked for.
    ///
    /// [`runtime_layer`](Self::runtime_layer) does this as an invocation opens; who opens invocations
    /// by hand calls it inside the scope.
    pub fn receive(&self, invocation: &Invocation, event: &[u8]) {
        if let Some(id) = self.0.correlation_id.as_ref().and_then(|search| search.find_in(event)) {
            LogState::of(invocation).keys().set_correlation_id(Some(id));
        }
        if self.0.logs_event {
            self.0.event_log.log_once(invocation, event);
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }

    pub(crate) fn sampling_rate(&self) -> Option<f64> {
        self.0.sampling_rate
    }

    pub(crate) fn level_filters(&self) -> &LevelFilters {
        &self.0.level_filters
    }

    pub(crate) fn formatter(&self) -> &dyn Formatter {
        &*self.0.formatter
    }

    pub(crate) fn reserved(&self) -> &Names {
        &self.0.reserved
    }

    /// Tells whether this invocation wants what is not shown by default.
    pub(crate) fn wants(&self, invocation: &Invocation, metadata: &Metadata<'_>) -> bool {
        self.0.level_filters.captures(metadata)
            || (self.0.level_filters.samples(metadata) && self.is_sampled(invocation))
    }

    fn is_sampled(&self, invocation: &Invocation) -> bool {
        self.0.sampling_rate.is_some_and(|rate| LogState::of(invocation).sampled(rate))
    }

    /// Tells whether `lambda_runtime` is about to repeat a failure that was logged with its details.
    pub(crate) fn knows_failure(
        &self,
        metadata: &Metadata<'_>,
        invocation: Option<&Invocation>,
    ) -> bool {
        if *metadata.level() != Level::ERROR || metadata.target() != RUNTIME_FAILURES {
            return false;
        }
        let Some(state) = invocation.map(LogState::of) else {
            return false;
        };
        // Of its two reports only that of a panic has a field; a panic that was caught before comes as the other.
        let is_panic = metadata.fields().field("error").is_some();
        state.panic_logged() || (!is_panic && state.error_logged())
    }

    /// Writes or keeps back the line of an event that `scratch` has taken.
    pub(crate) fn log(
        &self,
        origin: &Origin<'_>,
        invocation: Option<&Invocation>,
        scratch: &mut Scratch,
    ) {
        match invocation {
            Some(invocation) => self.take_keys(invocation, LogState::of(invocation), scratch),
            None => scratch.take_section(&self.0.persistent, &self.0.reserved),
        }
        scratch.render(origin, invocation, self.0.clock.now(), self);
        if !self.keep_back(origin.level, invocation, &scratch.line) {
            self.write(&scratch.line);
        }
        if origin.level == Level::ERROR {
            self.note_failure(origin.target, invocation);
        }
    }

    /// Notes that the details of a failure are in a line; see [`Logger::knows_failure`].
    fn note_failure(&self, target: &str, invocation: Option<&Invocation>) {
        match target {
            PANIC_TARGET => {
                if self.0.sink.is_shown() {
                    note_panic_shown();
                }
                invocation.into_iter().for_each(|it| LogState::of(it).note_panic());
            }
            HANDLER_TARGET => invocation.into_iter().for_each(|it| LogState::of(it).note_error()),
            _ => {}
        }
    }

    fn take_keys(&self, invocation: &Invocation, state: &LogState, scratch: &mut Scratch) {
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
        scratch.take_section(&keys.appended, &self.0.reserved);
        scratch.take_section(&self.0.persistent, &self.0.reserved);
        if let Some((_, facts)) = &keys.facts {
            // The formatter knows which names are its own.
            scratch.take_section(facts, &NO_NAMES);
        }
    }

    fn facts(&self, invocation: &Invocation, correlation_id: Option<&str>) -> Members {
        let mut facts = Members::with_room();
        self.0.formatter.invocation(
            invocation,
            correlation_id,
            &mut Object::members(&mut facts, &self.0.fields),
        );
        facts
    }

    /// Tells loggers apart that format differently, also those that are gone.
    pub(crate) fn id(&self) -> usize {
        self.0.id
    }

    /// Keeps the line back if buffering says so; an ERROR line writes what was kept before.
    fn keep_back(&self, level: Level, invocation: Option<&Invocation>, line: &[u8]) -> bool {
        let (Some(buffering), Some(invocation)) = (self.0.buffering, invocation) else {
            return false;
        };
        if level == Level::ERROR {
            if buffering.flush_on_error {
                buffer::flush_of(self, invocation);
            }
            return false;
        }
        // `tracing` orders levels by level_filters: more verbose is greater.
        level >= buffering.level
            && !self.is_sampled(invocation)
            && LogState::of(invocation).buffers().push(self, line, buffering.max_bytes)
    }

    /// Writes a WARN line of the logger itself, at once and past the subscriber that may be calling.
    pub(crate) fn write_note(&self, invocation: &Invocation, message: fmt::Arguments<'_>) {
        let origin = Origin {
            level: Level::WARN,
            target: module_path!(),
            module_path: None,
            line: None,
            location: module_path!().as_bytes().into(),
        };
        Scratch::with(|scratch| {
            scratch.take_message(&message.to_string());
            self.take_keys(invocation, LogState::of(invocation), scratch);
            scratch.render(&origin, Some(invocation), self.0.clock.now(), self);
            self.write(&scratch.line);
        });
    }

    pub(crate) fn write(&self, line: &[u8]) {
        if self.0.dev {
            write_line(&self.0.sink, &indent(line));
        } else {
            write_line(&self.0.sink, line);
        }
    }
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logger").field("service", &self.0.service).finish_non_exhaustive()
    }
}
