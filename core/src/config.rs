use crate::{Environment, InitializationType, Warning};

/// The service name if none is configured, as in Powertools for Python and TypeScript.
pub const DEFAULT_SERVICE: &str = "service_undefined";

/// The settings that all utilities read from the environment, once at the start.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `POWERTOOLS_SERVICE_NAME` | the service name in logs, metrics, and traces | `service_undefined` |
/// | `POWERTOOLS_DEV` | indented output for people | off |
/// | `AWS_LAMBDA_LOG_FORMAT` | `JSON` or `Text`: how Lambda treats the output of the function | `Text` |
/// | `AWS_LAMBDA_INITIALIZATION_TYPE` | how the environment was initialized; only `on-demand` (or unset) has cold starts | `on-demand` |
/// | `AWS_LAMBDA_FUNCTION_NAME`, `AWS_LAMBDA_FUNCTION_VERSION` | the function | empty |
/// | `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` | memory in MB | unknown |
///
/// Values that are set in code take precedence over the environment. If a value can't be parsed, it is reported in
/// [`warnings`](Config::warnings) and the default is used; reading the configuration never fails. Names and values are
/// those of Lambda's documented environment and of Powertools for AWS Lambda (Python).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The service name.
    pub service: String,
    /// Whether the output is formatted for people.
    pub dev: bool,
    /// How Lambda treats the output of the function.
    pub log_format: LogFormat,
    /// How this execution environment was initialized.
    pub initialization: InitializationType,
    /// The function's name; empty if it is unknown.
    pub function_name: String,
    /// The function's version; empty if it is unknown.
    pub function_version: String,
    /// The function's memory in MB.
    pub memory_mb: Option<u32>,
    /// The warnings about values that are not valid.
    pub warnings: Vec<Warning>,
}

/// How Lambda treats the output of a function (`AWS_LAMBDA_LOG_FORMAT`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// Lambda passes lines through unchanged.
    #[default]
    Text,
    /// Lambda reads the `level` and `timestamp` of each line, and may filter lines by them.
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
