use std::{fmt, sync::Arc};

use crate::{
    Clock, ColdStart, Config, Environment, FieldRules, LineSink, Redaction, StdoutSink, SystemClock,
};

/// The settings that the builders of all utilities have in common.
///
/// This is one type, so that the binary contains the code to create, clone, and drop these settings only once.
#[derive(Clone)]
pub struct BuilderDefaults {
    /// The source of settings that are not made in code.
    pub environment: Environment,
    /// The service name, if it is set in code.
    pub service: Option<String>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The destination of lines.
    pub sink: Arc<dyn LineSink>,
    /// The cold-start flag, if it is not the flag of the process.
    pub cold_start: Option<ColdStart>,
    /// The redaction of names and text.
    pub redaction: Redaction,
    /// The fields that are redacted or omitted by name.
    pub fields: FieldRules,
}

impl BuilderDefaults {
    /// Returns the service name that was set in code, or else that of the environment.
    pub fn service(&self, config: &Config) -> String {
        self.service.as_ref().unwrap_or(&config.service).clone()
    }

    /// Returns the rules for fields, including the redaction of their text.
    pub fn field_rules(&self) -> FieldRules {
        let mut rules = self.fields.clone();
        rules.set_redaction(self.redaction.clone());
        rules
    }

    /// Returns the cold-start flag that was set in code, or else that of the process.
    pub fn cold_start(&self, config: &Config) -> ColdStart {
        self.cold_start.clone().unwrap_or_else(|| ColdStart::process(config.initialization))
    }
}

impl Default for BuilderDefaults {
    /// Returns settings with the environment of the process, the system clock, and stdout.
    fn default() -> Self {
        Self {
            environment: Environment::process(),
            service: None,
            clock: Arc::new(SystemClock),
            sink: Arc::new(StdoutSink),
            cold_start: None,
            redaction: Redaction::default(),
            fields: FieldRules::default(),
        }
    }
}

impl fmt::Debug for BuilderDefaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuilderDefaults").field("service", &self.service).finish_non_exhaustive()
    }
}
