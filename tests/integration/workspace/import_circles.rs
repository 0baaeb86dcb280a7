//! Files of a crate that import each other in a circle, re-exports followed.
//!
//! A circle can only be read, tested and changed as a whole. [Decision 0018](../../../docs/decisions/0018-one-skeleton.md)
//! says how the utilities are laid out without any. Calls of methods are not imports: `impl` blocks may be in the file
//! that has what they need.

mod graph;
mod modules;
mod tests;
mod tokens;

use std::{collections::BTreeSet, fs, path::PathBuf};

use self::{
    graph::{Circle, Graph},
    modules::Sources,
};
use super::{Member, files, members};

/// A circle that is accepted, by its files in alphabetical order.
struct Exception {
    package: &'static str,
    files: &'static [&'static str],
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[];

/// Packages that are not laid out without circles yet, and how many of their files may be in one; lower it, never raise it.
const NOT_YET: &[(&str, usize)] = &[
    ("powertools-core", 14),
    ("powertools-idempotency", 20),
    ("powertools", 5),
    ("powertools-macros", 3),
    ("powertools-local", 7),
    ("powertools-insights", 61),
];

#[test]
fn files_of_a_crate_do_not_import_each_other_in_circles() {
    let mut problems = Vec::new();
    for member in members().into_iter().filter(|member| member.published) {
        let graph = Graph::new(&sources(&member));
        problems.extend(graph.unresolved.iter().map(|path| {
            format!("{}: cannot follow {path}; teach `graph.rs` this form of path", member.name)
        }));
        let limit = NOT_YET.iter().find(|(name, _)| *name == member.name);
        problems.extend(match limit {
            Some((_, limit)) => above_limit(&member.name, &graph.circles(), *limit),
            None => not_accepted(&member.name, &graph.circles(), EXCEPTIONS),
        });
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn sources(member: &Member) -> Sources {
    let folder = member.folder.join("src");
    let read = |path: PathBuf| {
        let below = path.strip_prefix(&folder).expect("it was found in this folder");
        let source = fs::read_to_string(&path).expect("a source is readable");
        (below.display().to_string(), source)
    };
    files(&folder, "rs").into_iter().map(read).collect()
}

/// Returns a problem if more files than accepted are in circles.
fn above_limit(package: &str, circles: &[Circle], limit: usize) -> Vec<String> {
    let count = circles.iter().map(BTreeSet::len).sum::<usize>();
    let problem = || {
        let circles = circles.iter().map(|circle| format!("{circle:?}")).collect::<Vec<_>>();
        format!("{package}: {count} files in circles, expected at most {limit}: {circles:?}")
    };
    (count > limit).then(problem).into_iter().collect()
}

/// Returns a problem for each circle without an exception, and for each exception without a circle.
fn not_accepted(package: &str, circles: &[Circle], exceptions: &[Exception]) -> Vec<String> {
    let is_of = |circle: &Circle, exception: &Exception| circle.iter().eq(exception.files);
    let exceptions = || exceptions.iter().filter(|exception| exception.package == package);
    let unneeded = exceptions().filter(|it| !circles.iter().any(|circle| is_of(circle, it)));
    let unneeded = unneeded.map(|Exception { files, reason, .. }| {
        format!("{package}: no circle of {files:?} ({reason}); remove the exception")
    });
    let refused = circles.iter().filter(|circle| !exceptions().any(|it| is_of(circle, it)));
    let refused = refused
        .map(|circle| format!("{package}: {} files import each other: {circle:?}", circle.len()));
    unneeded.chain(refused).collect()
}
