//! Links in the documentation.

use std::fs;
use std::path::Path;

use super::{files, root, shown};

#[test]
fn relative_links_lead_somewhere() {
    let pages = files(root(), "md");
    let broken = pages.iter().flat_map(|page| {
        let text = fs::read_to_string(page).expect("a page is readable");
        let folder = page.parent().expect("a page lies in a folder");
        let broken = broken(&text, folder).into_iter();
        broken.map(|link| format!("{}: {link}", shown(page))).collect::<Vec<_>>()
    });
    assert_eq!(broken.collect::<Vec<_>>(), Vec::<String>::new(), "these files do not exist");
}

fn broken(page: &str, folder: &Path) -> Vec<String> {
    let relative = targets(page).into_iter().filter(|target| !leads_outside(target));
    let paths = relative.map(|target| target.split('#').next().unwrap_or_default());
    let broken = paths.filter(|path| !folder.join(path).exists());
    broken.map(str::to_owned).collect()
}

fn leads_outside(target: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

/// Targets of `[text](target)` and of `[name]: target`, outside code.
fn targets(page: &str) -> Vec<&str> {
    let mut fenced = false;
    let prose = page.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    });
    prose.flat_map(|line| inline(line).into_iter().chain(reference(line))).collect()
}

fn inline(line: &str) -> Vec<&str> {
    // Every other piece between backticks is code.
    let prose = line.split('`').step_by(2);
    let after = prose.flat_map(|prose| prose.split("](").skip(1));
    after.filter_map(|target| target.split([')', ' ']).next()).collect()
}

fn reference(line: &str) -> Option<&str> {
    let (_, target) = line.strip_prefix('[')?.split_once("]: ")?;
    target.split_whitespace().next()
}

#[test]
fn link_to_a_missing_file_is_found_in_each_form() {
    let page = "See [a](gone.md#part), [`b`](also/gone.md) and\n\n[c]: lost.md\n";
    assert_eq!(broken(page, root()), ["gone.md", "also/gone.md", "lost.md"]);
}

#[test]
fn existing_files_sites_anchors_and_code_are_accepted() {
    let page = "[a](Cargo.toml) [b](https://example.com/x.md) [c](#part) `[d](gone.md)`\n\
                ```\n[e](gone.md)\n```\n";
    assert_eq!(broken(page, root()), Vec::<String>::new());
}
