//! `cargo xtask features`: each published crate builds with whatever its users choose.

use std::process::ExitCode;

use crate::program;
use crate::workspace::{Package, Workspace};

/// Checks every choice of features; stops at the first that does not build.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode, String> {
    for package in workspace.packages.iter().filter(|package| package.published) {
        for choice in choices(&package.features) {
            check(package, &choice)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Clippy, because its own flag denies warnings in the workspace alone: `RUSTFLAGS` would build
/// all dependencies anew, here and again at the next `cargo build`.
fn check(package: &Package, choice: &[String]) -> Result<(), String> {
    let shown = format!("{} {}", package.name, choice.join(" "));
    println!("checking {}", shown.trim_end());
    let mut clippy = program::cargo();
    clippy.args(["clippy", "--quiet", "-p", &package.name]).args(choice);
    let code = program::run(clippy.args(["--", "-D", "warnings"]))?;
    if code == ExitCode::SUCCESS {
        return Ok(());
    }
    Err(format!("`cargo clippy -p {} -- -D warnings` failed", shown.trim_end()))
}

/// Cargo's flags for no features, each alone, the default ones and all, without repetition.
fn choices(features: &[String]) -> Vec<Vec<String>> {
    let none = || vec!["--no-default-features".to_owned()];
    let named = features.iter().filter(|feature| *feature != "default");
    let alone = named.map(|feature| [none(), vec![format!("--features={feature}")]].concat());
    let mut choices = vec![none()];
    choices.extend(alone);
    if features.iter().any(|feature| feature == "default") {
        choices.push(Vec::new());
    }
    if choices.len() > 1 {
        choices.push(vec!["--all-features".to_owned()]);
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(features: &[&str]) -> Vec<String> {
        let features = features.iter().map(|&feature| feature.to_owned()).collect::<Vec<_>>();
        choices(&features).iter().map(|choice| choice.join(" ")).collect()
    }

    #[test]
    fn crate_without_features_is_checked_once() {
        assert_eq!(shown(&[]), ["--no-default-features"]);
    }

    #[test]
    fn each_feature_is_checked_alone_then_the_default_ones_and_all() {
        let expected = [
            "--no-default-features",
            "--no-default-features --features=otel",
            "--no-default-features --features=xray",
            "",
            "--all-features",
        ];
        assert_eq!(shown(&["default", "otel", "xray"]), expected);
    }
}
