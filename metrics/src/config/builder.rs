use std::{fmt, sync::Arc};

use powertools_core::{
    BuilderDefaults, Clock, Config, Environment, LineSink, LogFormat, Redaction, Warning,
};

use super::Settings;
use crate::{
    MetricError,
    model::{DimensionSet, Name, Namespace},
};

const NAMESPACE: &str = "POWERTOOLS_METRICS_NAMESPACE";
const LAMBDA_LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";

/// Configures [`Metrics`](crate::Metrics). What is set here wins over the environment.
#[must_use]
pub struct MetricsBuilder {
    defaults: BuilderDefaults,
    namespace: Option<Namespace>,
    function_name: Option<String>,
    dimensions: DimensionSet,
    refused: Vec<Warning>,
    cold_start: bool,
    raise_on_empty: bool,
    disabled: Option<bool>,
    lambda_log_fields: bool,
    #[cfg(feature = "lambda-runtime")]
    pub(crate) record_http_status: Option<fn(&powertools_core::Invocation)>,
}

impl MetricsBuilder {
    pub(crate) fn new(defaults: BuilderDefaults) -> Self {
        Self {
            defaults,
            namespace: None,
            function_name: None,
            dimensions: DimensionSet::default(),
            refused: Vec::new(),
            cold_start: false,
            raise_on_empty: false,
            disabled: None,
            lambda_log_fields: false,
            #[cfg(feature = "lambda-runtime")]
            record_http_status: None,
        }
    }

