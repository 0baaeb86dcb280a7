use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use powertools_core::{
    BuilderDefaults, Clock, Config, Environment, LineSink, Redaction, Warning,
    event::Pointer,
    json::{write_key, write_serialize, write_string},
};
use serde::Serialize;

use super::{
    Buffering, CorrelationId, Settings,
    correlation::Search,
    environment::{Options, ResolvedConfig},
    settings::EventRedaction,
};
use crate::{
    Levels,
    model::{Members, Names, set_visible},
    output::{Formatter, PowertoolsFormatter},
};

/// Tells loggers apart where they keep something for the same invocation or call site.
static NEXT_ID: AtomicUsize = AtomicUsize::new(0);

/// Configures a [`Logger`](crate::Logger).
///
/// What is set here wins over the environment, except that Lambda's own `AWS_LAMBDA_LOG_LEVEL` wins
/// over everything. The variables are listed at the [crate's root](crate#environment).
#[must_use]
pub struct LoggerBuilder {
    defaults: BuilderDefaults,
    options: Options,
    dev: Option<bool>,
    redacted: Vec<String>,
    #[cfg(feature = "lambda-runtime")]
    pub(crate) log_http_status: Option<fn(&powertools_core::Invocation)>,
    correlation_id: Option<Search>,
    formatter: Box<dyn Formatter>,
    /// Names, and values as JSON.
    persistent: Vec<(String, Vec<u8>)>,
}

impl fmt::Debug for LoggerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggerBuilder")
            .field("service", &self.defaults.service)
            .finish_non_exhaustive()
    }
}

impl LoggerBuilder {
    pub(crate) fn new(defaults: BuilderDefaults) -> Self {
        Self {
            defaults,
            options: Options::default(),
            dev: None,
            redacted: Vec::new(),
            #[cfg(feature = "lambda-runtime")]
            log_http_status: None,
            correlation_id: None,
            formatter: Box::new(PowertoolsFormatter),
            persistent: Vec::new(),
        }
    }

