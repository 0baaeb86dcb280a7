//! `docs/performance.md` and its pictures.

use std::fs;

use crate::{
    Failure, build,
    chart::{self, Bar},
    numbers::grouped,
    results::{Results, Runs},
};

const BEGIN: &str = "<!-- written by `cargo xtask bench function --write` -->\n";
const BEGIN_LANGUAGES: &str =
    "<!-- in other languages, written by `cargo xtask bench function --write` -->\n";
const END: &str = "<!-- end of what is written -->\n";

/// Puts the tables into the page, and draws the pictures.
pub(crate) fn write(chapter: &str, figures: &[Results]) -> Result<(), Failure> {
    let docs = build::root().join("docs");
    rewrite(BEGIN, chapter)?;
    let pictures = docs.join("pictures");
    fs::create_dir_all(&pictures)?;
    for (name, picture) in pictures_of(figures) {
        fs::write(pictures.join(name), picture)?;
    }
    Ok(())
}

/// Puts the tables of other languages into the page.
pub(crate) fn write_languages(section: &str) -> Result<(), Failure> {
    rewrite(BEGIN_LANGUAGES, section)
}

fn rewrite(begin: &str, text: &str) -> Result<(), Failure> {
    let page = build::root().join("docs/performance.md");
    let rewritten = replace(&fs::read_to_string(&page)?, begin, text)?;
    Ok(fs::write(page, rewritten)?)
}

fn replace(page: &str, begin: &str, text: &str) -> Result<String, Failure> {
    let parts = page.split_once(begin);
    let parts = parts.and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) = parts.ok_or("docs/performance.md has no place for what is written")?;
    Ok([head, begin, "\n", text, "\n", END, tail].concat())
}

fn pictures_of(figures: &[Results]) -> [(&'static str, String); 3] {
    let bytes =
        |it: &Results| Some((it.built.bytes as f64, grouped(it.built.bytes / 1_000) + " kB"));
    let start = |it: &Results| {
        let first = it.runs?.start.first.median;
        Some((first, format!("{first:.2} ms")))
    };
    let instructions = |it: &Results| {
        let counted = it.runs.and_then(|runs: Runs| runs.counted)?.instructions;
        Some((counted as f64, grouped(counted / 1_000) + " k"))
    };
    [
        ("function-size.svg", drawn("Size of the stripped binary", figures, bytes)),
        (
            "function-start.svg",
            drawn("From the start of the process to the first answer", figures, start),
        ),
        ("function-warm.svg", drawn("Instructions of a warm invocation", figures, instructions)),
    ]
}

fn drawn(
    title: &str,
    figures: &[Results],
    value: impl Fn(&Results) -> Option<(f64, String)>,
) -> String {
    let bars = figures.iter().filter_map(|it| {
        let (value, label) = value(it)?;
        let stack = it.built.stack;
        Some(Bar { name: stack.name.to_owned(), value, label, kind: stack.kind })
    });
    chart::bars(title, &bars.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_around_the_tables_is_kept() {
        let page = format!("before\n{BEGIN}old\n{END}after\n");
        let written = replace(&page, BEGIN, "new\n").unwrap();
        assert_eq!(written, format!("before\n{BEGIN}\nnew\n\n{END}after\n"));
        assert!(replace("nothing", BEGIN, "new").is_err());
    }

    #[test]
    fn each_set_of_tables_is_written_without_the_other() {
        let page = format!("{BEGIN}old\n{END}between\n{BEGIN_LANGUAGES}old\n{END}after\n");
        let written = replace(&page, BEGIN_LANGUAGES, "new\n").unwrap();
        let expected = format!("{BEGIN}old\n{END}between\n{BEGIN_LANGUAGES}\nnew\n\n{END}after\n");
        assert_eq!(written, expected);
    }
}