    /// Reads `environment` instead of the process's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.defaults.environment = environment;
        self
    }

    /// Sets the namespace.
    pub fn namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// Sets the service, a dimension of every metric.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.defaults.service = Some(name.into());
        self
    }

    /// Sets the function's name in the cold-start metric.
    pub fn function_name(mut self, name: impl Into<String>) -> Self {
        self.function_name = Some(name.into());
        self
    }

    /// Adds dimensions that every metric has; `service` sets the service.
    ///
    /// One that CloudWatch does not accept is left out, and a warning says so. This is for where no error can be
    /// returned, as in the facade's builder:
    ///
    /// ```
    /// # fn facade(metrics: powertools_metrics::MetricsBuilder) -> powertools_metrics::MetricsBuilder {
    /// metrics.default_dimensions([("stage", "prod"), ("region", "eu-west-1")])
    /// # }
    /// ```
    pub fn default_dimensions<N: AsRef<str>, V: AsRef<str>>(
        mut self,
        dimensions: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in dimensions {
            let (name, value) = (name.as_ref(), value.as_ref());
            if let Err(error) = self.add_dimension(name, value) {
                let what = format!("{name}={value}");
                let remedy = format!("{error}; leaving it out");
                self.refused.push(Warning::new("default_dimensions", what, remedy));
            }
        }
        self
    }

    /// Adds a dimension that every metric has, if CloudWatch accepts it; `service` sets the service.
    ///
    /// # Errors
    ///
    /// [`MetricError::Name`] and [`MetricError::DimensionValue`] if CloudWatch does not accept the name or
    /// the value, [`MetricError::TooManyDimensions`] beyond 29, `service` being the thirtieth.
    pub fn default_dimension(
        mut self,
        name: &str,
        value: impl AsRef<str>,
    ) -> Result<Self, MetricError> {
        self.add_dimension(name, value.as_ref())?;
        Ok(self)
    }

    fn add_dimension(&mut self, name: &str, value: &str) -> Result<(), MetricError> {
        if name == "service" {
            self.defaults.service = Some(value.to_owned());
            return Ok(());
        }
        self.dimensions.set(Name::Borrowed(name), value)?;
        let room = self.dimensions.leave_room_for_service(name);
        if room.is_err() {
            self.dimensions.remove(name);
        }
        room
    }

    /// Has the first invocation of an environment that was initialised on demand give a `ColdStart` metric.
    pub fn cold_start_metric(mut self, write: bool) -> Self {
        self.cold_start = write;
        self
    }

    /// Makes it an error to flush when nothing was recorded; at the end of an invocation, a warning.
    pub fn raise_on_empty(mut self, raise: bool) -> Self {
        self.raise_on_empty = raise;
        self
    }

    /// Sets whether nothing is kept and nothing is written.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = Some(disabled);
        self
    }

    /// Adds `level` and `timestamp` to documents, so that Lambda's filter lets them through.
    ///
    /// Needed with the JSON log format and an application log level of WARN or above, where Lambda takes
    /// a line without a level for INFO. Metrics, dimensions and metadata can't have these names then.
    pub fn lambda_log_fields(mut self, add: bool) -> Self {
        self.lambda_log_fields = add;
        self
    }

    /// Sets where documents go; stdout by default.
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

    /// Sets what is redacted in metadata: the values of names such as `password` and the query of URLs, unless something
    /// else is said. Metrics and dimensions stay as they are.
    pub fn redaction(mut self, redaction: Redaction) -> Self {
        self.defaults.redaction = redaction;
        self
    }

    /// Resolves the builder and the environment, and returns the warnings about them.
    // Where it is inlined, what lives around it is dropped again for each step that may panic: 2 kB.
    #[inline(never)]
    pub(crate) fn resolve(mut self) -> (Settings, Vec<Warning>) {
        let config = Config::from_environment(&self.defaults.environment);
        let mut warnings = config.warnings.clone();
        warnings.append(&mut self.refused);
        let disabled = self.is_disabled(&config, &mut warnings);
        let mut pending = Vec::new();
        let namespace = self.namespace_or_default(&mut warnings, &mut pending);
        let lambda_level = self.lambda_level(&config, &mut pending);
        let service = self.defaults.service(&config);
        if lambda_level.is_some() {
            self.leave_out_lambda_members(&mut warnings);
        }
        let mut dimensions = DimensionSet::default();
        if let Err(error) = dimensions.set(Name::Static("service"), &service) {
            warnings.push(Warning::new("service", &service, format!("{error}; leaving it out")));
        }
        dimensions.extend_from(&self.dimensions);
        let function_name = self.function_name.take();
        let settings = Settings {
            namespace,
            dimensions,
            service,
            function_name: function_name
                .or_else(|| self.defaults.environment.text("POWERTOOLS_METRICS_FUNCTION_NAME")),
            cold_start: self.cold_start,
            raise_on_empty: self.raise_on_empty,
            disabled,
            lambda_level,
            pending_warnings: pending,
            #[cfg(feature = "lambda-runtime")]
            cold_start_flag: self.defaults.cold_start(&config),
            #[cfg(feature = "lambda-runtime")]
            record_http_status: self.record_http_status,
            default_dimensions: self.dimensions,
            fields: self.defaults.field_rules(),
            sink: self.defaults.sink,
            clock: self.defaults.clock,
        };
        (settings, warnings)
    }

    /// Leaves out default dimensions with the names that Lambda's members have.
    fn leave_out_lambda_members(&mut self, warnings: &mut Vec<Warning>) {
        for name in ["level", "timestamp"] {
            if let Some(value) = self.dimensions.get(name) {
                let remedy = format!(
                    "no dimension can be named {name} with `lambda_log_fields`; leaving it out"
                );
                warnings.push(Warning::new("default_dimension", value, remedy));
                self.dimensions.remove(name);
            }
        }
    }

    /// Without a namespace CloudWatch would refuse everything; as in Powertools for TypeScript there is one.
    fn namespace_or_default(
        &self,
        warnings: &mut Vec<Warning>,
        pending: &mut Vec<Warning>,
    ) -> Namespace {
        const DEFAULT: Namespace = Namespace::new("default_namespace");
        if let Some(namespace) = &self.namespace {
            return namespace.clone();
        }
        let Some(text) = self.defaults.environment.text(NAMESPACE) else {
            let remedy = format!("metrics go to the namespace {DEFAULT}");
            pending.push(Warning::new(NAMESPACE, "", remedy));
            return DEFAULT;
        };
        Namespace::dynamic(&text).unwrap_or_else(|error| {
            warnings.push(Warning::new(
                NAMESPACE,
                &text,
                format!("{error}; using {DEFAULT} instead"),
            ));
            DEFAULT
        })
    }

    /// `POWERTOOLS_DEV` disables metrics unless they are asked for.
    fn is_disabled(&self, config: &Config, warnings: &mut Vec<Warning>) -> bool {
        let from_environment =
            self.defaults.environment.flag("POWERTOOLS_METRICS_DISABLED", config.dev, warnings);
        self.disabled.unwrap_or(from_environment)
    }

    /// Returns the level that documents need to pass Lambda's filter, where they should.
    fn lambda_level(&self, config: &Config, pending: &mut Vec<Warning>) -> Option<String> {
        let level =
            self.defaults.environment.text(LAMBDA_LEVEL).map(|level| level.to_ascii_uppercase());
        let hides = matches!(level.as_deref(), Some("WARN" | "ERROR" | "FATAL"));
        if self.lambda_log_fields {
            return Some(level.filter(|_| hides).unwrap_or_else(|| "INFO".to_owned()));
        }
        if hides && config.log_format == LogFormat::Json {
            let remedy = "Lambda may drop metrics, which it takes for INFO lines; set `lambda_log_fields`, or a lower application log level";
            pending.push(Warning::new(LAMBDA_LEVEL, level.unwrap_or_default(), remedy));
        }
        None
    }
}

