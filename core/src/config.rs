use crate::{Environment, InitializationType, Warning};

/// The service where none was named, as in Powertools for Python and TypeScript.
pub const DEFAULT_SERVICE: &str = "service_undefined";

/// What all utilities read from the environment, once, at start.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `POWERTOOLS_SERVICE_NAME` | the service that lines, metrics and traces carry | `service_undefined` |
/// | `POWERTOOLS_DEV` | indented output for people | off |
/// | `AWS_LAMBDA_LOG_FORMAT` | `JSON` or `Text`: how Lambda treats what the function writes | `Text` |
/// | `AWS_LAMBDA_INITIALIZATION_TYPE` | only `on-demand` (or unset) has cold starts | `on-demand` |
/// | `AWS_LAMBDA_FUNCTION_NAME`, `AWS_LAMBDA_FUNCTION_VERSION` | the function | empty |
/// | `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` | memory in MB | unknown |
///
/// Values given in code win over the environment. A value that can't be parsed is reported in
/// [`warnings`](Config::warnings) and the default is used; nothing here fails or panics.
/// Names and values are those of Lambda's documented environment and of Powertools for AWS Lambda (Python).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The service name.
    pub service: String,
    /// Whether output is for people.
    pub dev: bool,
    /// How Lambda treats what the function writes.
    pub log_format: LogFormat,
    /// How this execution environment was initialised.
    pub initialization: InitializationType,
    /// The function's name, empty when unknown.
    pub function_name: String,
    /// The function's version, empty when unknown.
    pub function_version: String,
    /// The function's memory in MB.
    pub memory_mb: Option<u32>,
    /// What could not be taken as it stands.
    pub warnings: Vec<Warning>,
}

/// How Lambda treats what a function writes (`AWS_LAMBDA_LOG_FORMAT`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// Lines pass through as they are.
    #[default]
    Text,
    /// Lambda reads each line's `level` and `timestamp`, and may filter by them.
    Json,
}

impl Config {
    /// Reads the variables above.
    pub fn from_environment(environment: &Environment) -> Self {
        let mut warnings = Vec::new();
        let text = |name| environment.text(name).unwrap_or_default();
        Self {
            service: environment
                .text("POWERTOOLS_SERVICE_NAME")
                .unwrap_or_else(|| DEFAULT_SERVICE.into()),
            dev: environment.flag("POWERTOOLS_DEV", false, &mut warnings),
            log_format: log_format(environment, &mut warnings),
            initialization: InitializationType::from_environment(environment),
            function_name: text("AWS_LAMBDA_FUNCTION_NAME"),
            function_version: text("AWS_LAMBDA_FUNCTION_VERSION"),
            memory_mb: memory(environment, &mut warnings),
            warnings,
        }
    }
}

fn log_format(environment: &Environment, warnings: &mut Vec<Warning>) -> LogFormat {
    let parse = |value: &str| match value.to_ascii_lowercase().as_str() {
        "json" => Some(LogFormat::Json),
        "text" => Some(LogFormat::Text),
        _ => None,
    };
    let format = environment.parsed(
        "AWS_LAMBDA_LOG_FORMAT",
        "JSON or Text",
        "taking it as Text",
        parse,
        warnings,
    );
    format.unwrap_or_default()
}

fn memory(environment: &Environment, warnings: &mut Vec<Warning>) -> Option<u32> {
    let parse = |value: &str| value.parse().ok();
    let expected = "a whole number of MB";
    environment.parsed(
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        expected,
        "taking it as unknown",
        parse,
        warnings,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_variables_give_defaults() {
        let config = Config::from_environment(&Environment::empty());
        assert_eq!(config.service, "service_undefined");
        assert_eq!(
            (config.dev, config.log_format, config.memory_mb),
            (false, LogFormat::Text, None)
        );
        assert_eq!(config.warnings, []);
    }

    #[test]
    fn bad_values_warn_and_keep_the_default() {
        let environment = Environment::of([
            ("AWS_LAMBDA_LOG_FORMAT", "xml"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "lots"),
        ]);
        let config = Config::from_environment(&environment);
        let named: Vec<_> = config.warnings.iter().map(Warning::variable).collect();
        assert_eq!(named, ["AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]);
        assert_eq!((config.log_format, config.memory_mb), (LogFormat::Text, None));
    }
}
