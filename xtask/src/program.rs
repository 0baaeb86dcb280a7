//! Starts other programs.

use std::path::Path;
use std::process::{Command, ExitCode, Output, Stdio};

/// Returns the cargo that started this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Returns a program that is given no input.
pub(crate) fn quiet(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.stdin(Stdio::null());
    command
}

/// Runs to the end with our own output, and passes the exit code on.
pub(crate) fn run(command: &mut Command) -> Result<ExitCode, String> {
    let status = command.status().map_err(|error| unstarted(command, &error))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Runs to the end and returns what was printed; a failure is told in one line.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|error| unstarted(command, &error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("`{}` failed: {}", line(command), complaint(&output)))
}

fn unstarted(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start `{}`: {error}", line(command))
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name();
    let words = program.into_iter().chain(command.get_args());
    let words = words.map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}

/// What a line that names the cause contains, the deepest cause first.
const CAUSES: [&str; 2] = ["connection broken", "error"];

/// The one line that says most.
fn complaint(output: &Output) -> String {
    let printed = if output.stderr.is_empty() { &output.stdout } else { &output.stderr };
    let printed = String::from_utf8_lossy(printed);
    let lines = || printed.lines().map(str::trim).filter(|line| !line.is_empty());
    let naming = |cause| lines().rfind(|line| line.to_lowercase().contains(cause));
    let named = CAUSES.into_iter().find_map(naming);
    named.or_else(|| lines().next()).unwrap_or("it printed nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = quiet("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn failure_is_one_line_naming_the_error() {
        let told =
            output(&mut shell("echo note >&2; echo ERROR: no network >&2; echo hint >&2; exit 3"));
        let told = told.expect_err("the script exits with 3");
        assert!(told.ends_with("failed: ERROR: no network"), "{told}");
        assert_eq!(told.lines().count(), 1);
    }

    #[test]
    fn unreachable_network_is_named_first() {
        let script =
            "echo 'Retrying after connection broken by x' >&2; echo ERROR: none >&2; exit 1";
        let told = output(&mut shell(script)).expect_err("the script exits with 1");
        assert!(told.ends_with("failed: Retrying after connection broken by x"), "{told}");
    }

    #[test]
    fn failure_without_an_error_line_shows_the_first_line() {
        let told = output(&mut shell("echo ensurepip is missing; echo install it; exit 1"));
        let told = told.expect_err("the script exits with 1");
        assert!(told.ends_with("failed: ensurepip is missing"), "{told}");
    }

    #[test]
    fn missing_program_is_named() {
        let told = output(&mut quiet("no-such-program")).expect_err("it does not exist");
        assert!(told.starts_with("cannot start `no-such-program`: "), "{told}");
    }

    #[test]
    fn exit_code_is_forwarded() {
        let code = run(&mut shell("exit 7")).expect("sh is there");
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(7)));
    }
}
