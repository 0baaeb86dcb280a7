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

#[test]
fn links_of_the_book_lead_to_headings() {
    let pages = files(&root().join("docs/book/src"), "md");
    let broken = pages.iter().flat_map(|page| {
        let text = fs::read_to_string(page).expect("a page is readable");
        let broken = missing_headings(&text, page).into_iter();
        broken.map(|link| format!("{}: {link}", shown(page))).collect::<Vec<_>>()
    });
    assert_eq!(broken.collect::<Vec<_>>(), Vec::<String>::new(), "these headings do not exist");
}

/// Returns the links of a page whose fragment is not a heading of the page that they lead to.
fn missing_headings(text: &str, page: &Path) -> Vec<String> {
    let relative = targets(text).into_iter().filter(|target| !leads_outside(target));
    let broken = relative.filter(|target| {
        let Some((path, heading)) = target.split_once('#') else {
            return false;
        };
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        let folder = page.parent().expect("a page lies in a folder");
        let there = if path.is_empty() { text.to_owned() } else { read(&folder.join(path)) };
        !anchors(&there).iter().any(|anchor| anchor == heading)
    });
    broken.map(str::to_owned).collect()
}

/// Returns the anchors of a page's headings, as mdBook and GitHub make them.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| line.trim_start_matches('#').trim());
    let anchor = |heading: &str| {
        let kept = heading.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
        kept.map(|it| if it == ' ' { '-' } else { it.to_ascii_lowercase() }).collect()
    };
    headings.map(anchor).collect()
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
fn link_to_missing_heading_is_found() {
    let page =
        "# The `run` of it\n\n[a](#the-run-of-it) [b](#gone) [c](https://example.com/#gone)\n";
    assert_eq!(missing_headings(page, &root().join("page.md")), ["#gone"]);
}

#[test]
fn existing_files_sites_anchors_and_code_are_accepted() {
    let page = "[a](Cargo.toml) [b](https://example.com/x.md) [c](#part) `[d](gone.md)`\n\
                ```\n[e](gone.md)\n```\n";
    assert_eq!(broken(page, root()), Vec::<String>::new());
}
