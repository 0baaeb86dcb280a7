//! Programs that use a macro wrongly, and what their authors are told, at which of their tokens.
//!
//! Only words of ours are compared. What the compiler says by itself changes with its version: that it refuses is
//! tested where the macros are documented.

#[test]
fn whoever_uses_a_macro_wrongly_is_told_where_and_what_to_do() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/*.rs");
}

#[test]
fn a_synchronous_function_may_be_idempotent() {
    let cases = trybuild::TestCases::new();
    cases.pass("right/*.rs");
}
