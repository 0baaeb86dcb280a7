//! Powertools for TypeScript, for the Node.js of this machine.

use std::path::{Path, PathBuf};

use super::{
    functions::{copy, npm},
    stamp,
};
use crate::program;

/// Installs what the lock pins, and returns the path of the script, which finds its packages beside itself.
pub(super) fn set_up(sources: &Path, home: &Path) -> Result<PathBuf, String> {
    copy(sources, home)?;
    let installed = home.join("node_modules/@aws-lambda-powertools/idempotency");
    stamp::once(&sources.join("package-lock.json"), &home.join("stamp"), installed, |_| {
        program::output(program::quiet("node").arg("--version"))?;
        std::fs::create_dir_all(home.join("stamp")).map_err(|error| error.to_string())?;
        npm(home, &["ci", "--no-audit", "--no-fund"], None)
    })?;
    Ok(home.join("idempotency.mjs"))
}
