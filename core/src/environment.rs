use std::{fmt, sync::Arc};

/// The source of the configuration: the environment of the process, or given pairs in tests.
///
/// Blank values count as unset, because consoles and templates produce them.
#[derive(Clone, Debug)]
pub struct Environment(Source);

#[derive(Clone, Debug)]
enum Source {
    Process,
    Pairs(Arc<[(String, String)]>),
}

impl Environment {
    /// Reads the variables of this process.
    pub fn process() -> Self {
        Self(Source::Process)
    }

    /// Creates an environment without variables, for tests that must not depend on the process.
    pub fn empty() -> Self {
        Self(Source::Pairs(Arc::new([])))
    }

    /// Creates an environment from the given pairs; if a name occurs more than once, the last pair is used.
    pub fn of<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(Source::Pairs(pairs.collect()))
    }

    /// Returns the trimmed value of `name`, or `None` if it is unset or blank.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = match &self.0 {
            Source::Process => std::env::var_os(name)?.to_string_lossy().into_owned(),
            Source::Pairs(pairs) => pairs.iter().rfind(|(known, _)| known == name)?.1.clone(),
        };
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Returns the value of `name` as parsed by `parse`, or `None`.
    ///
    /// If `parse` rejects the value, adds a warning that says what was `expected` and what happens `instead`.
    pub fn parsed<T>(
        &self,
        name: &'static str,
        expected: &str,
        instead: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        warnings: &mut Vec<Warning>,
    ) -> Option<T> {
        let value = self.text(name)?;
        let parsed = parse(&value);
        if parsed.is_none() {
            warnings.push(Warning::refused(name, value, expected, instead));
        }
        parsed
    }

    /// Returns the value of `name` as a boolean: `1 y yes t true on` or `0 n no f false off`, in any case.
    pub fn flag(&self, name: &'static str, default: bool, warnings: &mut Vec<Warning>) -> bool {
        let expected = "one of 1 y yes t true on 0 n no f false off";
        let instead = if default { "taking it as on" } else { "taking it as off" };
        self.parsed(name, expected, instead, parse_switch, warnings).unwrap_or(default)
    }
}

fn parse_switch(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "y" | "yes" | "t" | "true" | "on" => Some(true),
        "0" | "n" | "no" | "f" | "false" | "off" => Some(false),
        _ => None,
    }
}

/// A warning about a setting that is not valid: names the variable, its value if it has one, and what happens instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    variable: &'static str,
    value: String,
    remedy: String,
}

impl Warning {
    /// Creates a warning about `variable`; `remedy` says what is used instead, or what to change.
    pub fn new(
        variable: &'static str,
        value: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { variable, value: value.into(), remedy: remedy.into() }
    }

    #[cold]
    fn refused(variable: &'static str, value: String, expected: &str, instead: &str) -> Self {
        Self { variable, value, remedy: format!("expected {expected}; {instead}") }
    }

    /// Returns the name of the setting.
    pub fn variable(&self) -> &'static str {
        self.variable
    }

    /// Returns the value that is not valid.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.value.is_empty() {
            write!(f, "powertools: {} is not set; {}", self.variable, self.remedy)
        } else {
            write!(f, "powertools: {}={:?}: {}", self.variable, self.value, self.remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_accept_every_documented_spelling() {
        for (value, expected) in
            [("1", true), ("Yes", true), ("ON", true), ("f", false), ("Off", false)]
        {
            let environment = Environment::of([("X", value)]);
            let mut warnings = Vec::new();
            assert_eq!(environment.flag("X", !expected, &mut warnings), expected, "{value}");
            assert_eq!(warnings, []);
        }
    }

    #[test]
    fn invalid_value_is_named_with_the_remedy() {
        let mut warnings = Vec::new();
        assert!(!Environment::of([("POWERTOOLS_DEV", "maybe")]).flag(
            "POWERTOOLS_DEV",
            false,
            &mut warnings
        ));
        assert_eq!(
            warnings[0].to_string(),
            "powertools: POWERTOOLS_DEV=\"maybe\": expected one of 1 y yes t true on 0 n no f false off; \
             taking it as off"
        );
    }

    #[test]
    fn blank_value_is_unset() {
        assert_eq!(Environment::of([("X", "  ")]).text("X"), None);
    }
}
