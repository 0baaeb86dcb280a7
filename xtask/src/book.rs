//! Builds the book with mdBook.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::program;
use crate::workspace::Workspace;

const VERSION: &str = "0.5.4";

/// Builds the book into `target/book`; without mdBook, says so in one line.
pub(crate) fn build(workspace: &Workspace) -> Result<ExitCode, String> {
    match mdbook(&workspace.target.join("dependencies/mdbook")) {
        Ok(mdbook) => {
            program::run(program::quiet(mdbook).arg("build").arg(workspace.root.join("docs/book")))
        }
        Err(reason) => {
            eprintln!("warning: the book is not built, because mdBook is not installed: {reason}");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Returns the mdBook of this machine, or installs one.
fn mdbook(home: &Path) -> Result<PathBuf, String> {
    let own = home.join("bin/mdbook");
    let candidates = [PathBuf::from("mdbook"), own.clone()];
    let runs = |path: &PathBuf| program::output(program::quiet(path).arg("--version")).is_ok();
    if let Some(found) = candidates.into_iter().find(runs) {
        return Ok(found);
    }
    program::output(&mut install(home))?;
    Ok(own)
}

/// Without its server and its search, which need most of its dependencies.
fn install(home: &Path) -> Command {
    let mut command = program::cargo();
    command.args(["install", "mdbook", "--version", VERSION, "--locked", "--no-default-features"]);
    command.arg("--root").arg(home);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installation_is_pinned_and_goes_into_the_target_folder() {
        let command = install(Path::new("target/dependencies/mdbook"));
        let arguments = command.get_args().map(|it| it.to_string_lossy()).collect::<Vec<_>>();
        assert!(arguments.iter().any(|it| it == VERSION));
        assert_eq!(arguments.last().map(|it| &**it), Some("target/dependencies/mdbook"));
    }
}