    /// Reads `environment` instead of the process's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.defaults.environment = environment;
        self
    }

    /// Sets the service name.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.defaults.service = Some(name.into());
        self
    }

    /// Sets what is shown.
    ///
    /// ```
    /// # use powertools_logger::Logger;
    /// let logger = Logger::builder().levels("info,hyper=warn".parse().unwrap()).build();
    /// ```
    pub fn levels(mut self, levels: Levels) -> Self {
        self.options.levels = Some(levels);
        self
    }

    /// Sets the share of invocations, from 0 to 1, that are logged at DEBUG.
    ///
    /// Targets with their own level keep it, and so do `hyper`, `hyper_util`, `h2`, `rustls`
    /// and AWS's SDK.
    pub fn sampling_rate(mut self, rate: f64) -> Self {
        self.options.sampling_rate = Some(rate);
        self
    }

    /// Keeps lines back until something goes wrong.
    pub fn buffering(mut self, buffering: Buffering) -> Self {
        self.options.buffering = Some(buffering);
        self
    }

    /// Sets whether the incoming event is logged, once and at INFO, under the key `event`.
    ///
    /// Its bytes stay as they came, but for line breaks, what is [redacted](Self::redact), and what readers of JSON
    /// refuse: half of a surrogate pair becomes U+FFFD, a number beyond the range of an `f64` a string with its digits,
    /// a value below 100 levels of brackets a string with its JSON.
    pub fn log_event(mut self, log: bool) -> Self {
        self.options.log_event = Some(log);
        self
    }

    /// Replaces a value of the logged event by `[redacted]`, given by JSON pointer such as `/headers/x-card-number`.
    ///
    /// A pointer to nothing is ignored, `-` stands for every element of an array. Headers are found in any case, in
    /// `headers` and in `multiValueHeaders`; parameters of a query in its other forms as well; and a pointer may lead
    /// on into a string that holds JSON, such as `/body/card`. An event that is not JSON is not shown then.
    ///
    /// What has a [sensitive name](Redaction), such as `authorization`, is redacted without this.
    pub fn redact(mut self, pointer: impl Into<String>) -> Self {
        self.redacted.push(pointer.into());
        self
    }

    /// Sets what is redacted in fields, keys, messages and errors: names such as `password` and the query of URLs, unless
    /// something else is said.
    ///
    /// What is redacted is the value of a field, a key or a member with such a name, and in text, such as a message or
    /// what `Debug` prints, the values after such names. See [`Redaction`] for the names and for what can't be
    /// recognized. [`Redaction::none`] turns it off.
    ///
    /// While it is on, TRACE lines of `lambda_runtime`, `aws_*` and `reqwest` stay hidden, because they print events,
    /// requests and credentials.
    ///
    /// ```
    /// # use powertools_logger::{Logger, Redaction};
    /// let logger = Logger::builder().redaction(Redaction::default().with_names(["iban"])).build();
    /// ```
    pub fn redaction(mut self, redaction: Redaction) -> Self {
        self.defaults.redaction = redaction;
        self
    }

    /// Replaces the values of fields and keys of exactly these names by `[redacted]`; `-`, `_` and case do not matter.
    ///
    /// Their `Debug` is not run. Functions with `#[instrument]` put their arguments into every line: `skip_all` is
    /// better where it can be written, because then the values don't reach other subscribers either.
    ///
    /// ```
    /// # use powertools_logger::Logger;
    /// let logger = Logger::builder().redact_fields(["email", "address"]).build();
    /// ```
    pub fn redact_fields(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.defaults.fields.redact(names);
        self
    }

    /// Leaves out fields and keys of exactly these names; `-`, `_` and case do not matter.
    ///
    /// ```
    /// # use powertools_logger::Logger;
    /// let logger = Logger::builder().without_fields(["event", "self"]).build();
    /// ```
    pub fn without_fields(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.defaults.fields.omit(names);
        self
    }

    /// Takes each invocation's correlation id from its event, from the [first](CorrelationId::first_of) of several
    /// places or as a [function](CorrelationId::from_fn) finds it.
    pub fn correlation_id(mut self, from: CorrelationId) -> Self {
        self.correlation_id = Some(Search::new(from));
        self
    }

    /// Adds a key that every line carries.
    pub fn persistent_key(mut self, key: &str, value: impl Serialize) -> Self {
        let mut json = Vec::new();
        write_serialize(&mut json, &value);
        self.persistent.push((key.to_owned(), json));
        self
    }

    /// Sets the names, the order and the timestamp of the standard members.
    pub fn formatter(mut self, formatter: impl Formatter) -> Self {
        self.formatter = Box::new(formatter);
        self
    }

    /// Sets where lines go; stdout by default.
    pub fn sink(mut self, sink: impl LineSink) -> Self {
        self.defaults.sink = Arc::new(sink);
        self
    }

    /// Sets the clock that timestamps come from.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.defaults.clock = Arc::new(clock);
        self
    }

    /// Sets the cold-start flag; the process's by default.
    #[cfg(feature = "lambda-runtime")]
    pub fn cold_start(mut self, flag: powertools_core::ColdStart) -> Self {
        self.defaults.cold_start = Some(flag);
        self
    }

    /// Sets whether lines are indented for people.
    pub fn dev(mut self, dev: bool) -> Self {
        self.dev = Some(dev);
        self
    }

    /// Resolves the builder and the environment, and returns the warnings about them.
    // Where it is inlined, what lives around it is dropped again for each step that may panic: 2 kB.
    #[inline(never)]
    pub(crate) fn resolve(self) -> (Settings, Vec<Warning>) {
        let config = Config::from_environment(&self.defaults.environment);
        let mut warnings = config.warnings.clone();
        let resolved = ResolvedConfig::new(
            &self.options,
            &self.defaults.environment,
            self.defaults.redaction.is_off(),
            &mut warnings,
        );
        self.check_pointers(&mut warnings);
        let service = self.defaults.service(&config);
        let mut after_timestamp = b"\"".to_vec();
        write_key(&mut after_timestamp, "service");
        write_string(&mut after_timestamp, &service);
        let reserved = Names::new(self.formatter.reserved());
        let fields = self.defaults.field_rules();
        let mut persistent = Members::default();
        for (name, json) in &self.persistent {
            let key = name.as_str().into();
            set_visible(&mut persistent, name, &key, &fields, |out| out.extend_from_slice(json));
        }
        let settings = Settings {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            service,
            after_timestamp,
            level_filters: resolved.level_filters,
            sampling_rate: resolved.sampling_rate,
            buffering: self.options.buffering,
            reserved,
            dev: self.dev.unwrap_or(config.dev),
            #[cfg(feature = "lambda-runtime")]
            cold_start: self.defaults.cold_start(&config),
            #[cfg(feature = "lambda-runtime")]
            log_http_status: self.log_http_status,
            formatter: self.formatter,
            persistent,
            fields,
            correlation_id: self.correlation_id,
            logs_event: resolved.log_event,
            event_redaction: EventRedaction {
                redaction: self.defaults.redaction,
                pointers: self.redacted.iter().map(|pointer| Pointer::new(pointer)).collect(),
            },
            sink: self.defaults.sink,
            clock: self.defaults.clock,
        };
        (settings, warnings)
    }

    fn check_pointers(&self, warnings: &mut Vec<Warning>) {
        let mut check = |setting, pointer: &str, instead| {
            if !Pointer::is_valid(pointer) {
                let remedy = "expected a JSON pointer such as /requestContext/requestId";
                warnings.push(Warning::new(setting, pointer, format!("{remedy}; {instead}")));
            }
        };
        if let Some(search) = &self.correlation_id {
            search.place.each_pointer(&mut |pointer| {
                check("correlation_id", pointer, "finding no id");
            });
        }
        for pointer in &self.redacted {
            check("redact", pointer, "hiding the whole event");
        }
    }
}
