//! The functions in other languages that `cargo xtask bench function` measures, set up to be started.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{environment::Environment, stamp};
use crate::{program, workspace::Workspace};

/// A language in which the function is written as well.
pub(crate) struct Language {
    /// Its name among those that `--only` takes.
    pub(crate) name: &'static str,
    /// The environment variable in which the harness looks for its functions.
    pub(crate) variable: &'static str,
    set_up: fn(&Workspace) -> Result<PathBuf, String>,
}

/// Those that there are.
pub(crate) const LANGUAGES: [Language; 2] = [
    Language { name: "python", variable: "BENCH_PYTHON", set_up: python },
    Language { name: "typescript", variable: "BENCH_TYPESCRIPT", set_up: typescript },
];

impl Language {
    /// Sets up whatever is not there yet, and returns where; or says in one line what is missing.
    pub(crate) fn set_up(&self, workspace: &Workspace) -> Result<PathBuf, String> {
        (self.set_up)(workspace).map_err(|reason| {
            format!("{} could not be set up, so it is left out: {reason}", self.name)
        })
    }
}

/// Makes `venv`, which is what Lambda's runtime has, and a folder in `deployed` for each function with its packages.
fn python(workspace: &Workspace) -> Result<PathBuf, String> {
    let sources = workspace.root.join("benches/languages/python");
    let home = workspace.target.join("dependencies/functions/python");
    let environment = Environment::set_up(&home.join("venv"))?;
    environment.packages(&sources.join("requirements-runtime.txt"))?;
    let deployed = home.join("deployed");
    environment.packages_in(&deployed.join("order"), &sources.join("requirements.txt"), &home)?;
    for function in ["bare", "order"] {
        copy(&sources.join(function), &deployed.join(function))?;
    }
    Ok(home)
}

/// Installs Node.js, its runtime client and Powertools, and bundles each function into `deployed`.
fn typescript(workspace: &Workspace) -> Result<PathBuf, String> {
    let sources = workspace.root.join("benches/languages/typescript");
    let home = workspace.target.join("dependencies/functions/typescript");
    let project = home.join("project");
    for folder in ["", "bare", "order"] {
        copy(&sources.join(folder), &project.join(folder))?;
    }
    let lock = sources.join("package-lock.json");
    stamp::once(&lock, &home, project.join("node_modules/.bin/node"), |_| {
        // Only then is there something to build.
        program::output(program::quiet("npm").arg("--version"))?;
        let environment = Environment::set_up(&home.join("venv"))?;
        let cmake = environment.packages(&sources.join("requirements-build.txt"))?;
        npm(&project, &["ci", "--no-audit", "--no-fund"], cmake.parent())
    })?;
    npm(&project, &["run", "build"], None)?;
    Ok(project)
}

/// Runs npm in a project, with programs in one more folder.
pub(super) fn npm(
    project: &Path,
    arguments: &[&str],
    programs: Option<&Path>,
) -> Result<(), String> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let paths = programs.map(Path::to_owned).into_iter().chain(env::split_paths(&paths));
    let paths = env::join_paths(paths).map_err(|error| error.to_string())?;
    let mut npm = program::quiet("npm");
    program::output(npm.args(arguments).current_dir(project).env("PATH", paths)).map(drop)
}

/// Copies the files of a folder; folders in it stay behind.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let copied = || -> std::io::Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    copied().map_err(|error| format!("cannot copy {}: {error}", from.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_language_is_reported_in_one_line() {
        let language = Language {
            name: "cobol",
            variable: "BENCH_COBOL",
            set_up: |_| Err("no compiler".to_owned()),
        };
        let workspace = Workspace { root: "".into(), target: "".into(), packages: Vec::new() };
        let told = language.set_up(&workspace).expect_err("there is none");
        assert_eq!(told, "cobol could not be set up, so it is left out: no compiler");
    }
}
