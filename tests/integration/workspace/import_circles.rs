//! Files of a crate that import each other in a circle, re-exports followed.
//!
//! A circle can only be read, tested and changed as a whole. See
//! [decision 0018](../../../docs/decisions/0018-one-skeleton.md) for the arrows inside a utility.

mod graph;
mod modules;
mod tests;
mod tokens;

use std::{collections::BTreeSet, fs};

use self::{
    graph::{Circle, Graph},
    modules::Sources,
};
use super::{Member, files, members};

/// A circle that is accepted.
struct Allowed {
    package: &'static str,
    files: &'static [&'static str],
    reason: &'static str,
}

const ALLOWED: [Allowed; 0] = [];

/// Packages that are not laid out by the decision yet, and how many of their files may be in circles.
const NOT_YET: [(&str, usize); 6] = [
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
            format!("{}: cannot follow {path}; teach the test this form of path", member.name)
        }));
        problems.extend(judge(&member.name, &graph.circles()));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn sources(member: &Member) -> Sources {
    let folder = member.folder.join("src");
    let read = |path: std::path::PathBuf| {
        let below = path.strip_prefix(&folder).expect("it was found in this folder");
        let source = fs::read_to_string(&path).expect("a source is readable");
        (below.display().to_string(), source)
    };
    files(&folder, "rs").into_iter().map(read).collect()
}

/// Returns a problem for each circle that is not allowed, and for each exception that is not needed.
fn judge(package: &str, circles: &[Circle]) -> Vec<String> {
    if let Some((_, limit)) = NOT_YET.iter().find(|(name, _)| *name == package) {
        let count = circles.iter().map(BTreeSet::len).sum::<usize>();
        let grown = format!("{package}: {count} files in circles, where {limit} were accepted");
        return if count > *limit { vec![grown] } else { Vec::new() };
    }
    let allowed = ALLOWED.iter().filter(|allowed| allowed.package == package);
    let unneeded = allowed.clone().filter(|allowed| !circles.iter().any(|it| is_of(it, allowed)));
    let unneeded = unneeded.map(|allowed| {
        format!(
            "{package}: no circle of {:?} ({}); remove the exception",
            allowed.files, allowed.reason
        )
    });
    let refused = circles.iter().filter(|it| !allowed.clone().any(|allowed| is_of(it, allowed)));
    let refused =
        refused.map(|circle| format!("{package}: circle of {} files: {circle:?}", circle.len()));
    unneeded.chain(refused).collect()
}

fn is_of(circle: &Circle, allowed: &Allowed) -> bool {
    circle.iter().eq(allowed.files.iter())
}
