//! What the sources of published crates never contain.

use std::fs;

use super::{files, members, shown};

/// What is not written, and why.
type Ban = (&'static str, &'static str);

const UNSAFE: Ban = ("unsafe", "everything here can be done without it");

/// `print!` panics on a closed pipe and may tear a line.
const WRITER: &str = "the line sink in core writes, whole lines only, and never panics";

const BANNED: [Ban; 8] = [
    UNSAFE,
    ("print!", WRITER),
    ("println!", WRITER),
    ("eprint!", WRITER),
    ("eprintln!", WRITER),
    ("io::stdout", WRITER),
    ("io::stderr", WRITER),
    ("dbg!", WRITER),
];

#[test]
fn no_published_source_is_unsafe_or_prints() {
    let published = members().into_iter().filter(|member| member.published);
    let sources = published.flat_map(|member| files(&member.folder.join("src"), "rs"));
    let found = sources.flat_map(|path| {
        let source = fs::read_to_string(&path).expect("a source is readable");
        let path = shown(&path);
        let found = banned(&source, bans(&path)).into_iter();
        found.map(|found| format!("{path}:{found}")).collect::<Vec<_>>()
    });
    assert_eq!(found.collect::<Vec<_>>(), Vec::<String>::new());
}

/// Where lines are written: by the sink, and by the program that is no function.
const WRITERS: [&str; 2] = ["core/src/sink", "insights/src/command/output"];

fn bans(path: &str) -> &'static [Ban] {
    if WRITERS.iter().any(|writer| path.starts_with(writer)) { &[UNSAFE] } else { &BANNED }
}

fn banned(source: &str, bans: &[Ban]) -> Vec<String> {
    let lines = source.lines().zip(1..);
    let found = lines.flat_map(|(line, number)| {
        let found = bans.iter().filter(|(word, _)| has_word(code(line), word));
        found.map(move |(word, why)| format!("{number}: `{word}`: {why}"))
    });
    found.collect()
}

/// The line without its comment; documentation may show what it likes.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Whether the word stands there by itself, not as a part of a longer name.
fn has_word(code: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(word).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + word.len()..]);
        !before.ends_with(is_part) && (word.ends_with('!') || !after.starts_with(is_part))
    })
}

#[test]
fn print_and_unsafe_are_found_with_their_line() {
    let source =
        "fn main() {\n    println!(\"x\");\n    unsafe { f() }\n    std::io::stdout()\n}\n";
    let found = banned(source, &BANNED);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("2: `println!`"), "{found:?}");
    assert!(found[1].starts_with("3: `unsafe`"), "{found:?}");
    assert!(found[2].starts_with("4: `io::stdout`"), "{found:?}");
}

#[test]
fn comments_and_longer_names_are_accepted() {
    let source = "//! println!(\"x\");\n#![forbid(unsafe_code)]\nblueprint!(); // unsafe\n";
    assert_eq!(banned(source, &BANNED), Vec::<String>::new());
}

#[test]
fn sink_can_write_but_not_be_unsafe() {
    let source = "let out = io::stdout();\nunsafe {}\n";
    assert_eq!(banned(source, bans("core/src/sink/stdout.rs")).len(), 1);
}
