//! Building the function, and what its binary shows without being run.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    Failure,
    function::Function,
    stack::{Kind, Stack},
};

/// A function that is built.
pub(crate) struct Built {
    pub(crate) stack: &'static Stack,
    pub(crate) binary: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) crates: usize,
}

impl Function for Built {
    fn name(&self) -> &str {
        self.stack.name
    }

    fn command(&self) -> Command {
        Command::new(&self.binary)
    }

    fn can_flush_before(&self) -> bool {
        self.stack.kind == Kind::Ours
    }
}

/// Builds a stack with the profile `lambda`, all in one target directory.
pub(crate) fn build(stack: &'static Stack) -> Result<Built, Failure> {
    let target = target_directory();
    compile(stack, &target, &[])?;
    let binary = keep(stack, &target)?;
    let bytes = fs::metadata(&binary)?.len();
    Ok(Built { stack, binary, bytes, crates: crates(stack)? })
}

/// Compiles a stack, with more settings of cargo's.
pub(crate) fn compile(stack: &Stack, target: &Path, settings: &[&str]) -> Result<(), Failure> {
    eprintln!("building {}", stack.name);
    let mut cargo = cargo();
    cargo.args(["build", "--quiet", "--locked", "--profile", "lambda", "-p", "bench-function"]);
    cargo.args(["--features", stack.features]).env("CARGO_TARGET_DIR", target);
    // What other builds of this workspace are told is not to change what is measured.
    cargo.env_remove("RUSTFLAGS");
    for setting in settings {
        cargo.args(["--config", setting]);
    }
    if cargo.status()?.success() {
        return Ok(());
    }
    Err(format!("{} does not build", stack.name).into())
}

/// Copies the binary, since the next stack is built in the same place.
fn keep(stack: &Stack, target: &Path) -> Result<PathBuf, Failure> {
    let functions = target.join("functions");
    fs::create_dir_all(&functions)?;
    let binary = functions.join(stack.name);
    fs::copy(binary_in(target), &binary)?;
    Ok(binary)
}

pub(crate) fn binary_in(target: &Path) -> PathBuf {
    target.join("lambda").join("bench-function")
}

/// Builds a stack with nothing built before, and returns how long that took.
pub(crate) fn time(stack: &Stack) -> Result<Duration, Failure> {
    let target = target_directory().join("clean");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let start = Instant::now();
    compile(stack, &target, &[])?;
    let took = start.elapsed();
    fs::remove_dir_all(&target)?;
    Ok(took)
}

/// Counts the crates that are linked.
fn crates(stack: &Stack) -> Result<usize, Failure> {
    let mut cargo = cargo();
    cargo.args(["tree", "--locked", "-p", "bench-function", "--features", stack.features]);
    cargo.args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
    let output = cargo.output()?;
    let printed = String::from_utf8(output.stdout)?;
    let linked = printed.lines().map(|line| line.trim_end_matches(" (*)").trim());
    let linked = linked.filter(|line| !line.is_empty()).collect::<BTreeSet<_>>();
    match linked.len() {
        0 => Err(format!("`cargo tree` shows nothing for {}", stack.name).into()),
        // Without the function itself.
        with_function => Ok(with_function - 1),
    }
}

/// Returns the compiler's version and the target, on which sizes and instructions depend.
pub(crate) fn compiler() -> Result<String, Failure> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let printed = String::from_utf8(Command::new(rustc).arg("-vV").output()?.stdout)?;
    let value = |name| printed.lines().find_map(|line| line.strip_prefix(name));
    match (value("release: "), value("host: ")) {
        (Some(release), Some(host)) => Ok(format!("{release} {host}")),
        _ => Err("`rustc -vV` does not tell its release and host".into()),
    }
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where functions are built: in a place of their own, since they are built one over the other.
pub(crate) fn target_directory() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| root().join("target")).join("bench-function")
}
