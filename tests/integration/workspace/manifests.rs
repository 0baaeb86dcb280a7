//! What every member takes from the workspace instead of saying it again.

use std::fs;

use super::{members, shown};

const PACKAGE: [&str; 4] = ["version", "edition", "rust-version", "license"];

#[test]
fn every_member_inherits_version_edition_license_and_lints() {
    for member in members() {
        let path = member.folder.join("Cargo.toml");
        let manifest = fs::read_to_string(&path).expect("cargo has just read it");
        let missing = missing(&manifest);
        let none = Vec::<String>::new();
        assert_eq!(missing, none, "{} must take these from the workspace", shown(&path));
    }
}

fn missing(manifest: &str) -> Vec<String> {
    let package = section(manifest, "package");
    let package =
        PACKAGE.iter().filter(|key| !inherits(&package, &format!("{key}.workspace=true")));
    let package = package.map(|key| format!("{key}.workspace = true"));
    let lints = inherits(&section(manifest, "lints"), "workspace=true");
    let lints = (!lints).then(|| "[lints] workspace = true".to_owned());
    package.chain(lints).collect()
}

fn inherits(section: &[String], line: &str) -> bool {
    section.iter().any(|each| each == line)
}

/// The lines below a heading, without spaces.
fn section(manifest: &str, name: &str) -> Vec<String> {
    let heading = format!("[{name}]");
    let lines = manifest.lines().skip_while(|line| line.trim() != heading).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.map(|line| line.replace(' ', "")).collect()
}

#[test]
fn manifest_that_repeats_the_version_is_named() {
    let manifest = "[package]\nversion = \"0.1.0\"\nedition.workspace = true\n\
                    rust-version.workspace = true\nlicense.workspace = true\n\
                    [lints]\nworkspace = true\n";
    assert_eq!(missing(manifest), ["version.workspace = true"]);
}

#[test]
fn manifest_without_the_lints_is_named() {
    let package = PACKAGE.map(|key| format!("{key}.workspace = true\n")).concat();
    let manifest = format!("[package]\n{package}[dependencies]\nworkspace = true\n");
    assert_eq!(missing(&manifest), ["[lints] workspace = true"]);
}
