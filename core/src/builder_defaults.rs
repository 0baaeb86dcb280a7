use std::{fmt, sync::Arc};

use crate::{
    Clock, ColdStart, Config, Environment, FieldRules, LineSink, Redaction, StdoutSink, SystemClock,
};

/// The settings that the builders of all utilities have in common.
///
/// One type holds them, so that the code to make, copy and drop them is in a binary once and not for each builder.
#[derive(Clone)]
pub struct BuilderDefaults {
    /// Where settings are read from.
    pub environment: Environment,
    /// The service name, where code gives one.
    pub service: Option<String>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where lines go.
    pub sink: Arc<dyn LineSink>,
    /// The cold-start flag, where it is not the process's.
    pub cold_start: Option<ColdStart>,
    /// What is never printed.
    pub redaction: Redaction,
    /// The fields that are redacted or left out by their names.
    pub fields: FieldRules,
}

impl BuilderDefaults {
    /// Returns the service name: the code's, or else the environment's.
    pub fn service(&self, config: &Config) -> String {
        self.service.as_ref().unwrap_or(&config.service).clone()
    }

    /// Returns what becomes of fields, and of the text in them.
    pub fn field_rules(&self) -> FieldRules {
        let mut rules = self.fields.clone();
        rules.set_redaction(self.redaction.clone());
        rules
    }

    /// Returns the cold-start flag: the code's, or else the process's.
    pub fn cold_start(&self, config: &Config) -> ColdStart {
        self.cold_start.clone().unwrap_or_else(|| ColdStart::process(config.initialization))
    }
}

impl Default for BuilderDefaults {
    /// Returns the process's environment, the system's clock and stdout.
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
