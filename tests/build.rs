//! Writes the Rust blocks of the book as files, so that the integration tests can run what its pages show.
//!
//! Block 1 of `docs/book/src/tutorial/02-log.md` becomes `$OUT_DIR/book/tutorial/02-log-1.rs`.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The pages whose programs are run. Others are only compiled, so a change of them builds nothing here again.
const RUN: [&str; 2] = ["cookbook.md", "tutorial"];

fn main() -> io::Result<()> {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/book/src");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("book");
    RUN.iter().try_for_each(|name| {
        println!("cargo::rerun-if-changed={}", book.join(name).display());
        write_blocks(&book.join(name), &out)
    })
}

/// Writes the blocks of a page, or of all pages of a folder.
fn write_blocks(path: &Path, out: &Path) -> io::Result<()> {
    let name = path.file_stem().unwrap_or_default();
    if path.is_dir() {
        let entries = fs::read_dir(path)?;
        return entries
            .into_iter()
            .try_for_each(|entry| write_blocks(&entry?.path(), &out.join(name)));
    }
    fs::create_dir_all(out)?;
    let page = fs::read_to_string(path)?;
    let blocks = rust_blocks(&page);
    blocks.iter().enumerate().try_for_each(|(index, block)| {
        fs::write(out.join(format!("{}-{}.rs", name.display(), index + 1)), block)
    })
}

/// Returns the Rust blocks of a page; hidden lines are shown.
fn rust_blocks(page: &str) -> Vec<String> {
    let (mut blocks, mut open) = (Vec::new(), None);
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some((language.starts_with("rust"), String::new()));
            }
            (Some(_), Some(_)) => {
                blocks.extend(open.take().filter(|(is_rust, _)| *is_rust).map(|(_, text)| text));
            }
            (None, Some((_, text))) => {
                text.push_str(line.strip_prefix("# ").unwrap_or(if line == "#" {
                    ""
                } else {
                    line
                }));
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}
