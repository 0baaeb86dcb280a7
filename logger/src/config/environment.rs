//! The settings that come from the environment, from code, or from both.

use powertools_core::{Environment, Warning, json::f64_text, parse_level};
use tracing::level_filters::LevelFilter;

use super::{Buffering, level_filter::LevelFilters};
use crate::Levels;

const LAMBDA_LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";
/// What sets the levels, the strongest first.
const VARIABLES: [&str; 2] = ["POWERTOOLS_LOG_LEVEL", "LOG_LEVEL"];
const SAMPLE_RATE: &str = "POWERTOOLS_LOGGER_SAMPLE_RATE";
const LOG_EVENT: &str = "POWERTOOLS_LOGGER_LOG_EVENT";

/// What code says of the settings that the environment has a variable for, or a say in.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) levels: Option<Levels>,
    pub(crate) sampling_rate: Option<f64>,
    pub(crate) buffering: Option<Buffering>,
    pub(crate) log_event: Option<bool>,
}

/// The settings that have more than one source.
pub(crate) struct ResolvedConfig {
    pub(crate) level_filters: LevelFilters,
    pub(crate) sampling_rate: Option<f64>,
    pub(crate) log_event: bool,
}

impl ResolvedConfig {
    pub(crate) fn new(
        code: &Options,
        environment: &Environment,
        shows_secrets: bool,
        warnings: &mut Vec<Warning>,
    ) -> Self {
        let lambda = lambda_level(environment, warnings);
        let shown = shown(code.levels.clone(), environment, lambda, warnings);
        let sampling_rate = sampling_rate(code.sampling_rate, environment, warnings);
        let sampled = sampling_rate.map(|_| LevelFilter::DEBUG);
        let sampled =
            sampled.and_then(|level| more_verbose(&shown, level, lambda, "sampling", warnings));
        let captured = code.buffering.map(|buffering| LevelFilter::from_level(buffering.level));
        let captured =
            captured.and_then(|level| more_verbose(&shown, level, lambda, "buffering", warnings));
        let from_environment = environment.flag(LOG_EVENT, false, warnings);
        let level_filters = LevelFilters::new(shown, sampled, captured, !shows_secrets);
        if let Some(target) = level_filters.hidden_target() {
            let remedy = "TRACE lines of lambda_runtime, aws_* and reqwest stay hidden, because they print events, \
                          requests and credentials; set `Redaction::none()` to see them";
            warnings.push(Warning::new("level", format!("{target}=trace"), remedy));
        }
        warn_of_rust_log(code, environment, warnings);
        Self { level_filters, sampling_rate, log_event: code.log_event.unwrap_or(from_environment) }
    }
}

/// Says that `RUST_LOG` has no effect, unless a level is set in another way.
fn warn_of_rust_log(code: &Options, environment: &Environment, warnings: &mut Vec<Warning>) {
    let is_set = |variable| environment.text(variable).is_some();
    if code.levels.is_none()
        && !VARIABLES.into_iter().any(is_set)
        && let Some(value) = environment.text("RUST_LOG")
    {
        let remedy = "RUST_LOG is not read; set LOG_LEVEL to the same value";
        warnings.push(Warning::new("RUST_LOG", value, remedy));
    }
}

/// Reads the level of Lambda's advanced logging controls.
fn lambda_level(environment: &Environment, warnings: &mut Vec<Warning>) -> Option<LevelFilter> {
    let expected = "TRACE, DEBUG, INFO, WARN, ERROR or FATAL";
    environment.parsed(LAMBDA_LEVEL, expected, "ignoring it", parse_level, warnings)
}

/// Finds the levels: Lambda's, else the code's, else the environment's, else INFO.
///
/// Under Lambda's level the others still quiet single targets.
fn shown(
    code: Option<Levels>,
    environment: &Environment,
    lambda: Option<LevelFilter>,
    warnings: &mut Vec<Warning>,
) -> Levels {
    let configured = code.or_else(|| levels_of(environment, warnings));
    let Some(lambda) = lambda else {
        return configured.unwrap_or_default();
    };
    let Some(configured) = configured else {
        return Levels::new(lambda);
    };
    if configured.most_verbose() > lambda {
        let remedy = format!(
            "it wins over the more verbose level \"{configured}\"; raise the function's application log level to see more"
        );
        warnings.push(Warning::new(LAMBDA_LEVEL, lambda.to_string(), remedy));
    }
    configured.ruled_by(lambda)
}

fn levels_of(environment: &Environment, warnings: &mut Vec<Warning>) -> Option<Levels> {
    VARIABLES.into_iter().find_map(|variable| {
        let value = environment.text(variable)?;
        match value.parse() {
            Ok(levels) => Some(levels),
            Err(error) => {
                warnings.push(Warning::new(variable, value, format!("{error}; ignoring it")));
                None
            }
        }
    })
}

/// Returns the share of invocations to sample; nothing where sampling is off.
fn sampling_rate(
    code: Option<f64>,
    environment: &Environment,
    warnings: &mut Vec<Warning>,
) -> Option<f64> {
    let in_range = |rate: &f64| (0.0..=1.0).contains(rate);
    let rate = match code {
        Some(rate) if in_range(&rate) => rate,
        Some(rate) => {
            let remedy = "set in code, expected a number from 0 to 1; sampling is off";
            warnings.push(Warning::new(SAMPLE_RATE, f64_text(rate), remedy));
            0.0
        }
        None => {
            let parse = |value: &str| parse_rate(value).filter(in_range);
            let expected = "a number from 0 to 1";
            environment
                .parsed(SAMPLE_RATE, expected, "sampling is off", parse, warnings)
                .unwrap_or(0.0)
        }
    };
    (rate > 0.0).then_some(rate)
}

