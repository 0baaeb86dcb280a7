//! Promises about the workspace itself: what imports what, what every member shares, what no
//! source may contain, and links that lead somewhere.

mod error_names;
mod import_circles;
mod layering;
mod links;
mod manifests;
mod sources;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A package of the workspace, as its manifest says.
struct Member {
    name: String,
    folder: PathBuf,
    published: bool,
    /// Names of all it depends on, to build and to test as well.
    dependencies: Vec<String>,
}

impl Member {
    fn parse(package: &Value) -> Self {
        let manifest = Path::new(text(&package["manifest_path"]));
        let dependencies = package["dependencies"].as_array().expect("a package lists them");
        Self {
            name: text(&package["name"]).to_owned(),
            folder: manifest.parent().expect("a manifest lies in a folder").to_owned(),
            published: package["publish"].is_null(),
            dependencies: dependencies.iter().map(|each| text(&each["name"]).to_owned()).collect(),
        }
    }
}

fn members() -> Vec<Member> {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version=1"]);
    let metadata = serde_json::from_str::<Value>(&metadata).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("the workspace has packages");
    packages.iter().map(Member::parse).collect()
}

/// Runs cargo in the workspace and returns what it printed.
fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let output = command.args(arguments).current_dir(root()).output().expect("cargo is there");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`cargo {}` failed: {complaint}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lie in the workspace")
}

/// All files below a folder that end this way, leaving out what is hidden or built.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is readable");
    let paths = entries.map(|entry| entry.expect("the folder is readable").path());
    let (folders, files) = paths.partition::<Vec<_>, _>(|path| path.is_dir());
    let below = folders.iter().filter(|path| is_ours(path));
    let below = below.flat_map(|path| self::files(path, extension));
    let here = files.iter().filter(|path| path.extension() == Some(OsStr::new(extension)));
    here.cloned().chain(below).collect()
}

fn is_ours(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && name != "target"
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("cargo gives a string")
}
