//! The same function in other languages, with Powertools for each and without: how they are started.
//!
//! `cargo xtask bench function` sets them up; the harness alone does without those that are not.

mod reference;
pub(crate) mod table;
mod written;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) use reference::ReferenceFunction;

use crate::Failure;

/// A language in which the function is written as well.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) name: &'static str,
    /// The name of the function without a toolkit.
    bare: &'static str,
    /// The environment variable that tells where it is set up.
    variable: &'static str,
    /// As the interpreter is called in a sentence.
    interpreter: &'static str,
    /// The interpreter, in the folder where all is set up.
    program: &'static str,
    /// What starts AWS's runtime client.
    client: &'static [&'static str],
    /// The value of `AWS_EXECUTION_ENV` for the interpreter's version.
    environment: fn(&str) -> String,
}

static LANGUAGES: [Language; 2] = [
    Language {
        name: "python",
        bare: "python-bare",
        variable: "BENCH_PYTHON",
        interpreter: "Python",
        program: "venv/bin/python",
        client: &["-m", "awslambdaric"],
        environment: |version| format!("AWS_Lambda_python{}", first(version, 2)),
    },
    Language {
        name: "typescript",
        bare: "node-bare",
        variable: "BENCH_TYPESCRIPT",
        interpreter: "Node.js",
        program: "node_modules/.bin/node",
        // With the limits that start scripts of Lambda's runtimes derive from 128 MB: a tenth is new space, in two halves.
        client: &[
            "--expose-gc",
            "--max-http-header-size=81920",
            "--max-semi-space-size=6",
            "--max-old-space-size=116",
            "../../node_modules/aws-lambda-ric/index.mjs",
        ],
        environment: |version| format!("AWS_Lambda_nodejs{}.x", first(version, 1)),
    },
];

impl Language {
    pub(crate) fn all() -> &'static [Self] {
        &LANGUAGES
    }

    /// Tells whether stacks of this name are in another language.
    pub(crate) fn is_named(name: &str) -> bool {
        LANGUAGES.iter().any(|language| language.name == name)
    }

    /// Finds where it is set up, if it is.
    pub(crate) fn find(&'static self) -> Result<Option<Found>, Failure> {
        let Some(home) = std::env::var_os(self.variable).map(PathBuf::from) else {
            return Ok(None);
        };
        let version = version(&home.join(self.program))?;
        Ok(Some(Found { language: self, home, version }))
    }
}

/// A language that is set up.
pub(crate) struct Found {
    language: &'static Language,
    home: PathBuf,
    version: String,
}

impl Found {
    /// Returns the function without a toolkit, and with Powertools.
    fn references(&self) -> [ReferenceFunction; 2] {
        [(self.language.bare, "bare"), (self.language.name, "order")].map(|(name, folder)| {
            ReferenceFunction {
                name,
                program: self.home.join(self.language.program),
                client: self.language.client,
                folder: self.home.join("deployed").join(folder),
                environment: (self.language.environment)(&self.version),
            }
        })
    }

    /// Returns the interpreter and its version.
    fn interpreter(&self) -> String {
        format!("{} {}", self.language.interpreter, self.version)
    }
}

fn version(program: &Path) -> Result<String, Failure> {
    let output = Command::new(program).arg("--version").output();
    let output = output.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    numbers_in(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| format!("{} does not tell its version", program.display()).into())
}

fn numbers_in(told: &str) -> Option<String> {
    let last = told.split_whitespace().last()?.trim_start_matches('v');
    last.starts_with(|first: char| first.is_ascii_digit()).then(|| last.to_owned())
}

fn first(version: &str, parts: usize) -> String {
    version.split('.').take(parts).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpreter_versions_are_parsed() {
        assert_eq!(numbers_in("Python 3.13.1\n").as_deref(), Some("3.13.1"));
        assert_eq!(numbers_in("v24.21.0\n").as_deref(), Some("24.21.0"));
        assert_eq!(numbers_in("not found"), None);
    }

    #[test]
    fn execution_environment_is_named_as_on_lambda() {
        let named = |at: usize, version| (LANGUAGES[at].environment)(version);
        assert_eq!(named(0, "3.13.1"), "AWS_Lambda_python3.13");
        assert_eq!(named(1, "24.21.0"), "AWS_Lambda_nodejs24.x");
    }
}
