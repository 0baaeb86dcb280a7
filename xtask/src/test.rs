//! `cargo xtask test`: every test, with what some of them compare with.

use std::process::{Command, ExitCode};

use crate::dependencies::{self, Dependency};
use crate::program;
use crate::workspace::Workspace;

/// Sets up the dependencies, runs the tests, and passes their exit code on.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<ExitCode, String> {
    let dependencies = dependencies::set_up(workspace);
    let absences = dependencies.iter().filter_map(Dependency::absence).collect::<Vec<_>>();
    absences.iter().for_each(|absence| eprintln!("warning: {absence}"));
    if !absences.is_empty() && is_truthy(std::env::var("CI").ok().as_deref()) {
        return Err("with CI set nothing may be skipped: give this machine what is named above, \
                    or unset CI"
            .to_owned());
    }
    let code = run_all(&dependencies, args);
    absences.iter().for_each(|absence| eprintln!("warning: {absence}"));
    code
}

/// The end of the names of tests that [`slow`] runs, and [`run`] does not.
const SLOW: &str = "in_a_million_rounds";

/// Runs the tests that take minutes, optimised.
pub(crate) fn slow() -> Result<ExitCode, String> {
    program::run(&mut slow_tests())
}

fn slow_tests() -> Command {
    let mut command = program::cargo();
    command.args(["test", "--release", "-p", "powertools-idempotency", "--all-features", "--lib"]);
    command.args(["--", "--ignored", SLOW]);
    command
}

/// Two runs, as `--include-ignored` would also run documentation examples marked `ignore`.
fn run_all(dependencies: &[Dependency], args: &[String]) -> Result<ExitCode, String> {
    let tests = program::run(tests(dependencies).args(args))?;
    let examples = program::run(cargo_test(&["--doc"]).arg("--").args(args))?;
    Ok(if tests == ExitCode::SUCCESS { examples } else { tests })
}

fn tests(dependencies: &[Dependency]) -> Command {
    let mut command = cargo_test(&["--tests"]);
    command.args(["--", "--include-ignored", "--skip", SLOW]);
    for dependency in dependencies {
        match &dependency.path {
            Ok(path) => command.env(dependency.variable, path),
            Err(_) => command.args(["--skip", dependency.tests]),
        };
    }
    command
}

fn cargo_test(targets: &[&str]) -> Command {
    let mut command = program::cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).args(targets);
    command
}

fn is_truthy(variable: Option<&str>) -> bool {
    !matches!(variable, None | Some("" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(path: Result<&str, &str>) -> Dependency {
        let path = path.map(Into::into).map_err(str::to_owned);
        Dependency { name: "the emulator", variable: "RIE", tests: "local::emulator", path }
    }

    #[test]
    fn tests_get_the_dependency_or_are_skipped() {
        let given = tests(&[dependency(Ok("rie"))]);
        assert!(given.get_envs().any(|set| set == ("RIE".as_ref(), Some("rie".as_ref()))));
        assert!(!given.get_args().any(|arg| arg == "local::emulator"));
        let skipped = tests(&[dependency(Err("no network"))]);
        let skips = |arg: &str| skipped.get_args().any(|it| it == arg);
        assert!(skips("local::emulator") && skips(SLOW));
    }

    #[test]
    fn ci_is_off_when_unset_empty_or_false() {
        assert!([None, Some(""), Some("0"), Some("false")].iter().all(|ci| !is_truthy(*ci)));
        assert!([Some("true"), Some("1")].iter().all(|ci| is_truthy(*ci)));
    }
}
