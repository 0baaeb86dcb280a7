//! Programs that use a macro wrongly, and what their authors are told, at which of their tokens.
//!
//! Those in `fail` are compared whole: all words are ours. Those in `handlers` have the compiler's words around ours,
//! which change with its version, so they are compared only with the one they were written with.

#[test]
fn macro_misuse_is_reported_at_the_token_with_a_remedy() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*.rs");
}

#[test]
fn synchronous_function_can_be_idempotent() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
}

/// The compiler that the messages in `handlers` are from; write them again with `TRYBUILD=overwrite`.
const WRITTEN_WITH: &str = "rustc 1.95.";

#[test]
fn invalid_handler_is_refused_with_expected_and_found() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = std::process::Command::new(rustc).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let cases = trybuild::TestCases::new();
    if version.starts_with(WRITTEN_WITH) {
        cases.compile_fail("handlers/*.rs");
    } else {
        println!("not compared: {version} words its messages in another way than {WRITTEN_WITH}");
    }
}
