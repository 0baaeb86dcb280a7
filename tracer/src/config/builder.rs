use std::{fmt, sync::Arc};

use powertools_core::{BuilderDefaults, Clock, Config, Environment, Levels, Redaction, Warning};
use serde_json::Value;

use super::{
    CapturedPart, Redact, Settings,
    environment::{Options, ResolvedConfig},
};
use crate::{
    model::namespace,
    output::{Exporter, exporter_from},
};

/// How many spans of one invocation are traced unless something else is said.
const MOST_SPANS: usize = 1000;

/// Configures a [`Tracer`](crate::Tracer). What is set here wins over the environment, whose variables are listed at the
/// [crate's root](crate#environment).
#[must_use]
pub struct TracerBuilder {
    defaults: BuilderDefaults,
    options: Options,
    annotated: Vec<String>,
    max_spans: usize,
    redact: Option<Box<dyn Redact>>,
    handler_name: String,
    exporter: Option<Box<dyn Exporter>>,
}

impl TracerBuilder {
    pub(crate) fn new(defaults: BuilderDefaults) -> Self {
        Self {
            defaults,
            options: Options::default(),
            annotated: Vec::new(),
            max_spans: MOST_SPANS,
            redact: None,
            handler_name: "handler".to_owned(),
            exporter: None,
        }
    }

