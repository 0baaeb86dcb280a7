//! The settings that come from the environment, from code, or from both.

use powertools_core::{Environment, Levels, Warning};

const DISABLED: &str = "POWERTOOLS_TRACE_DISABLED";
const CAPTURE_RESPONSE: &str = "POWERTOOLS_TRACER_CAPTURE_RESPONSE";
const CAPTURE_ERROR: &str = "POWERTOOLS_TRACER_CAPTURE_ERROR";
const LEVEL: &str = "POWERTOOLS_TRACER_LEVEL";

/// What is traced unless something else is said: not what the runtime and what carries requests does.
///
/// Targets are compared by what they begin with, and other crates may begin with `h2` as well.
const DEFAULT_LEVELS: &str = "info,lambda_runtime::=off,lambda_runtime_api_client::=off,hyper::=off,\
    hyper_util::=off,h2::=off,rustls::=off,aws_config::=off,aws_runtime::=off,aws_smithy_=off,aws_sdk_=off,\
    opentelemetry::=off,opentelemetry_sdk=off,opentelemetry_otlp=off,opentelemetry_http=off";

/// What code says of the settings that the environment has a variable for.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) levels: Option<Levels>,
    pub(crate) disabled: Option<bool>,
    pub(crate) capture_response: Option<bool>,
    pub(crate) capture_error: Option<bool>,
}

/// The settings that have more than one source.
pub(crate) struct ResolvedConfig {
    pub(crate) levels: Levels,
    pub(crate) disabled: bool,
    pub(crate) capture_response: bool,
    pub(crate) capture_error: bool,
}

impl ResolvedConfig {
    pub(crate) fn new(
        code: &Options,
        environment: &Environment,
        warnings: &mut Vec<Warning>,
    ) -> Self {
        let mut flag = |name, default| environment.flag(name, default, warnings);
        let disabled = flag(DISABLED, false);
        let capture_response = flag(CAPTURE_RESPONSE, true);
        let capture_error = flag(CAPTURE_ERROR, true);
        Self {
            levels: levels(code.levels.clone(), environment, warnings),
            disabled: code.disabled.unwrap_or(disabled),
            capture_response: code.capture_response.unwrap_or(capture_response),
            capture_error: code.capture_error.unwrap_or(capture_error),
        }
    }
}

/// Finds the levels: what is said comes on top of the default ones.
fn levels(code: Option<Levels>, environment: &Environment, warnings: &mut Vec<Warning>) -> Levels {
    let parse = |text: &str| text.parse().ok();
    let expected = "levels such as info,my_crate=debug";
    let said = environment.parsed(LEVEL, expected, "tracing at INFO", parse, warnings);
    let default = parse(DEFAULT_LEVELS).expect("the default levels are levels");
    code.or(said).unwrap_or_default().over(default)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn directives_of_the_environment_override_the_defaults() {
        let read = |text: &str| levels(None, &Environment::of([(LEVEL, text)]), &mut Vec::new());
        assert!(
            read("").shows("shop", &Level::INFO) && !read("").shows("hyper::proto", &Level::ERROR)
        );
        assert!(!read("warn").shows("shop", &Level::INFO));
        assert!(read("hyper=info").shows("hyper::client", &Level::INFO));
        assert!(!read("shop=debug").shows("aws_sdk_s3", &Level::ERROR));
        assert!(read("").shows("h2o_station::tea", &Level::INFO));
    }
}
