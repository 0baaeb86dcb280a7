//! Pages of the book and their code blocks.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Deserializer, Value};

/// A code block of a page.
pub(super) struct Block {
    /// What follows the opening fence, such as `rust,no_run`.
    pub(super) info: String,
    pub(super) text: String,
}

impl Block {
    /// Returns whether its language is this.
    pub(super) fn is(&self, language: &str) -> bool {
        self.info.split([',', ' ']).next() == Some(language)
    }

    /// Returns whether it shows only some members of each object.
    pub(super) fn is_excerpt(&self) -> bool {
        self.info.ends_with(" excerpt")
    }

    /// Returns the JSON values in it.
    pub(super) fn values(&self) -> Vec<Value> {
        let values = Deserializer::from_str(&self.text).into_iter();
        values
            .map(|value| value.unwrap_or_else(|error| panic!("{error}:\n{}", self.text)))
            .collect()
    }
}

pub(super) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns the names of all pages, such as `tutorial/02-log.md`.
pub(super) fn names() -> Vec<String> {
    let mut names = Vec::new();
    collect(&root().join("docs/book/src"), "", &mut names);
    names.sort();
    names
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

/// Returns the text of a page.
pub(super) fn text(name: &str) -> String {
    let path = root().join("docs/book/src").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the code blocks of a page.
pub(super) fn blocks(name: &str) -> Vec<Block> {
    let (mut blocks, mut open) = (Vec::new(), None::<Block>);
    for line in text(name).lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                open = Some(Block { info: info.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{name}: a code block has no end");
    blocks
}

#[test]
fn summary_lists_every_page() {
    let summary = text("SUMMARY.md");
    let missing = names()
        .into_iter()
        .filter(|name| name != "SUMMARY.md" && !summary.contains(&format!("]({name})")));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<String>::new(), "not in SUMMARY.md");
}

#[test]
fn every_page_with_rust_is_compiled_as_documentation() {
    let listed = fs::read_to_string(root().join("tests/readme.rs")).unwrap();
    let missing = names().into_iter().filter(|name| {
        blocks(name).iter().any(|block| block.is("rust"))
            && !listed.contains(&format!("docs/book/src/{name}"))
    });
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<String>::new(), "not in tests/readme.rs");
}
