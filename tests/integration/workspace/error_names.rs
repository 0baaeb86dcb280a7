//! The page of error names.

use std::fs;

use super::root;

#[test]
fn idempotency_error_names_are_documented() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("the file is readable");
    let (source, page) = (read("idempotency/src/error.rs"), read("docs/errors.md"));
    let names = source.lines().filter_map(|line| line.trim().strip_prefix("Self::"));
    let names = names.filter_map(|line| Some(line.split_once("=> \"")?.1.split_once('"')?.0));
    // This one stands for the operation's own error.
    let names = names.filter(|name| *name != "IdempotencyOperationFailed").collect::<Vec<_>>();
    assert!(names.len() >= 12, "{names:?}");
    let missing = names.into_iter().filter(|name| !page.contains(&format!("`{name}`")));
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0], "add them to docs/errors.md");
}