/// Reads a number as JSON has it, or without the zero before the point: the standard library's own way has tables
/// that nothing else in a function needs.
fn parse_rate(value: &str) -> Option<f64> {
    let number = |text: &str| serde_json::from_str(text).ok();
    match value.starts_with('.') {
        true => number(&format!("0{value}")),
        false => number(value),
    }
}

/// Returns `shown` with `level`, as far as Lambda's level lets its lines through.
fn more_verbose(
    shown: &Levels,
    level: LevelFilter,
    lambda: Option<LevelFilter>,
    what: &str,
    warnings: &mut Vec<Warning>,
) -> Option<Levels> {
    let level = match lambda {
        Some(lambda) if lambda < level => {
            let remedy = format!(
                "{what} asks for {level} lines, which Lambda would drop; raise the function's application log level"
            );
            warnings.push(Warning::new(LAMBDA_LEVEL, lambda.to_string(), remedy));
            lambda
        }
        _ => level,
    };
    (shown.default_level() < level).then(|| shown.raised_to(level))
}

#[cfg(test)]
mod tests {
    use powertools_core::Environment;
    use tracing::Level;

    use super::*;

    fn resolved(code: Options, pairs: &[(&str, &str)]) -> (ResolvedConfig, Vec<String>) {
        let environment = Environment::of(pairs.iter().copied());
        let mut warnings = Vec::new();
        let resolved = ResolvedConfig::new(&code, &environment, false, &mut warnings);
        (resolved, warnings.iter().map(ToString::to_string).collect())
    }

    fn default_level(code: Options, pairs: &[(&str, &str)]) -> (String, usize) {
        let environment = Environment::of(pairs.iter().copied());
        let mut warnings = Vec::new();
        let lambda = lambda_level(&environment, &mut warnings);
        let levels = shown(code.levels, &environment, lambda, &mut warnings);
        (levels.to_string(), warnings.len())
    }

    #[test]
    fn level_comes_from_lambda_then_code_then_environment() {
        let code = Options::default;
        let in_code = || Options { levels: Some(Levels::new(Level::ERROR)), ..code() };
        type Case = (Options, &'static [(&'static str, &'static str)], &'static str, usize);
        let cases: [Case; 9] = [
            (code(), &[], "info", 0),
            (code(), &[("LOG_LEVEL", "DEBUG")], "debug", 0),
            (code(), &[("LOG_LEVEL", "DEBUG"), ("POWERTOOLS_LOG_LEVEL", "warn")], "warn", 0),
            (in_code(), &[("LOG_LEVEL", "DEBUG")], "error", 0),
            (in_code(), &[("AWS_LAMBDA_LOG_LEVEL", "WARN")], "warn", 0),
            (code(), &[("LOG_LEVEL", "debug"), ("AWS_LAMBDA_LOG_LEVEL", "WARN")], "warn", 1),
            (
                code(),
                &[("LOG_LEVEL", "warn,a=trace,b=off"), ("AWS_LAMBDA_LOG_LEVEL", "INFO")],
                "info,a=info,b=off",
                1,
            ),
            (code(), &[("LOG_LEVEL", "debug"), ("POWERTOOLS_LOG_LEVEL", "loud")], "debug", 1),
            (code(), &[("AWS_LAMBDA_LOG_LEVEL", "LOUD")], "info", 1),
        ];
        for (code, pairs, level, warnings) in cases {
            assert_eq!(default_level(code, pairs), (level.to_owned(), warnings), "{pairs:?}");
        }
    }

    #[test]
    fn sampling_rate_may_omit_the_zero_before_the_point() {
        for (rate, expected) in [("1", 1.0), ("0.25", 0.25), (".25", 0.25), ("25e-2", 0.25)] {
            let (resolved, warnings) = resolved(Options::default(), &[(SAMPLE_RATE, rate)]);
            assert_eq!(resolved.sampling_rate, Some(expected), "{rate}");
            assert_eq!(warnings, Vec::<String>::new());
        }
    }

    #[test]
    fn sampling_rate_out_of_range_is_off_with_a_warning() {
        for rate in ["1.5", "-0.1", "NaN", "often"] {
            let (resolved, warnings) = resolved(Options::default(), &[(SAMPLE_RATE, rate)]);
            assert_eq!(resolved.sampling_rate, None);
            assert_eq!(
                warnings,
                [format!(
                    "powertools: {SAMPLE_RATE}={rate:?}: expected a number from 0 to 1; sampling is off"
                )]
            );
        }
        assert_eq!(
            resolved(Options { sampling_rate: Some(2.0), ..Options::default() }, &[]).1.len(),
            1
        );
    }

    #[test]
    fn lambdas_level_also_rules_sampling_and_buffering() {
        let code = Options {
            sampling_rate: Some(1.0),
            buffering: Some(Buffering::new()),
            ..Options::default()
        };
        let (resolved, warnings) = resolved(code, &[(LAMBDA_LEVEL, "INFO")]);
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert_eq!(resolved.level_filters.most_verbose(), LevelFilter::INFO);
    }
}
