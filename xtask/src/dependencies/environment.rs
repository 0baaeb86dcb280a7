//! The Python virtual environment that everything else is installed with.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::stamp;
use crate::program;

/// A virtual environment with pip.
pub(super) struct Environment {
    home: PathBuf,
}

impl Environment {
    /// Makes the environment, unless it is there.
    pub(super) fn set_up(home: &Path) -> Result<Self, String> {
        let environment = Self { home: home.to_owned() };
        // pip comes last: an environment without it was interrupted.
        if !(environment.interpreter().exists() && environment.program("pip").exists()) {
            eprintln!("setting up a Python virtual environment in {}", home.display());
            let arguments = ["-m", "venv", "--clear"];
            program::output(program::quiet("python3").args(arguments).arg(home))?;
        }
        Ok(environment)
    }

    /// Installs Powertools for Python and returns the interpreter that can import it.
    pub(super) fn powertools(&self, pins: &Path) -> Result<PathBuf, String> {
        self.install(&pins.join("requirements.txt"), self.interpreter())
    }

    /// Installs cargo-lambda and returns its path.
    pub(super) fn cargo_lambda(&self, pins: &Path) -> Result<PathBuf, String> {
        self.install(&pins.join("requirements-cargo-lambda.txt"), self.program("cargo-lambda"))
    }

    /// Installs moto and returns the path of its server.
    pub(super) fn moto(&self, pins: &Path) -> Result<PathBuf, String> {
        self.install(&pins.join("requirements-moto.txt"), self.program("moto_server"))
    }

    /// Installs cfn-lint and returns its path.
    pub(super) fn cfn_lint(&self, pins: &Path) -> Result<PathBuf, String> {
        self.install(&pins.join("requirements-cfn-lint.txt"), self.program("cfn-lint"))
    }

    /// Installs the SAM CLI and returns its path.
    pub(super) fn sam(&self, pins: &Path) -> Result<PathBuf, String> {
        self.install(&pins.join("sam/requirements.txt"), self.program("sam"))
    }

    /// Installs any packages, and returns the interpreter, beside which their programs are.
    pub(super) fn packages(&self, pins: &Path) -> Result<PathBuf, String> {
        self.install(pins, self.interpreter())
    }

    /// Installs packages into a folder of their own, as a function is deployed; the stamp is kept outside of it.
    pub(super) fn packages_in(
        &self,
        folder: &Path,
        pins: &Path,
        stamps: &Path,
    ) -> Result<PathBuf, String> {
        stamp::once(pins, stamps, folder.to_owned(), |folder| {
            // What other pins had left would be deployed as well.
            let _ = std::fs::remove_dir_all(folder);
            program::output(self.pip("install", pins).arg("--target").arg(folder)).map(drop)
        })
    }

    /// The interpreter, to run a script with.
    pub(super) fn python(&self) -> Command {
        program::quiet(self.interpreter())
    }

    /// pip, saying no more than it must; pins are complete, so nothing else is resolved.
    pub(super) fn pip(&self, command: &str, pins: &Path) -> Command {
        let mut pip = self.python();
        pip.args(["-m", "pip", command, "--quiet", "--no-input", "--retries=2", "--no-deps"]);
        pip.arg("--requirement").arg(pins);
        pip
    }

    fn install(&self, pins: &Path, made: PathBuf) -> Result<PathBuf, String> {
        stamp::once(pins, &self.home, made, |_| {
            program::output(&mut self.pip("install", pins)).map(drop)
        })
    }

    fn interpreter(&self) -> PathBuf {
        self.program("python")
    }

    fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.home.join(folder).join(name).with_extension(std::env::consts::EXE_EXTENSION)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    #[test]
    fn shared_requirements_have_equal_pins() {
        let folders = ["../tests/compat", "../benches/languages/python"];
        let folders = folders.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        let mut pinned = BTreeMap::<String, String>::new();
        let lists = folders.iter().flat_map(|it| fs::read_dir(it).expect("the lists are there"));
        for entry in lists {
            let path = entry.expect("it is readable").path();
            if path.extension().is_none_or(|extension| extension != "txt") {
                continue;
            }
            let list = fs::read_to_string(&path).expect("a list is text");
            for pin in list.lines().filter(|line| !line.starts_with('#')) {
                let (name, version) = pin.split_once("==").expect("a pin has a version");
                let name = name.to_lowercase().replace('_', "-");
                let known = pinned.entry(name).or_insert_with(|| version.to_owned());
                assert_eq!(known, version, "of {pin} in {}", path.display());
            }
        }
        assert!(pinned.contains_key("moto") && pinned.contains_key("aws-xray-sdk"));
    }
}
