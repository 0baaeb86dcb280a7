use std::sync::Arc;

use powertools_core::{Clock, ColdStart, Environment, LineSink};

/// What all utilities are configured with.
pub(crate) struct Shared {
    pub(crate) environment: Environment,
    pub(crate) service: Option<String>,
    pub(crate) clock: Arc<dyn Clock>,
    #[cfg_attr(not(any(feature = "logger", feature = "metrics")), expect(dead_code))]
    pub(crate) sink: Arc<dyn LineSink>,
    pub(crate) cold_start: ColdStart,
}

/// Configures a utility's builder, whose setters have the same names everywhere.
macro_rules! configure {
    ($shared:ident, $builder:expr) => {{
        let builder = $builder
            .environment($shared.environment.clone())
            .clock($shared.clock.clone())
            .cold_start($shared.cold_start.clone());
        match &$shared.service {
            Some(service) => builder.service(service),
            None => builder,
        }
    }};
}

impl Shared {
    #[cfg(feature = "logger")]
    pub(crate) fn logger(&self) -> crate::logger::LoggerBuilder {
        configure!(self, crate::logger::Logger::builder()).sink(self.sink.clone())
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn metrics(&self) -> crate::metrics::MetricsBuilder {
        configure!(self, crate::metrics::Metrics::builder()).sink(self.sink.clone())
    }

    #[cfg(feature = "tracer")]
    pub(crate) fn tracer(&self) -> crate::tracer::TracerBuilder {
        configure!(self, crate::tracer::Tracer::builder())
    }
}
