//! The programs that tests and benchmarks compare with, set up under `target/dependencies` from pinned versions.

mod emulator;
mod environment;
pub(crate) mod functions;
mod node;
mod redis;
mod stamp;
mod wheel;

use std::path::PathBuf;

use environment::Environment;

use crate::workspace::Workspace;

/// A program that some tests need beside Rust.
pub(crate) struct Dependency {
    pub(crate) name: &'static str,
    /// The environment variable in which those tests look for it.
    pub(crate) variable: &'static str,
    /// The module of those tests.
    pub(crate) tests: &'static str,
    /// Where it is, or why it is not there.
    pub(crate) path: Result<PathBuf, String>,
}

impl Dependency {
    /// Says in one line what is missing, why, and what that costs.
    pub(crate) fn absence(&self) -> Option<String> {
        let reason = self.path.as_ref().err()?;
        let Self { name, tests, .. } = self;
        Some(format!("{name} could not be set up, so the tests `{tests}` are skipped: {reason}"))
    }
}

/// Sets up whatever is not there yet.
pub(crate) fn set_up(workspace: &Workspace) -> [Dependency; 10] {
    let pins = workspace.root.join("tests/compat");
    let home = workspace.target.join("dependencies");
    let environment = Environment::set_up(&home.join("venv"));
    let environment = environment.as_ref().map_err(Clone::clone);
    [
        Dependency {
            name: "Powertools for Python",
            variable: "POWERTOOLS_PYTHON",
            tests: "compat::python",
            path: environment.clone().and_then(|python| python.powertools(&pins)),
        },
        Dependency {
            name: "Powertools for TypeScript",
            variable: "POWERTOOLS_TYPESCRIPT",
            tests: "compat::typescript",
            path: node::set_up(&pins.join("typescript"), &home.join("typescript")),
        },
        Dependency {
            name: "AWS's runtime emulator",
            variable: "POWERTOOLS_RIE",
            tests: "local::emulator",
            path: environment.clone().and_then(|python| emulator::set_up(python, &pins, &home)),
        },
        Dependency {
            name: "cargo-lambda",
            variable: "POWERTOOLS_CARGO_LAMBDA",
            tests: "compat::cargo_lambda",
            path: environment.clone().and_then(|python| python.cargo_lambda(&pins)),
        },
        Dependency {
            name: "moto",
            variable: "POWERTOOLS_MOTO",
            tests: "::moto::",
            path: environment.clone().and_then(|python| python.moto(&pins)),
        },
        Dependency {
            name: "cfn-lint",
            variable: "POWERTOOLS_CFN_LINT",
            tests: "templates::cfn_lint",
            path: environment.clone().and_then(|python| python.cfn_lint(&pins)),
        },
        Dependency {
            name: "AWS's SAM CLI",
            variable: "POWERTOOLS_SAM",
            tests: "templates::sam",
            path: Environment::set_up(&home.join("sam")).and_then(|python| python.sam(&pins)),
        },
        Dependency {
            name: "Redis",
            variable: "POWERTOOLS_REDIS",
            tests: "idempotency::redis::",
            path: redis::redis(&pins, &home),
        },
        Dependency {
            name: "Valkey",
            variable: "POWERTOOLS_VALKEY",
            tests: "idempotency::valkey::",
            path: environment.clone().and_then(|python| redis::valkey(python, &pins, &home)),
        },
        Dependency {
            name: "the OpenTelemetry collector Rotel",
            variable: "POWERTOOLS_ROTEL",
            tests: "tracer::otel::rotel",
            path: environment.and_then(|python| {
                let pins = pins.join("requirements-rotel.txt");
                wheel::program(python, &pins, "rotel/rotel-agent", &home.join("rotel-agent"))
            }),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(path: Result<PathBuf, String>) -> Dependency {
        Dependency { name: "the emulator", variable: "RIE", tests: "local::emulator", path }
    }

    #[test]
    fn missing_dependency_is_reported_with_reason_and_skipped_tests() {
        let missing = dependency(Err("no network".to_owned())).absence();
        let told = "the emulator could not be set up, so the tests `local::emulator` are skipped: \
                    no network";
        assert_eq!(missing.as_deref(), Some(told));
    }

    #[test]
    fn installed_dependency_is_not_reported() {
        assert_eq!(dependency(Ok("rie".into())).absence(), None);
    }
}
