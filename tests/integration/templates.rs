//! The templates that deploy the examples.

mod cfn_lint;
mod sam;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folders of the examples, each with a template.
fn examples() -> Vec<PathBuf> {
    let folders = fs::read_dir(Path::new(ROOT).join("examples")).unwrap();
    let mut folders = folders.map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    folders.retain(|folder| folder.join("Cargo.toml").exists());
    folders.sort();
    folders
}

fn template(example: &Path) -> PathBuf {
    example.join("template.yaml")
}

/// The program that the automation has set up.
fn program(variable: &str) -> PathBuf {
    let program = env::var_os(variable);
    program.unwrap_or_else(|| panic!("{variable} names it: run `cargo xtask test`")).into()
}

/// An empty folder of this process.
fn scratch(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}
