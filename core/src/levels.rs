//! Levels and targets that decide which lines are shown.

use std::{fmt, str::FromStr};

use thiserror::Error;
use tracing::{Level, level_filters::LevelFilter};

/// Targets that log every request. Sampling and buffering are meant for the DEBUG lines of the function, and the lines
/// of these would bury them.
const PLUMBING: [&str; 9] = [
    "hyper::",
    "hyper_util::",
    "h2::",
    "rustls::",
    "aws_config::",
    "aws_runtime::",
    "aws_sdk_",
    "aws_sigv4::",
    "aws_smithy_",
];

/// A default level, and levels for targets: `info,hyper=warn,my_crate=debug`.
///
/// Level names are those of `tracing`, Lambda, and Python, in any case:
/// `trace debug info warn(ing) error fatal critical off`. `tracing` has no level above ERROR, so `fatal` and `critical`
/// show ERROR lines. A target applies to all targets that begin with it, as in the directives of `tracing_subscriber`,
/// and the longest match decides. A name with dashes also applies to the crate of that name: `my-crate=debug` is
/// `my_crate=debug`. The default level is INFO unless it is set. Directives for spans and fields, such as
/// `a[{x}]=debug`, are rejected.
///
/// ```
/// use powertools_core::Levels;
///
/// let levels: Levels = "debug,hyper=warn,rustls=warn".parse().unwrap();
/// assert!(levels.shows("checkout::orders", &tracing::Level::DEBUG));
/// assert!(!levels.shows("hyper::proto", &tracing::Level::INFO));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    default: LevelFilter,
    targets: Vec<(String, LevelFilter)>,
}

impl Levels {
    /// Creates levels that show everything at `level` and above.
    pub fn new(level: impl Into<LevelFilter>) -> Self {
        Self::of(level.into(), Vec::new())
    }

    fn of(default: LevelFilter, targets: Vec<(String, LevelFilter)>) -> Self {
        Self { default, targets }
    }

    /// Returns the level for targets that are not listed.
    pub fn default_level(&self) -> LevelFilter {
        self.default
    }

    /// Returns whether a line of `target` at `level` is shown.
    pub fn shows(&self, target: &str, level: &Level) -> bool {
        // A configuration lists only a few targets, so a linear search is fast, and saves 2 kB compared with the
        // directives of `tracing_subscriber`.
        let covering = self.targets.iter().filter(|(prefix, _)| target.starts_with(prefix));
        let longest = covering.max_by_key(|(prefix, _)| prefix.len());
        *level <= longest.map_or(self.default, |(_, level)| *level)
    }

    /// Returns whether a line at `level` is shown for any target that begins with `prefix`.
    pub fn shows_any(&self, prefix: &str, level: &Level) -> bool {
        let mut targets = self.targets.iter();
        self.shows(prefix, level)
            || targets.any(|(target, own)| target.starts_with(prefix) && *level <= *own)
    }

    /// Returns the most verbose of all levels.
    pub fn most_verbose(&self) -> LevelFilter {
        self.targets.iter().map(|(_, level)| *level).fold(self.default, Ord::max)
    }

    /// Returns these levels with a default level of at least `level`; the levels of listed targets do not change.
    ///
    /// `hyper`, `hyper_util`, `h2`, `rustls`, and the AWS SDK (`aws_config`, `aws_runtime`, `aws_sdk_*`, `aws_sigv4`,
    /// `aws_smithy_*`) keep their level.
    #[must_use]
    pub fn raised_to(&self, level: LevelFilter) -> Self {
        let plumbing = PLUMBING.map(|target| (target.to_owned(), self.default)).into();
        let raised = Self::of(self.default.max(level), self.targets.clone());
        raised.over(Self::of(self.default, plumbing))
    }

    /// Returns these levels with `level` as the default level and as the limit for all targets.
    #[must_use]
    pub fn ruled_by(&self, level: LevelFilter) -> Self {
        let cap = |(target, own): &(String, LevelFilter)| (target.clone(), (*own).min(level));
        Self::of(level, self.targets.iter().map(cap).collect())
    }

    /// Adds the levels that `others` list for targets that are not covered by a target listed here.
    #[must_use]
    pub fn over(mut self, others: Self) -> Self {
        let own = self.targets.len();
        for (target, level) in others.targets {
            let is_covered = |(own, _): &(String, _)| target.starts_with(own.as_str());
            if !self.targets[..own].iter().any(is_covered) {
                self.targets.push((target, level));
            }
        }
        self
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self::new(LevelFilter::INFO)
    }
}

/// Parses a level, given by any of the names that [`Levels`] accepts.
pub fn parse_level(name: &str) -> Option<LevelFilter> {
    match name.trim().to_ascii_lowercase().as_str() {
        "trace" => Some(LevelFilter::TRACE),
        "debug" => Some(LevelFilter::DEBUG),
        "info" => Some(LevelFilter::INFO),
        "warn" | "warning" => Some(LevelFilter::WARN),
        "error" | "fatal" | "critical" => Some(LevelFilter::ERROR),
        "off" | "silent" => Some(LevelFilter::OFF),
        _ => None,
    }
}