impl fmt::Debug for MetricsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsBuilder").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Metric, Metrics, testing::Captured};

    #[test]
    fn refused_default_dimension_is_one_warning_and_the_others_stay() {
        let numbered = (1..=30).map(|number| (format!("d{number}"), "x"));
        let (_, warnings) = Metrics::builder()
            .environment(Environment::empty())
            .namespace(Namespace::new("Shop"))
            .default_dimensions([("stage", "prod"), ("_aws", "x"), ("tier", "")])
            .default_dimensions(numbered)
            .build_with_warnings();
        let refused = warnings.iter().map(Warning::value).collect::<Vec<_>>();
        assert_eq!(refused, ["_aws=x", "tier=", "d29=x", "d30=x"]);
        assert!(warnings[0].to_string().contains("default_dimensions"), "{}", warnings[0]);
        assert!(warnings.iter().all(|warning| warning.to_string().ends_with("; leaving it out")));
    }

    #[test]
    fn missing_namespace_is_reported_with_the_first_metric() {
        let hides = [("AWS_LAMBDA_LOG_LEVEL", "WARN"), ("AWS_LAMBDA_LOG_FORMAT", "JSON")];
        let (metrics, warnings) = Metrics::builder()
            .environment(Environment::of(hides))
            .sink(powertools_core::MemorySink::new())
            .build_with_warnings();
        assert_eq!(warnings, []);
        let recorder = metrics.recorder();
        recorder.flush().unwrap();
        let pending = || metrics.pipeline().pending.take().iter().map(Warning::variable);
        recorder.try_record(&Metric::count("OrdersPlaced"), 1).unwrap();
        assert_eq!(pending().collect::<Vec<_>>(), [NAMESPACE, LAMBDA_LEVEL]);
        assert_eq!(pending().count(), 0);
    }

    #[test]
    fn refused_namespace_is_reported_at_the_start() {
        let (_, warnings) = Metrics::builder()
            .environment(Environment::of([(NAMESPACE, "a\nb")]))
            .build_with_warnings();
        assert_eq!(warnings.iter().map(Warning::variable).collect::<Vec<_>>(), [NAMESPACE]);
    }

    #[test]
    fn default_dimensions_are_those_of_every_metric() {
        let dimensions = [("stage", "prod"), ("service", "checkout"), ("", "x")];
        let captured = Captured::with(|it| it.default_dimensions(dimensions));
        captured.metrics().recorder().try_record(&Metric::count("OrdersPlaced"), 1).unwrap();
        let document = captured.last();
        assert_eq!(
            (&document["stage"], &document["service"]),
            (&"prod".into(), &"checkout".into())
        );
    }
}
