//! The test of the test: small crates in strings, each with what must be found in it.

use super::{
    Exception, above_limit,
    graph::{Circle, Graph},
    modules::Sources,
    not_accepted,
};

fn graph(files: &[(&str, &str)]) -> Graph {
    let text = |(file, source): &(&str, &str)| ((*file).to_owned(), (*source).to_owned());
    let graph = Graph::new(&files.iter().map(text).collect::<Sources>());
    assert_eq!(graph.unresolved, Vec::<String>::new());
    graph
}

fn circle(files: &[&str]) -> Circle {
    files.iter().map(|file| (*file).to_owned()).collect()
}

fn assert_circle(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(graph(files).circles(), [circle(expected)]);
}

fn assert_no_circle(files: &[(&str, &str)]) {
    assert_eq!(graph(files).circles(), Vec::<Circle>::new());
}

#[test]
fn direct_circle_is_found() {
    let a = "use crate::b::B; pub struct A(B);";
    let b = "use super::a::A; pub struct B(Box<A>);";
    assert_circle(&[("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", b)], &["a.rs", "b.rs"]);
}

#[test]
fn circle_through_reexports_is_found_without_the_reexporting_files() {
    assert_circle(
        &[
            ("lib.rs", "mod handle; mod output; pub use handle::Handle; pub use output::Export;"),
            ("handle.rs", "use crate::Export; pub struct Handle(Export);"),
            ("output/mod.rs", "mod export; pub use export::Export;"),
            ("output/export.rs", "pub struct Export; fn finish(handle: &crate::Handle) {}"),
        ],
        &["handle.rs", "output/export.rs"],
    );
}

#[test]
fn circle_of_three_files_is_one_circle() {
    assert_circle(
        &[
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a.rs", "pub fn a() { crate::b::b() }"),
            ("b.rs", "use super::c; pub fn b() { c::c() }"),
            ("c.rs", "use crate::{a::a as first, d::D}; pub fn c() { first() }"),
            ("d.rs", "pub struct D;"),
        ],
        &["a.rs", "b.rs", "c.rs"],
    );
}

#[test]
fn paths_in_functions_macros_and_attributes_are_found() {
    for code in [
        "pub fn a() { use crate::b::{B}; }",
        "pub fn a() { println!(\"{}\", crate::b::B) }",
        "macro_rules! a { () => { $crate::b::B } }",
        "pub struct A { #[serde(with = crate::b::B)] a: u8 }",
        "use crate::b::*; pub fn a() -> B {}",
        "mod inner { pub fn a() -> super::super::b::B {} }",
    ] {
        let b = "pub struct B; fn back() { crate::a::a() }";
        let a = format!("{code} pub fn a() {{}}");
        let files = [("lib.rs", "mod a; mod b;"), ("a.rs", a.as_str()), ("b.rs", b)];
        assert_circle(&files, &["a.rs", "b.rs"]);
    }
}

#[test]
fn item_defined_by_a_macro_is_found() {
    let a = "macro_rules! make { () => { pub enum A { B } } } make!(); use crate::b::B;";
    let b = "use crate::a::A; pin_project! { pub struct B { a: A } }";
    assert_circle(&[("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", b)], &["a.rs", "b.rs"]);
}

#[test]
fn parent_with_code_and_its_child_are_a_circle() {
    let parent = "mod child; pub trait Parent {} fn use_it() { child::call() }";
    let child = "use super::Parent; pub fn call() {}";
    assert_circle(
        &[("lib.rs", "mod parent;"), ("parent/mod.rs", parent), ("parent/child.rs", child)],
        &["parent/child.rs", "parent/mod.rs"],
    );
}

#[test]
fn arrows_in_one_direction_are_not_a_circle() {
    assert_no_circle(&[
        ("lib.rs", "mod a; mod b; mod c; pub use a::A; pub use c::C;"),
        ("a.rs", "use crate::b::B; use crate::C; pub struct A(B, C);"),
        ("b.rs", "use super::C; pub struct B(C);"),
        ("c.rs", "use std::fmt; pub struct C;"),
    ]);
}

#[test]
fn tests_and_documentation_are_not_imports() {
    assert_no_circle(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        (
            "b.rs",
            "/// See [`A`](crate::a::A).\npub struct B;\n\
             impl B { #[cfg(test)] fn a(&self) -> crate::a::A {} }\n\
             #[cfg(test)] use crate::a::A;\n\
             #[cfg(test)] mod tests { use crate::a::A; }",
        ),
    ]);
}

#[test]
fn names_of_other_crates_and_members_are_not_imports() {
    assert_no_circle(&[
        ("lib.rs", "mod log; mod b; pub use b::flush;"),
        ("log.rs", "use crate::b::B; use log::log; pub fn warn(b: B) { log(b) }"),
        ("b.rs", "use tracing::warn; pub struct B; pub fn flush(it: It) { it.warn(); it.flush() }"),
    ]);
}

#[test]
fn path_that_cannot_be_followed_is_reported() {
    let files = [("lib.rs", "mod a;"), ("a.rs", "use crate::gone::Gone;")];
    let text = |(file, source): (&str, &str)| (file.to_owned(), source.to_owned());
    let graph = Graph::new(&files.into_iter().map(text).collect());
    assert_eq!(graph.unresolved, ["a.rs: crate::gone::Gone"]);
}

#[test]
fn strings_characters_comments_and_lifetimes_are_not_code() {
    let a = r###"
        pub struct A<'b>(&'b str);
        /* crate::b::B { */
        const TEXT: &str = "crate::b::B { \" }"; // crate::b::B
        const RAW: &[u8] = br##"crate::b::B "# }"##;
        const CHARACTERS: [char; 4] = ['{', '\'', '"', '\u{7b}'];
        fn after() -> crate::c::C {}
    "###;
    let b = "use crate::a::A; pub struct B;";
    let c = "use crate::a::A; pub struct C;";
    let files = [("lib.rs", "mod a; mod b; mod c;"), ("a.rs", a), ("b.rs", b), ("c.rs", c)];
    assert_circle(&files, &["a.rs", "c.rs"]);
}

#[test]
fn circle_needs_an_exception_and_exception_needs_a_circle() {
    let exceptions =
        || [Exception { package: "shop", files: &["builder.rs", "handle.rs"], reason: "builder" }];
    let found = circle(&["builder.rs", "handle.rs"]);
    let other = circle(&["a.rs", "builder.rs", "handle.rs"]);
    assert_eq!(
        not_accepted("shop", std::slice::from_ref(&found), &exceptions()),
        Vec::<String>::new()
    );
    assert_eq!(not_accepted("other", &[found], &exceptions()).len(), 1);
    assert_eq!(not_accepted("shop", &[other], &exceptions()).len(), 2);
    assert_eq!(not_accepted("shop", &[], &exceptions()).len(), 1);
}

#[test]
fn more_files_in_circles_than_the_limit_are_a_problem() {
    let circles = [circle(&["a.rs", "b.rs"]), circle(&["c.rs", "d.rs"])];
    assert_eq!(above_limit("shop", &circles, 4), Vec::<String>::new());
    assert_eq!(above_limit("shop", &circles, 3).len(), 1);
}