    /// Reads `environment` instead of the process's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.defaults.environment = environment;
        self
    }

    /// Sets the service: an annotation of the handler's span, and the namespace of metadata.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.defaults.service = Some(name.into());
        self
    }

    /// Sets which spans are traced, whatever the log shows: by default those at INFO and above. ERROR events of
    /// what is left out make no span a fault.
    ///
    /// Those of the runtime and of what carries requests are left out unless they are named.
    ///
    /// ```
    /// # use powertools_tracer::Tracer;
    /// let tracer = Tracer::builder().levels("info,my_crate::cache=off".parse().unwrap()).build();
    /// ```
    pub fn levels(mut self, levels: Levels) -> Self {
        self.options.levels = Some(levels);
        self
    }

    /// Makes annotations, by which X-Ray searches, of the span fields of these names; other fields are
    /// metadata.
    pub fn annotate_fields<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.annotated.extend(names.into_iter().map(Into::into));
        self
    }

    /// Sets how many spans of one invocation are traced; 1,000 by default. Further ones are counted, and
    /// the count is logged and told in the trace.
    pub fn max_spans(mut self, most: usize) -> Self {
        self.max_spans = most;
        self
    }

    /// Sets whether nothing is traced.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.options.disabled = Some(disabled);
        self
    }

    /// Sets whether responses are kept as metadata, up to 16 KiB of JSON: the handler's, and those of `#[traced]`.
    ///
    /// By default they are, except where the event is about a user's identity, because the response is then as
    /// well: triggers of Cognito, authorizers of API Gateway, AppSync and IoT Core, identity providers of Transfer
    /// Family. `true` keeps those too, as [`capture_response`](crate::capture_response) in the handler does; the
    /// environment's `POWERTOOLS_TRACER_CAPTURE_RESPONSE`, which is often set for many functions together, does not.
    ///
    /// The runtime layer recognizes such events. Without it, nothing is known of the event.
    ///
    /// Values of sensitive names, URLs' queries and JSON in texts are redacted, as
    /// [`Redaction`](powertools_core::Redaction) says.
    pub fn capture_response(mut self, capture: bool) -> Self {
        self.options.capture_response = Some(capture);
        self
    }

    /// Sets whether the texts of errors are kept, those that handlers and calls return and those that events log;
    /// without, a trace only tells their types. A field that is text already, such as `error = %error`, is no error.
    pub fn capture_error(mut self, capture: bool) -> Self {
        self.options.capture_error = Some(capture);
        self
    }

    /// Sets what is redacted in fields, annotations, metadata, responses and errors: names such as `password` and the
    /// query of URLs, unless something else is said.
    ///
    /// What is redacted is the value of a field, an annotation or a member with such a name, and in text, such as an
    /// error's message or what `Debug` prints, the values after such names. See [`Redaction`] for the names and for
    /// what can't be recognized. [`Redaction::none`] turns it off.
    ///
    /// ```
    /// # use powertools_tracer::{Redaction, Tracer};
    /// let tracer = Tracer::builder().redaction(Redaction::default().with_names(["iban"])).build();
    /// ```
    pub fn redaction(mut self, redaction: Redaction) -> Self {
        self.defaults.redaction = redaction;
        self
    }

    /// Replaces the values of fields, annotations and metadata of exactly these names by `[redacted]`; `-`, `_` and
    /// case do not matter.
    ///
    /// Their `Debug` is not run. Functions with `#[instrument]` record their arguments: `skip_all` is better where it
    /// can be written, because then the values don't reach other subscribers either.
    ///
    /// ```
    /// # use powertools_tracer::Tracer;
    /// let tracer = Tracer::builder().redact_fields(["email", "address"]).build();
    /// ```
    pub fn redact_fields(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.defaults.fields.redact(names);
        self
    }

    /// Leaves out fields, annotations and metadata of exactly these names; `-`, `_` and case do not matter.
    ///
    /// ```
    /// # use powertools_tracer::Tracer;
    /// let tracer = Tracer::builder().without_fields(["event", "self"]).build();
    /// ```
    pub fn without_fields(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.defaults.fields.omit(names);
        self
    }

    /// Has `redact` change what is captured of responses and errors before it is kept.
    ///
    /// ```
    /// # use powertools_tracer::{CapturedPart, Tracer};
    /// let tracer = Tracer::builder().redact(|what, value| {
    ///     if let (CapturedPart::Response, Some(card)) = (what, value.get_mut("card")) {
    ///         *card = "[redacted]".into();
    ///     }
    /// });
    /// ```
    pub fn redact(
        mut self,
        redact: impl Fn(CapturedPart, &mut Value) + Send + Sync + 'static,
    ) -> Self {
        self.redact = Some(Box::new(redact));
        self
    }

    /// Sets the name of the handler's span, `handler` by default; X-Ray shows `## handler`.
    pub fn handler_name(mut self, name: impl Into<String>) -> Self {
        self.handler_name = name.into();
        self
    }

    /// Sets the exporter; by default the one that `POWERTOOLS_TRACER_EXPORTER` names, or X-Ray.
    pub fn exporter(mut self, exporter: impl Exporter) -> Self {
        self.exporter = Some(Box::new(exporter));
        self
    }

    /// Sets the clock that times come from.
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

    /// Resolves the builder and the environment, and returns the warnings about them.
    // Where it is inlined, what lives around it is dropped again for each step that may panic: 2 kB.
    #[inline(never)]
    pub(crate) fn resolve(mut self) -> (Settings, Vec<Warning>) {
        let environment = &self.defaults.environment;
        let config = Config::from_environment(environment);
        let mut warnings = config.warnings.clone();
        let resolved = ResolvedConfig::new(&self.options, environment, &mut warnings);
        let exporter = self.exporter.take();
        let exporter =
            exporter.unwrap_or_else(|| exporter_from(&self.defaults.environment, &mut warnings));
        let service = self.defaults.service(&config);
        exporter.prepare(&service);
        let settings = Settings {
            namespace: namespace::accepted(&service).into_owned(),
            service,
            levels: resolved.levels,
            max_spans: self.max_spans,
            disabled: resolved.disabled,
            capture_response: resolved.capture_response,
            #[cfg(feature = "lambda-runtime")]
            captures_identities: self.options.capture_response == Some(true),
            capture_error: resolved.capture_error,
            #[cfg(feature = "otel")]
            attaches_contexts: !resolved.disabled && exporter.attaches_contexts(),
            exporter,
            #[cfg(feature = "lambda-runtime")]
            cold_start: self.defaults.cold_start(&config),
            annotated: self.annotated,
            redact: self.redact,
            fields: self.defaults.field_rules(),
            handler_name: self.handler_name,
            clock: self.defaults.clock,
        };
        (settings, warnings)
    }
}

impl fmt::Debug for TracerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracerBuilder")
            .field("service", &self.defaults.service)
            .finish_non_exhaustive()
    }
}