/// Returns whether the text can be a target; the notation of `tracing_subscriber` for spans and fields can't.
fn is_target(text: &str) -> bool {
    let is_odd = |byte: u8| matches!(byte, b'[' | b']' | b'{' | b'}' | b'"' | b' ' | b'\t');
    !text.is_empty() && !text.bytes().any(is_odd)
}

/// The error returned if text can't be parsed as [`Levels`].
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is neither a level (trace, debug, info, warn, error, fatal, off) nor target=level")]
pub struct ParseLevelsError(String);

impl FromStr for Levels {
    type Err = ParseLevelsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut default, mut targets) = (LevelFilter::INFO, Vec::new());
        for directive in text.split(',').map(str::trim).filter(|directive| !directive.is_empty()) {
            let (target, level) = match directive.split_once('=') {
                Some((target, level)) => (Some(target.trim()), level),
                None => (None, directive),
            };
            let level = parse_level(level).filter(|_| target.is_none_or(is_target));
            let level = level.ok_or_else(|| ParseLevelsError(directive.to_owned()))?;
            match target {
                Some(target) => {
                    targets.push((target.to_owned(), level));
                    if target.contains('-') {
                        targets.push((target.replace('-', "_"), level));
                    }
                }
                None => default = level,
            }
        }
        Ok(Self::of(default, targets))
    }
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.default)?;
        self.targets.iter().try_for_each(|(target, level)| write!(f, ",{target}={level}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_names_are_case_insensitive() {
        let names =
            ["TRACE", "debug", "Info", "WARN", "Warning", "error", "FATAL", "critical", "off"];
        let levels = names.map(|name| name.parse::<Levels>().unwrap().to_string());
        assert_eq!(
            levels,
            ["trace", "debug", "info", "warn", "warn", "error", "error", "error", "off"]
        );
    }

    #[test]
    fn longest_matching_target_wins() {
        let levels: Levels = "warn, a=debug ,a::b=off,".parse().unwrap();
        assert!(levels.shows("a::c", &Level::DEBUG) && !levels.shows("a::b::c", &Level::ERROR));
        assert!(levels.shows("z", &Level::WARN) && !levels.shows("z", &Level::INFO));
        assert_eq!(levels.most_verbose(), LevelFilter::DEBUG);
    }

    #[test]
    fn crate_is_covered_by_its_name_with_dashes() {
        let levels: Levels = "warn,my-crate=debug".parse().unwrap();
        assert!(levels.shows("my_crate::orders", &Level::DEBUG));
        assert!(levels.shows("my-crate", &Level::DEBUG) && !levels.shows("my_cr", &Level::INFO));
    }

    #[test]
    fn raised_level_leaves_the_sdk_unchanged() {
        let raised =
            "info,aws_config=debug".parse::<Levels>().unwrap().raised_to(LevelFilter::DEBUG);
        assert!(!raised.shows("aws_smithy_runtime::client::orchestrator", &Level::DEBUG));
        assert!(!raised.shows("aws_sdk_dynamodb::config", &Level::DEBUG));
        assert!(raised.shows("aws_config::profile", &Level::DEBUG), "it is named");
    }

    #[test]
    fn raised_level_leaves_plumbing_and_explicit_targets() {
        let levels: Levels = "info,h2=debug,quiet=off".parse().unwrap();
        let raised = levels.raised_to(LevelFilter::DEBUG);
        assert!(raised.shows("mine", &Level::DEBUG) && raised.shows("h2", &Level::DEBUG));
        assert!(
            !raised.shows("hyper_util::client", &Level::DEBUG)
                && !raised.shows("quiet", &Level::ERROR)
        );
        assert!(raised.shows("hyper_util::client", &Level::INFO));
        assert!(raised.shows("h2o_station", &Level::DEBUG), "only its name begins so");
        let verbose = "info,hyper=debug".parse::<Levels>().unwrap().raised_to(LevelFilter::DEBUG);
        assert!(verbose.shows("hyper_util::client", &Level::DEBUG), "it was so before");
    }

    #[test]
    fn fallback_levels_apply_to_unlisted_targets() {
        let others: Levels = "error,hyper::=off,h2::=off".parse().unwrap();
        let levels = "info,hyper=warn".parse::<Levels>().unwrap().over(others);
        assert!(levels.shows("hyper::client", &Level::WARN) && levels.shows("mine", &Level::INFO));
        assert!(!levels.shows("h2::frame", &Level::ERROR) && levels.shows("h2o", &Level::INFO));
    }

    #[test]
    fn invalid_directive_is_named() {
        for text in
            ["infoo", "hyper=loud", "=info", "a=b=c", "w4[{x}]=debug", "[span]=info", "a b=info"]
        {
            let error = format!("info,{text}").parse::<Levels>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("{text:?} is neither")), "{error}");
        }
    }
}
